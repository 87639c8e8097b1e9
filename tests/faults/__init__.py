"""Whole consoles on a simulated network, clock and practice system: nothing is lost, nothing happens twice."""
