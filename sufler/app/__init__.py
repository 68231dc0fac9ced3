"""Settings, wiring and the command line: the one room that knows everyone."""
