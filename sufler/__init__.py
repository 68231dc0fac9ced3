"""Sufler: a messenger chatbot and an operators' prompter in one. The rooms are described in README.md."""

__version__ = "0.1.0"
