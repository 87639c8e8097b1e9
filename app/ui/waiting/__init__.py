"""The waiting-room strip."""
