"""The commands of `sufler`, a file for each noun."""
