"""Customers' channels: each receives, sends and is set up on its own."""
