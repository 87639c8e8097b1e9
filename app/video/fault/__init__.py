"""Whose fault it is when a call is bad: what is known and asked, and the pure rules that name somebody."""
