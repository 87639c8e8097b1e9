-- How long a consultation under way has been given here, whatever the practice system says of it.

DROP VIEW consultation;

ALTER TABLE booking ADD COLUMN extended_to INTEGER;

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
    b.conflict, b.settled_by, b.version_at, b.claimed_slots, b.extended_to
FROM booking AS b
UNION ALL
SELECT
    a.booking_id, a.patient_id, a.clinician_id, a.clinician_id, a.form, a.starts_at, a.ends_at,
    coalesce(a.made_at, 0), a.reached, a.slot_id, NULL,
    (SELECT p.phone FROM patient AS p WHERE p.id = a.patient_id), NULL, NULL, a.id, '[]', NULL, NULL,
    CASE WHEN a.status IN ('proposed', 'pending', 'waitlist') THEN 'sent' ELSE 'confirmed' END, NULL, a.fetched_at,
    a.fetched_at, NULL, NULL, NULL, NULL, '', a.version_at, '[]', NULL
FROM appointment AS a
WHERE NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.id = a.booking_id)
    AND NOT EXISTS (SELECT 1 FROM booking AS b WHERE b.appointment_id = a.id);
