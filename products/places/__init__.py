"""Rural tourism: places to visit, when they are open, what to buy there."""
