"""One row a thread, kept in step with its messages, so that the inbox is read and never counted."""

import json
from collections.abc import Collection

from sqlalchemy import Connection, text

PREVIEW_LENGTH = 200

_DELETE = text("DELETE FROM thread WHERE id IN (SELECT value FROM json_each(:ids))")

# What the clinic wrote settles what came before it: only what the patient wrote since can be urgent.
_INSERT = text("""
    INSERT INTO thread (id, patient_id, subject, preview, newest_at, unanswered, urgent, messages, attachments)
    SELECT newest.thread_id, newest.patient_id, newest.subject, substr(newest.body, 1, :preview), newest.sent_at,
        newest.direction = 'from_patient',
        newest.direction = 'from_patient' AND EXISTS (
            SELECT 1 FROM message AS m
            WHERE m.thread_id = newest.thread_id AND m.urgent AND m.direction = 'from_patient'
                AND NOT EXISTS (
                    SELECT 1 FROM message AS answer
                    WHERE answer.thread_id = m.thread_id AND answer.direction = 'from_clinic'
                        AND (answer.sent_at, answer.id) > (m.sent_at, m.id))),
        (SELECT count(*) FROM message AS m WHERE m.thread_id = newest.thread_id),
        (SELECT sum(m.attachments) FROM message AS m WHERE m.thread_id = newest.thread_id)
    FROM json_each(:ids) AS touched
    JOIN message AS newest ON newest.number = (
        SELECT m.number FROM message AS m WHERE m.thread_id = touched.value
        ORDER BY m.sent_at DESC, m.id DESC LIMIT 1)
""")


def rewrite_threads(connection: Connection, thread_ids: Collection[str]) -> None:
    """Make the rows of these threads anew from their messages; a thread without any has no row."""
    ids = json.dumps(sorted(thread_ids))
    connection.execute(_DELETE, {"ids": ids})
    connection.execute(_INSERT, {"ids": ids, "preview": PREVIEW_LENGTH})
