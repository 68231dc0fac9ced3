"""Which articles fit a turn, and how surely: suggestions, ranking, confidence, learning."""
