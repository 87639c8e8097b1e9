"""The calendar: one day's slots and bookings."""
