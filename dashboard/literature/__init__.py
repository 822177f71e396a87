"""Published results: their formulas, written without the models, and both side by side."""
