"""Benchmarks: each prints its figure, the floor or peer beside it, and the ratio, from one run."""
