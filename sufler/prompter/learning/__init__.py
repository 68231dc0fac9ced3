"""What is learned from the base and its use: the trained head."""
