"""The search: patients, messages and appointments by whatever is known of them."""
