-- Patients' still pictures on their way into the record, each with an action of its own in the outbox.
-- Instants are whole microseconds since 1970-01-01 UTC; enumerations are the values of the domain's enums.

CREATE TABLE record_picture (
    id         TEXT NOT NULL PRIMARY KEY,
    booking_id TEXT NOT NULL REFERENCES booking (id),
    patient_id TEXT NOT NULL,
    author     TEXT NOT NULL,
    consent_at INTEGER NOT NULL,
    asked      INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    row_state  TEXT NOT NULL,
    failure    TEXT,
    reference  TEXT NOT NULL,
    jpeg       TEXT                         -- base64; NULL once the practice system has it
) STRICT;
CREATE INDEX record_picture_booking ON record_picture (booking_id);
CREATE INDEX record_picture_patient ON record_picture (patient_id);

ALTER TABLE pending_action ADD COLUMN picture_id TEXT REFERENCES record_picture (id);
CREATE INDEX pending_action_picture ON pending_action (picture_id) WHERE picture_id IS NOT NULL;
