"""The one write-read loop between the local copy and the practice system."""
