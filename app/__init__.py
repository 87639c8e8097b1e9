"""Klinikkonsol: inbox, one-click video booking, waiting room, video call and telephone for Danish GP clinics."""
