"""Sufler: a messenger chatbot and an operators' prompter in one. The rooms are described in README.md."""
