-- Instants are whole microseconds since 1970-01-01 UTC; enumerations are the values of the domain's enums.

CREATE TABLE resource (
    type         TEXT NOT NULL,
    id           TEXT NOT NULL,
    version      TEXT NOT NULL,             -- opaque: the server's ETag
    last_updated INTEGER NOT NULL,          -- the server's clock
    raw          BLOB NOT NULL,             -- verbatim, as it came
    deleted      INTEGER NOT NULL,
    base         BLOB,                      -- what a local edit started from; NULL when there is none
    item_kind    TEXT,                      -- the typed table that holds what is read out of it
    item_id      TEXT,
    PRIMARY KEY (type, id)
) STRICT;

CREATE TABLE watermark (
    type TEXT NOT NULL PRIMARY KEY,
    at   INTEGER NOT NULL
) STRICT;

CREATE TABLE sync_state (
    one            INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    last_answer_at INTEGER,
    failing_since  INTEGER,
    failure        TEXT
) STRICT;
INSERT INTO sync_state (one) VALUES (1);

CREATE TABLE patient (
    id         TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    cpr        TEXT,
    birth_date TEXT,
    phone      TEXT,
    address    TEXT,
    fetched_at INTEGER NOT NULL             -- this PC's clock
) STRICT;

CREATE TABLE clinician (
    id   TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL
) STRICT;

CREATE TABLE slot (
    id           TEXT NOT NULL PRIMARY KEY,
    clinician_id TEXT NOT NULL,
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    free         INTEGER NOT NULL,
    version      TEXT NOT NULL,
    fetched_at   INTEGER NOT NULL           -- this PC's clock
) STRICT;
CREATE INDEX slot_start ON slot (starts_at);
CREATE INDEX slot_free ON slot (clinician_id, free, starts_at);

CREATE TABLE message (
    number      INTEGER PRIMARY KEY,        -- stable, for a full-text index beside the table
    id          TEXT NOT NULL UNIQUE,
    thread_id   TEXT NOT NULL,
    patient_id  TEXT NOT NULL,
    direction   TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    sent_at     INTEGER NOT NULL,
    urgent      INTEGER NOT NULL,
    attachments INTEGER NOT NULL
) STRICT;
CREATE INDEX message_thread ON message (thread_id, sent_at, id);

-- One row a thread, rewritten with its messages, so that the inbox never has to count them.
CREATE TABLE thread (
    id          TEXT NOT NULL PRIMARY KEY,
    patient_id  TEXT NOT NULL,
    subject     TEXT NOT NULL,
    preview     TEXT NOT NULL,
    newest_at   INTEGER NOT NULL,
    unanswered  INTEGER NOT NULL,
    urgent      INTEGER NOT NULL,
    messages    INTEGER NOT NULL,
    attachments INTEGER NOT NULL
) STRICT;
CREATE INDEX thread_inbox ON thread (unanswered DESC, newest_at DESC, id);

CREATE TABLE appointment (
    id           TEXT NOT NULL PRIMARY KEY,
    booking_id   TEXT NOT NULL,             -- derived from the id where no console made it
    patient_id   TEXT,
    clinician_id TEXT,
    slot_id      TEXT,
    form         TEXT NOT NULL,
    starts_at    INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    status       TEXT NOT NULL,
    reached      TEXT NOT NULL,
    made_at      INTEGER,                   -- NULL where the practice system does not tell
    fetched_at   INTEGER NOT NULL           -- this PC's clock
) STRICT;
CREATE INDEX appointment_booking ON appointment (booking_id);
CREATE INDEX appointment_patient ON appointment (patient_id);
CREATE INDEX appointment_start ON appointment (starts_at);

CREATE TABLE booking (
    id             TEXT NOT NULL PRIMARY KEY,
    patient_id     TEXT NOT NULL,
    clinician_id   TEXT NOT NULL,
    made_by        TEXT NOT NULL,
    form           TEXT NOT NULL,
    starts_at      INTEGER NOT NULL,
    ends_at        INTEGER NOT NULL,
    made_at        INTEGER NOT NULL,
    state          TEXT NOT NULL,
    live           INTEGER NOT NULL,
    slot_id        TEXT,
    message_id     TEXT,
    phone          TEXT,
    room_code      TEXT,
    room_url       TEXT,
    appointment_id TEXT,
    ledger         TEXT NOT NULL,           -- JSON array
    call           TEXT,                    -- JSON object
    outcome        TEXT,                    -- JSON object
    row_state      TEXT NOT NULL,
    failure        TEXT,
    changed_at     INTEGER
) STRICT;
CREATE INDEX booking_live ON booking (live, starts_at);
CREATE INDEX booking_start ON booking (starts_at);
CREATE INDEX booking_patient ON booking (patient_id);
CREATE INDEX booking_slot ON booking (slot_id);
CREATE INDEX booking_message ON booking (message_id);
CREATE INDEX booking_appointment ON booking (appointment_id);

CREATE TABLE pending_action (
    sequence        INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    kind            TEXT NOT NULL,
    channel         TEXT NOT NULL,
    booking_id      TEXT NOT NULL REFERENCES booking (id),
    patient_id      TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    made_at         INTEGER NOT NULL,
    not_before      INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    last_failure    TEXT
) STRICT;
CREATE INDEX pending_action_queue ON pending_action (booking_id, channel, sequence);

CREATE TABLE carried_key (
    idempotency_key TEXT NOT NULL PRIMARY KEY,
    carried_at      INTEGER NOT NULL
) STRICT;

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
    b.row_state, b.failure, b.changed_at
FROM booking AS b
UNION ALL
SELECT
    a.booking_id, a.patient_id, a.clinician_id, a.clinician_id, a.form, a.starts_at, a.ends_at,
    coalesce(a.made_at, 0), a.reached, a.slot_id, NULL,
    (SELECT p.phone FROM patient AS p WHERE p.id = a.patient_id), NULL, NULL, a.id, '[]', NULL, NULL,
    CASE WHEN a.status IN ('proposed', 'pending', 'waitlist') THEN 'sent' ELSE 'confirmed' END, NULL, a.fetched_at
FROM appointment AS a
WHERE NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.id = a.booking_id)
    AND NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.appointment_id = a.id);
