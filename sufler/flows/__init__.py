"""Flows: scripted dialogs in YAML. Loaded, checked, run and tested without any input or output."""
