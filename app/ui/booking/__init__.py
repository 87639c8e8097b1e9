"""Booking from any screen: the buttons, and the row that tells what became of it."""
