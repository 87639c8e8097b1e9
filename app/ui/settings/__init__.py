"""The settings screen: for now, what lies on this PC."""
