"""The customers' page /chat and its socket: a channel named "web"."""
