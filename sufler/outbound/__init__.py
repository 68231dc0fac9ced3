"""HTTP going out: pages are fetched politely, and never from inside the house."""
