"""The demo shop's order service: what a company's own system might be, for flows to call."""
