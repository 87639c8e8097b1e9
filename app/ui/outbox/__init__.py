"""What waits to be carried out, and what a person can do about it."""
