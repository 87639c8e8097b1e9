"""A conflict as JSON, and back; it is only ever read whole, with its booking."""

import json
from datetime import datetime
from typing import Any

from app.domain.arrangement import Arrangement, Conflict, Standing, Wish
from app.domain.ids import ClinicianId, SlotId


def conflict_text(conflict: Conflict) -> str:
    """Return a conflict as it is kept in column `conflict`."""
    return json.dumps(
        {
            "wish": conflict.wish.value,
            "before": _arrangement_json(conflict.before),
            "mine": _arrangement_json(conflict.mine),
            "theirs": _arrangement_json(conflict.theirs),
            "by": conflict.by,
            "at": conflict.at.isoformat() if conflict.at else None,
        }
    )


def parse_conflict(text: str) -> Conflict:
    """Read what `conflict_text` made."""
    data = json.loads(text)
    return Conflict(
        wish=Wish(data["wish"]),
        before=_parse_arrangement(data["before"]),
        mine=_parse_arrangement(data["mine"]),
        theirs=_parse_arrangement(data["theirs"]),
        by=data["by"],
        at=None if data["at"] is None else datetime.fromisoformat(data["at"]),
    )


def _arrangement_json(each: Arrangement) -> dict[str, str | None]:
    return {
        "start": each.start.isoformat(),
        "end": each.end.isoformat(),
        "slot": each.slot_id,
        "clinician": each.clinician_id,
        "form": each.form,
        "standing": each.standing.value,
    }


def _parse_arrangement(data: dict[str, Any]) -> Arrangement:
    return Arrangement(
        start=datetime.fromisoformat(data["start"]),
        end=datetime.fromisoformat(data["end"]),
        slot_id=None if data["slot"] is None else SlotId(data["slot"]),
        clinician_id=None if data["clinician"] is None else ClinicianId(data["clinician"]),
        form=data["form"],
        standing=Standing(data["standing"]),
    )
