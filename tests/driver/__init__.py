"""Drives the real program from outside: a screen, a sound card, a patient in Chromium, and the clinic's hand."""
