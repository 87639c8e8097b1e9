"""What must be true of the pictures that people saved: in the record once, whole, and then no longer here."""

import base64

from app.domain.booking import RowState
from app.domain.ids import PictureId
from tests.faults.console import Console
from tests.faults.server_oracle import OWN
from tests.faults.versions import Json, identifiers_of
from tests.faults.world import World


async def picture_findings(world: World) -> list[str]:
    """Return what is wrong with any picture; that none is there twice the server's own findings say."""
    found: list[str] = []
    for console in world.consoles:
        for picture_id in dict.fromkeys(wish.picture_id for wish in world.wishes if wish.console == console.name):
            if picture_id:
                found += [f"{console.name}: {what}" for what in await _picture(world, console, picture_id)]
    return found


async def _picture(world: World, console: Console, picture_id: str) -> list[str]:
    wishes = [wish for wish in world.wishes if wish.picture_id == picture_id and wish.accepted is not False]
    documents = [
        each for each in world.practice.all("DocumentReference") if OWN + picture_id in identifiers_of(each)
    ]
    kept = await console.store.picture(PictureId(picture_id))
    if kept is None:
        # It was taken back, or the console died before it promised anything.
        promised = [wish.verb for wish in wishes if wish.accepted]
        lost = promised[-1:] == ["picture"] and not any(w.verb == "withdraw" and w.accepted is None for w in wishes)
        found = ["a picture was promised and is lost"] if lost else []
        return [*found, "a picture was taken back and is in the record"] if documents else found
    if kept.row_state is not RowState.CONFIRMED:
        return [f"a picture is {kept.row_state.value} ({kept.failure})"]
    found = ["a picture is in the record and its bytes are still here"] if kept.jpeg is not None else []
    whole = [each for each in documents if _bytes_of(each).startswith(b"picture ")]
    return found if len(whole) == 1 else [*found, f"a picture is in the record {len(whole)} times"]


def _bytes_of(document: Json) -> bytes:
    return base64.b64decode(document["content"][0]["attachment"]["data"])
