"""What can be offered for a patient now: the time a click books, the times a booking can be moved to, and names."""

from dataclasses import dataclass, field

from app.booking.slot_choice import SlotProposal
from app.domain.booking import Booking
from app.domain.ids import ClinicianId
from app.domain.slot import Slot
from app.ui.booking.conflict_words import Names
from app.ui.booking.move_button import movable, slot_kinds
from app.ui.parts import ConsoleParts
from app.ui.words import unsettled


@dataclass(frozen=True, slots=True)
class Offers:
    """`names` are the clinicians', read only while something is shown that names one."""

    proposal: SlotProposal
    times: tuple[Slot, ...] = ()
    names: Names = field(default_factory=dict)


async def read_offers(
    parts: ConsoleParts, clinician_id: ClinicianId, booking: Booking | None, *, named: bool = False
) -> Offers:
    """Read what a clinician's calendar offers, and what the booking shown needs; raises KlinikError.

    With `named` the clinicians' names are read whatever is shown.
    """
    proposal = await parts.desk.propose(clinician_id)
    if named or (booking is not None and unsettled(booking) is not None):
        return Offers(proposal, names={one.id: one.name for one in await parts.views.clinicians()})
    if booking is None or not movable(booking):
        return Offers(proposal)
    same = booking.clinician_id == clinician_id
    return Offers(proposal, _times(proposal if same else await parts.desk.propose(booking.clinician_id), booking))


def _times(proposal: SlotProposal, booking: Booking) -> tuple[Slot, ...]:
    found = (proposal.first, *proposal.alternatives) if proposal.first else ()
    return tuple(slot for slot in found if slot.kind in slot_kinds(booking))
