"""How long a test waits for what must happen: a slow machine is no failure."""

# Of a busy machine; what is waited for comes in a moment on a quiet one.
PATIENCE_S = 120.0
