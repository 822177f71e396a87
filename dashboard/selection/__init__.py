"""What pages about selection share: their settings, state, targets, words and picture."""
