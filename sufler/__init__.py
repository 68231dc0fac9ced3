"""Sufler: a messenger chatbot and an operators' prompter in one. README.md has the map."""

__version__ = "0.1.0"
