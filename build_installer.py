"""Builds the installable program: a one-folder build with everything in it, and a self-check of what came out."""
