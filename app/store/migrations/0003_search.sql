-- Full-text search. The texts themselves are kept once, in `message` and `patient`; here are only their words, folded
-- by app.domain.search_text. What is written, changed or deleted there, in whatever way, is followed by the triggers:
-- the words of what is gone leave at once, and what is new waits in a backlog until its words have been entered.

-- detail=none and every prefix up to the longest word entered: so each beginning of a word is one list that is read
-- from its newest end, however common it is.
CREATE VIRTUAL TABLE message_words USING fts5(
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii tokenchars ''~''',
    prefix = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15');

-- Places are in the order the messages were sent: 16 seconds each, the next free one when it is taken.
CREATE TABLE message_place (
    place      INTEGER PRIMARY KEY,         -- rowid in message_words
    number     INTEGER NOT NULL UNIQUE,     -- of table message
    patient_id TEXT NOT NULL
) STRICT;
CREATE INDEX message_place_patient ON message_place (patient_id, place);

CREATE TABLE message_backlog (number INTEGER PRIMARY KEY) STRICT;

-- Of the messages that were there before the search, those up to this number have not been entered yet.
CREATE TABLE search_state (
    one          INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    old_messages INTEGER NOT NULL
) STRICT;
INSERT INTO search_state SELECT 1, coalesce(max(number), 0) FROM message;

CREATE TRIGGER message_comes AFTER INSERT ON message BEGIN
    INSERT OR IGNORE INTO message_backlog VALUES (new.number);
END;
CREATE TRIGGER message_changes AFTER UPDATE OF subject, body, sent_at, patient_id ON message
WHEN (old.subject, old.body, old.sent_at, old.patient_id) IS NOT (new.subject, new.body, new.sent_at, new.patient_id)
BEGIN
    DELETE FROM message_words WHERE rowid = (SELECT place FROM message_place WHERE number = old.number);
    DELETE FROM message_place WHERE number = old.number;
    INSERT OR IGNORE INTO message_backlog VALUES (new.number);
END;
CREATE TRIGGER message_goes AFTER DELETE ON message BEGIN
    DELETE FROM message_words WHERE rowid = (SELECT place FROM message_place WHERE number = old.number);
    DELETE FROM message_place WHERE number = old.number;
    DELETE FROM message_backlog WHERE number = old.number;
END;

CREATE VIRTUAL TABLE patient_words USING fts5(
    name, number, address, content = '', contentless_delete = 1, detail = column, tokenize = 'ascii',
    prefix = '1 2 3 4');
CREATE TABLE patient_place (
    place INTEGER PRIMARY KEY,              -- rowid in patient_words
    id    TEXT NOT NULL UNIQUE,
    name  TEXT NOT NULL                     -- as app.domain.search_text writes it, to sort by
) STRICT;
CREATE TABLE patient_backlog (id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO patient_backlog SELECT id FROM patient;

CREATE TRIGGER patient_comes AFTER INSERT ON patient BEGIN
    INSERT OR IGNORE INTO patient_backlog VALUES (new.id);
END;
CREATE TRIGGER patient_changes AFTER UPDATE OF name, cpr, birth_date, phone, address ON patient
WHEN (old.name, old.cpr, old.birth_date, old.phone, old.address)
    IS NOT (new.name, new.cpr, new.birth_date, new.phone, new.address)
BEGIN
    DELETE FROM patient_words WHERE rowid = (SELECT place FROM patient_place WHERE id = old.id);
    DELETE FROM patient_place WHERE id = old.id;
    INSERT OR IGNORE INTO patient_backlog VALUES (new.id);
END;
CREATE TRIGGER patient_goes AFTER DELETE ON patient BEGIN
    DELETE FROM patient_words WHERE rowid = (SELECT place FROM patient_place WHERE id = old.id);
    DELETE FROM patient_place WHERE id = old.id;
    DELETE FROM patient_backlog WHERE id = old.id;
END;
