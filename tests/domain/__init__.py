"""The ground floor: pure values."""
