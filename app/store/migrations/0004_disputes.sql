-- What two people disagree about is counted for the status line, without going through every booking.
CREATE INDEX booking_row_state ON booking (row_state);
