"""Looking after what lies on this PC: tidying, handing out one patient's data, and taking it all away."""

from pathlib import Path
from typing import Protocol

from app.domain.ids import PatientId


class LocalData(Protocol):
    """Raises KlinikError; nothing is then half done."""

    async def tidy(self) -> int:
        """Forget closed threads older than the clinic's rule, and give the room back; returns how many messages."""
        ...

    async def check(self) -> bool:
        """Read the whole file and tell whether it is sound; one that is not is made anew at the next start."""
        ...

    async def export_patient(self, patient_id: PatientId, path: Path) -> int:
        """Write all that is kept here of a patient to a JSON file, readable by this user only; returns its bytes.

        Raises KlinikError(EXPORT_FAILED | DISK_FULL) and leaves no half a file.
        """
        ...

    async def wipe(self, *, even_unsent: bool = False) -> None:
        """Take away the files and their key for good; the program has to end after it.

        Raises KlinikError(UNSENT_CHANGES) when changes still wait to be sent, unless told that these may go too.
        """
        ...
