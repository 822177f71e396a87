"""What happens as pressure rises: curves, reaching a target, turning points, prices and costs."""
