"""A customers' channel in a terminal, for `sufler chat`."""
