"""The words of Sufler as plain data. This room imports nothing of ours."""
