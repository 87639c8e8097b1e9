"""Stories: the whole program, driven as its users drive it."""
