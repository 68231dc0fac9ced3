"""Speed and memory, measured beside the bare encoder and the bare framework: `make bench`."""
