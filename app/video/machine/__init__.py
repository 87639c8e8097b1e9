"""What a call does next, as pure functions: connections, the ladder, the telephone, and the record kept of them."""
