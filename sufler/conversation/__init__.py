"""The centre: a turn in, a decision, a reply out. Begin with `turn.py`."""
