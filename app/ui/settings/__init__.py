"""The settings screen: camera and sound, and what lies on this PC."""
