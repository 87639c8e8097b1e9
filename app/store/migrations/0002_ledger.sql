-- Waiting in line for each patient, who has a thread, moved bookings and conflicts, how far each type has been read.
-- Instants are whole microseconds since 1970-01-01 UTC; enumerations are the values of the domain's enums.

DROP VIEW consultation;

ALTER TABLE resource DROP COLUMN base;

-- Whether what an older program had read was all there was, nobody knows: it is read on from where it stopped.
CREATE TABLE read_point (
    type     TEXT NOT NULL PRIMARY KEY,
    at       INTEGER,                       -- the largest server time stored; NULL before the first
    complete INTEGER NOT NULL,              -- it has been read to its end once
    fetched  INTEGER NOT NULL,              -- so many different resources were stored
    expected INTEGER                        -- so many the server says it has: a hint
) STRICT;
INSERT INTO read_point (type, at, complete, fetched)
SELECT w.type, w.at, 0, (SELECT count(*) FROM resource AS r WHERE r.type = w.type) FROM watermark AS w;
DROP TABLE watermark;

ALTER TABLE sync_state ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;

CREATE TABLE finding (
    server  TEXT NOT NULL PRIMARY KEY,
    finding TEXT NOT NULL
) STRICT;

CREATE TABLE upkeep (
    one          INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    checked_at   INTEGER,
    tidied_at    INTEGER,
    repaired_at  INTEGER,
    lost_actions INTEGER NOT NULL DEFAULT 0,
    generation   INTEGER NOT NULL DEFAULT 0 -- grows with every change of what only this PC knows
) STRICT;
INSERT INTO upkeep (one) VALUES (1);

DROP INDEX thread_inbox;
CREATE INDEX thread_inbox ON thread (urgent DESC, unanswered DESC, newest_at DESC, id);
CREATE INDEX thread_age ON thread (newest_at);

CREATE TABLE thread_holder (
    id           TEXT NOT NULL PRIMARY KEY,
    thread_id    TEXT NOT NULL,
    patient_id   TEXT,
    clinician_id TEXT,                      -- NULL when it was let go
    name         TEXT,
    since        INTEGER
) STRICT;
CREATE INDEX thread_holder_thread ON thread_holder (thread_id);

ALTER TABLE appointment ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE appointment ADD COLUMN version_at INTEGER;          -- the server's clock

ALTER TABLE booking ADD COLUMN row_state_at INTEGER;
ALTER TABLE booking ADD COLUMN moved_from_start INTEGER;
ALTER TABLE booking ADD COLUMN moved_from_end INTEGER;
ALTER TABLE booking ADD COLUMN moved_from_slot TEXT;
ALTER TABLE booking ADD COLUMN conflict TEXT;                   -- JSON object
ALTER TABLE booking ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE booking ADD COLUMN version_at INTEGER;              -- the server's clock
CREATE INDEX booking_moved_from ON booking (moved_from_slot) WHERE moved_from_slot IS NOT NULL;

CREATE TABLE assignment (
    thread_id     TEXT NOT NULL PRIMARY KEY,
    patient_id    TEXT NOT NULL,
    wanted_by     TEXT,                     -- NULL to let go of it
    wanted_name   TEXT,
    wanted_since  INTEGER,
    row_state     TEXT NOT NULL,
    changed_at    INTEGER NOT NULL,
    over          TEXT,
    lost_to       TEXT,
    lost_to_name  TEXT,
    lost_to_since INTEGER,
    failure       TEXT
) STRICT;

CREATE TABLE waiting_action (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    channel         TEXT NOT NULL,
    queue           TEXT NOT NULL,
    booking_id      TEXT REFERENCES booking (id),
    thread_id       TEXT REFERENCES assignment (thread_id),
    patient_id      TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    made_at         INTEGER NOT NULL,
    not_before      INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    last_failure    TEXT,
    begun           INTEGER NOT NULL DEFAULT 0,
    CHECK ((booking_id IS NULL) <> (thread_id IS NULL))
) STRICT;
-- What had waited in an older program may have been tried: nobody knows.
INSERT INTO waiting_action (sequence, id, kind, channel, queue, booking_id, patient_id, idempotency_key, made_at,
    not_before, attempts, last_failure, begun)
SELECT sequence, id, kind, channel,
    channel || ':' || CASE channel WHEN 'practice' THEN patient_id ELSE booking_id END,
    booking_id, patient_id, idempotency_key, made_at, not_before, attempts, last_failure, 1
FROM pending_action;
-- What comes next is numbered after all that ever was, not only after what still waits.
DELETE FROM sqlite_sequence WHERE name = 'waiting_action';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'waiting_action', seq FROM sqlite_sequence WHERE name = 'pending_action';
DROP TABLE pending_action;
ALTER TABLE waiting_action RENAME TO pending_action;
CREATE INDEX pending_action_queue ON pending_action (queue, sequence);
CREATE INDEX pending_action_booking ON pending_action (booking_id, channel);
CREATE INDEX pending_action_thread ON pending_action (thread_id);

-- Every consultation as if what waits in the outbox were done: this console's bookings, then the appointments
-- of others. What the practice system ended or cancelled is over here too, unless a change of ours is on its way
-- or the patient is there.
CREATE VIEW consultation AS
SELECT
    b.id, b.patient_id, b.clinician_id, b.made_by, b.form, b.starts_at, b.ends_at, b.made_at,
    CASE
        WHEN b.live AND b.state NOT IN ('waiting', 'in_call')
            AND NOT EXISTS (
                SELECT 1 FROM pending_action AS p WHERE p.booking_id = b.id AND p.channel = 'practice')
        THEN coalesce(
            (SELECT a.reached FROM appointment AS a
             WHERE (a.booking_id = b.id OR a.id = b.appointment_id) AND a.reached IN ('cancelled', 'ended')
             LIMIT 1),
            b.state)
        ELSE b.state
    END AS state,
    b.slot_id, b.message_id, b.phone, b.room_code, b.room_url, b.appointment_id, b.ledger, b.call, b.outcome,
    b.row_state, b.failure, b.changed_at, b.row_state_at, b.moved_from_start, b.moved_from_end, b.moved_from_slot,
    b.conflict, b.settled_by, b.version_at
FROM booking AS b
UNION ALL
SELECT
    a.booking_id, a.patient_id, a.clinician_id, a.clinician_id, a.form, a.starts_at, a.ends_at,
    coalesce(a.made_at, 0), a.reached, a.slot_id, NULL,
    (SELECT p.phone FROM patient AS p WHERE p.id = a.patient_id), NULL, NULL, a.id, '[]', NULL, NULL,
    CASE WHEN a.status IN ('proposed', 'pending', 'waitlist') THEN 'sent' ELSE 'confirmed' END, NULL, a.fetched_at,
    a.fetched_at, NULL, NULL, NULL, NULL, '', a.version_at
FROM appointment AS a
WHERE NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.id = a.booking_id)
    AND NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.appointment_id = a.id);
