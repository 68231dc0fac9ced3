"""The demo shop: its knowledge base, its flows, and its order service."""
