"""The practice system's records as the writers need them: one server, what it can do, and who writes."""

from dataclasses import dataclass

from app.domain.booking import Booking
from app.domain.patient import Clinician
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import Answer, FhirClient
from app.sync.fhir.codes import UUID_PREFIX
from app.sync.fhir.guarded import GONE, Edit, change, create_once, find, find_all, id_of
from app.sync.fhir.json_text import JsonObject


@dataclass(frozen=True, slots=True)
class Records:
    """One server, written to on behalf of `user`; the methods raise KlinikError (DeclinedError when for good)."""

    client: FhirClient
    capabilities: FhirCapabilities
    user: Clinician

    async def create(self, resource: JsonObject) -> JsonObject:
        """Create a resource once; returns the one that then exists."""
        return await create_once(self.client, self.capabilities, resource)

    async def find(self, resource_type: str, uuid_urn: str) -> JsonObject | None:
        """Return the resource that carries one of our identifiers, if there is one."""
        return await find(self.client, self.capabilities, resource_type, uuid_urn)

    async def find_all(self, resource_type: str, uuid_urn: str) -> list[JsonObject]:
        """Return the resources that carry one of our identifiers: more than one only when two were made at once."""
        return await find_all(self.client, self.capabilities, resource_type, uuid_urn)

    async def change(self, resource_type: str, resource_id: str, edit: Edit) -> JsonObject | None:
        """Change a resource in its newest version; None when it is gone."""
        return await change(self.client, resource_type, resource_id, edit)

    async def change_appointment(self, appointment_id: str, edit: Edit) -> JsonObject | None:
        """Change an Appointment in its newest version; None when it is gone."""
        return await change(self.client, "Appointment", appointment_id, edit)

    async def appointment(self, appointment_id: str | None) -> Answer | None:
        """Return the newest version of an Appointment, None when it is gone or there never was one."""
        if appointment_id is None:
            return None
        answer = await self.client.get(f"Appointment/{appointment_id}", hand_back=GONE)
        return answer if answer.good else None

    async def made_for(self, booking: Booking) -> JsonObject | None:
        """Return the Appointment that a console made for a booking."""
        return await self.find("Appointment", f"{UUID_PREFIX}{booking.id}")

    async def appointment_id(self, booking: Booking) -> str | None:
        """Return the id of a booking's Appointment."""
        if booking.appointment_id:
            return booking.appointment_id
        made = await self.made_for(booking)
        return id_of(made) if made else None
