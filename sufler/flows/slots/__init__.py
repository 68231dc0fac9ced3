"""What customers' words say about a slot: dates, amounts, phones and the like, as people type."""
