"""The screens: the only part that knows Qt."""
