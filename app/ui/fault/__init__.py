"""Whose fault it is, on the screen."""
