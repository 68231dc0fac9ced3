"""Exports of other programs, read into `replay.talks`: one file a format."""
