"""The store: the clinic's data on this PC, encrypted, with the outbox of everything that is to leave it."""
