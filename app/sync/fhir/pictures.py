"""A patient's still picture in the record: one DocumentReference, created once, with the picture in it."""

import base64
import hashlib

from app.domain.actions import ActionResult, PendingAction, PictureSaved, Refused
from app.domain.booking import Booking
from app.domain.clinic_time import clinic_local
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import derived_uuid
from app.domain.patient import Clinician
from app.domain.record_picture import RecordPicture
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import FhirClient
from app.sync.fhir.codes import LOINC, UUID_PREFIX
from app.sync.fhir.guarded import create_once, id_of
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.records import Records
from app.sync.fhir.resources import check_sendable, fhir_instant, identifier, reference
from app.sync.fhir.sendable import DeclinedError

_WHAT = "Klinisk billede"
_PHOTOGRAPH = "72170-4"
"""LOINC: Photographic image."""
_NOT_PICTURES = frozenset({403})
"""The clinic is let in and may not save pictures: a no for good, where 401 is one for the moment."""


class PictureWriter:
    """Writes pictures to one server on behalf of `user`."""

    def __init__(self, client: FhirClient, capabilities: FhirCapabilities, user: Clinician) -> None:
        self._records = Records(client, capabilities, user)

    async def save(self, action: PendingAction, picture: RecordPicture, booking: Booking) -> ActionResult:
        """Have a picture in the record; safe to repeat. Raises KlinikError when to be tried again later."""
        if picture.jpeg is None:
            raise KlinikError(ErrorKind.UNEXPECTED, "a picture without its bytes")
        try:
            check_sendable(booking)
            return PictureSaved(await self._saved(picture, picture.jpeg.reveal(), booking))
        except ValueError:
            return Refused(ErrorKind.PICTURE_REFUSED)
        except KlinikError as error:
            if error.kind is ErrorKind.PRACTICE_TOO_LARGE:
                return Refused(ErrorKind.PICTURE_TOO_LARGE)
            if isinstance(error, DeclinedError):
                return Refused(ErrorKind.PICTURE_REFUSED)
            raise

    async def _saved(self, picture: RecordPicture, jpeg: bytes, booking: Booking) -> str:
        document = document_of(picture, jpeg, await self._context(booking))
        client, capabilities = self._records.client, self._records.capabilities
        stored = await create_once(client, capabilities, document, refusals=_NOT_PICTURES)
        return f"DocumentReference/{id_of(stored)}"

    async def _context(self, booking: Booking) -> JsonObject:
        """Return what the picture belongs to, as far as it is in the record by now."""
        context: JsonObject = {}
        try:
            appointment_id = await self._records.appointment_id(booking)
            if appointment_id and await self._records.appointment(appointment_id) is not None:
                context["related"] = [reference("Appointment", appointment_id)]
            if booking.outcome is not None:
                held = await self._records.find("Encounter", UUID_PREFIX + derived_uuid(booking.id, "encounter"))
                if held is not None:
                    context["encounter"] = [reference("Encounter", id_of(held))]
        except DeclinedError:
            pass  # A server that cannot be searched for them takes the picture without.
        return context


def document_of(picture: RecordPicture, jpeg: bytes, context: JsonObject) -> JsonObject:
    """Build the DocumentReference that carries a picture to the record; the same picture gives the same one.

    `hash` is the SHA-1 that FHIR R4 asks for (Attachment.hash), over the bytes before they are base64.
    """
    document: JsonObject = {
        "resourceType": "DocumentReference",
        "identifier": [identifier(picture.id)],
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": _PHOTOGRAPH}], "text": _WHAT},
        "category": [{"text": _WHAT}],
        "subject": reference("Patient", picture.patient_id),
        "date": fhir_instant(picture.made_at),
        "author": [reference("Practitioner", picture.author)],
        "description": _description(picture),
        "content": [
            {
                "attachment": {
                    "contentType": "image/jpeg",
                    "language": "da",
                    "title": _WHAT,
                    "creation": fhir_instant(picture.consent_at),
                    "size": len(jpeg),
                    "hash": base64.b64encode(hashlib.sha1(jpeg, usedforsecurity=False).digest()).decode(),
                    "data": base64.b64encode(jpeg).decode(),
                }
            }
        ],
    }
    return {**document, "context": context} if context else document


def _description(picture: RecordPicture) -> str:
    when = clinic_local(picture.consent_at).strftime("%d.%m.%Y kl. %H.%M")
    if picture.asked:
        return f"Billede taget af patienten under videokonsultation. Patienten gav samtykke {when}."
    return f"Billede sendt af patienten selv under videokonsultation {when}."
