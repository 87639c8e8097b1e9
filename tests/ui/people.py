"""A believable clinic for the screens: people, messages, slots and bookings, all made up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from app.domain.booking import Booking, BookingState, ConsultationForm, RoomLink, RowState
from app.domain.cpr import parse_cpr
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId, SlotId, ThreadId
from app.domain.invitation import Delivery, LedgerEntry, Route
from app.domain.message import Direction, Message
from app.domain.outcome import FeeCode
from app.domain.patient import Clinic, Clinician, Patient, Role
from app.domain.phone import parse_phone
from app.domain.private import Private
from app.domain.slot import Slot, SlotKind
from app.domain.views import LocalDataReport

NOW = datetime(2026, 11, 16, 9, 4, 20, tzinfo=UTC)
"""Monday 16 November 2026, 10.04.20 at the clinic."""

CLINIC = Clinic("Lægerne Nørregade", parse_phone("33 12 45 67"))
DOCTOR = Clinician(ClinicianId("anna"), "Anna Sørensen", Role.CLINICIAN)
COLLEAGUE = Clinician(ClinicianId("jonas"), "Jonas Bech Madsen", Role.CLINICIAN)
SECRETARY = Clinician(ClinicianId("lone"), "Lone Kjær", Role.SECRETARY)
FEE_CODES = (
    FeeCode("0125", "Videokonsultation", date(2022, 1, 1), None),
    FeeCode("0126", "Videokonference", date(2022, 1, 1), None),
    FeeCode("0201", "Telefonkonsultation", date(2014, 1, 1), None),
    FeeCode("0101", "Konsultation", date(2014, 1, 1), None),
    FeeCode("4436", "Videokonsultation, forsøg", date(2019, 1, 1), date(2021, 12, 31)),
)


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """Return a clinic time (UTC+1 in November) as an instant."""
    return datetime(2026, 11, 16, hour - 1, minute, tzinfo=UTC) + timedelta(days=days)


def patient(key: str, name: str, cpr: str, phone: str | None) -> Patient:
    number = parse_cpr(cpr)
    return Patient(
        PatientId(key),
        Private(name),
        Private(number),
        Private(number.birth_date),
        Private(parse_phone(phone)) if phone else None,
        Private("Vesterbrogade 41, 3. tv., 1620 København V"),
    )


KAREN = patient("karen", "Karen Margrethe Holm", "120354-1126", "20 12 34 56")
OMAR = patient("omar", "Omar Haddad", "030987-2415", "28 44 19 03")
SIGNE = patient("signe", "Signe Lund Kristoffersen-Abrahamsen", "250899-2418", "42 17 88 90")
VERNER = patient("verner", "Verner Østergaard", "070638-1133", None)
MIA = patient("mia", "Mia Thygesen", "141115-4128", "51 30 22 74")
PEOPLE = (KAREN, OMAR, SIGNE, VERNER, MIA)


def message(
    key: str,
    who: Patient,
    sent: datetime,
    subject: str,
    body: str,
    *,
    ours: bool = False,
    urgent: bool = False,
    attachments: int = 0,
) -> Message:
    return Message(
        MessageId(key),
        ThreadId(f"thread-{who.id}"),
        who.id,
        Direction.FROM_CLINIC if ours else Direction.FROM_PATIENT,
        Private(subject),
        Private(body),
        sent,
        urgent,
        attachments,
    )


MESSAGES = (
    message(
        "k1",
        KAREN,
        at(8, 12, -4),
        "Udslæt på underarmen",
        "Hej Anna\n\nJeg har fået et rødt udslæt på venstre underarm. Det klør især om aftenen. Er det noget, "
        "I skal se på?\n\nVenlig hilsen\nKaren",
        attachments=1,
    ),
    message(
        "k2",
        KAREN,
        at(15, 40, -4),
        "Sv: Udslæt på underarmen",
        "Hej Karen\n\nPrøv en mild hydrocortisoncreme to gange om dagen i fire dage. Skriv igen, hvis det ikke "
        "hjælper.\n\nVenlig hilsen Anna Sørensen",
        ours=True,
    ),
    message(
        "k3",
        KAREN,
        at(9, 42),
        "Sv: Udslæt på underarmen",
        "Hej igen\n\nCremen har desværre ikke hjulpet, og udslættet har bredt sig mod albuen. Det er varmt at røre "
        "ved. Jeg har taget et nyt billede i morges, men det er svært at se farven.\n\nKan du kigge på det i dag?",
        attachments=2,
    ),
    message(
        "o1",
        OMAR,
        at(8, 55),
        "Ondt i brystet ved trapper",
        "Siden lørdag har jeg haft et tryk for brystet.",
        urgent=True,
    ),
    message(
        "s1", SIGNE, at(7, 31), "Svar på blodprøve og spørgsmål om jern", "Tak for svaret. Skal jeg fortsætte?"
    ),
    message("v1", VERNER, at(13, 5, -1), "Fornyelse af recept", "Jeg mangler mine blodtrykspiller."),
    message("m1", MIA, at(16, 20, -3), "Mias hoste", "Hun hoster stadig om natten, men har ikke feber."),
    message("m2", MIA, at(17, 2, -3), "Sv: Mias hoste", "Det lyder fint. Giv det en uge mere.", ours=True),
)

TIMES = ((10, 20), (10, 40), (11, 0), (13, 0), (13, 20), (13, 40), (14, 0))


def slots(clinician: Clinician) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            SlotId(f"slot-{clinician.id}-{hour}{minute:02}"),
            clinician.id,
            at(hour, minute),
            at(hour, minute) + timedelta(minutes=15),
            SlotKind.VIDEO if hour < 12 else SlotKind.ANY,
            True,
            "1",
        )
        for hour, minute in TIMES
    )


FIRST = at(10, 20)


def booking(
    who: Patient = KAREN,
    state: BookingState = BookingState.REQUESTED,
    start: datetime = FIRST,
    *,
    key: str = "b1",
    row: RowState = RowState.SAVED_HERE,
    made_at: datetime = NOW,
    instant: bool = False,
    about: str | None = "k3",
    ledger: tuple[LedgerEntry, ...] = (),
    failure: ErrorKind | None = None,
    form: ConsultationForm = ConsultationForm.VIDEO,
) -> Booking:
    return Booking(
        id=BookingId(key),
        patient_id=who.id,
        clinician_id=DOCTOR.id,
        made_by=DOCTOR.id,
        form=form,
        start=start,
        end=start + timedelta(minutes=15),
        made_at=made_at,
        state=state,
        slot_id=None if instant else SlotId("slot-anna-1020"),
        message_id=MessageId(about) if about else None,
        phone=who.phone,
        room=RoomLink("7KQ2P9FMCA", "https://video.example/7KQ2P9FMCA"),
        appointment_id="1",
        ledger=ledger,
        row_state=row,
        failure=failure,
        changed_at=made_at,
        row_state_at=made_at,
    )


def ledger(*steps: Delivery, first: datetime = NOW, failure: ErrorKind | None = None) -> tuple[LedgerEntry, ...]:
    """Return ledger lines a minute apart."""
    return tuple(
        LedgerEntry(
            first + timedelta(minutes=number),
            step,
            Route.SMS,
            failure=failure if step is Delivery.FAILED else None,
        )
        for number, step in enumerate(steps)
    )


SENT = (Delivery.QUEUED, Delivery.ACCEPTED)
DELIVERED = (*SENT, Delivery.DELIVERED)


def all_slots() -> list[Slot]:
    return [*slots(DOCTOR), *slots(COLLEAGUE)]


def every_booking_state() -> dict[BookingState, Booking]:
    """Return Karen's booking in each state a clinician can meet it in."""
    old = NOW - timedelta(minutes=5)
    reached = {
        BookingState.REQUESTED: (),
        BookingState.ROOM_READY: (),
        BookingState.CONFIRMED: ledger(Delivery.QUEUED, first=old),
        BookingState.INVITED: ledger(*SENT, first=old),
        BookingState.DELIVERED: ledger(*DELIVERED, first=old),
        BookingState.OPENED: ledger(*DELIVERED, Delivery.OPENED, first=old),
        BookingState.TESTED: ledger(*DELIVERED, Delivery.OPENED, Delivery.TESTED, first=old),
        BookingState.WAITING: ledger(*DELIVERED, Delivery.OPENED, Delivery.TESTED, Delivery.WAITING, first=old),
        BookingState.IN_CALL: ledger(*DELIVERED, Delivery.OPENED, Delivery.WAITING, Delivery.IN_CALL, first=old),
        BookingState.ENDED: ledger(*DELIVERED, first=old),
        BookingState.CANCELLED: ledger(*SENT, first=old),
        BookingState.SLOT_TAKEN: (),
        BookingState.UNDELIVERABLE: ledger(*SENT, Delivery.FAILED, first=old, failure=ErrorKind.SMS_LOST),
        BookingState.ROOM_FAILED: (),
    }
    failures = {
        BookingState.SLOT_TAKEN: ErrorKind.SLOT_TAKEN,
        BookingState.UNDELIVERABLE: ErrorKind.SMS_LOST,
        BookingState.ROOM_FAILED: ErrorKind.ROOM_REFUSED,
    }
    rows = {
        BookingState.REQUESTED: RowState.SAVED_HERE,
        BookingState.ROOM_READY: RowState.QUEUED,
        BookingState.SLOT_TAKEN: RowState.CONFLICT,
    }
    fresh = {BookingState.REQUESTED, BookingState.ROOM_READY}
    return {
        state: replace(
            booking(state=state, ledger=lines, failure=failures.get(state)),
            made_at=NOW - timedelta(seconds=2) if state in fresh else old,
            row_state=rows.get(state, RowState.CONFIRMED),
        )
        for state, lines in reached.items()
    }


REPORT = LocalDataReport(
    size=48_100_000,
    patients=1_204,
    messages=20_418,
    bookings=312,
    keep_closed_days=90,
    checked_at=at(6, 30),
    tidied_at=at(3, 0, -1),
    repaired_at=None,
    lost_actions=0,
    backups=1,
)
