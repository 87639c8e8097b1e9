"""The inbox: threads, the message being read, and booking from it."""
