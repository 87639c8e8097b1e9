"""Adapters of the `Rooms` port: the clinic's ways to a room service."""
