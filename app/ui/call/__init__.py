"""The video window."""
