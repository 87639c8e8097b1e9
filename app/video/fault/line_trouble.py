"""What is wrong with the way between clinic and patient, and how it is felt: pure readings of the facts."""

from app.domain.call import Rung
from app.domain.culprit import Evidence, EvidenceKind
from app.video.fault.facts import Facts, Reach
from app.video.machine.ladder import LinkFigures, Strain, strain

SILENT = 2.0
"""Seconds without anything from the patient that are trouble (`app.video.machine.watch.SILENCE`)."""
SLOW_TO_CONNECT = 4.0
"""Seconds an attempt may be pending before it is trouble: through a relay far away it takes two or three."""
FELT_LOSS = 0.035
"""Share of the packets lost from which on pictures stand still now and then, however well the sound is mended."""
FELT_TRIP = 200.0
"""Milliseconds there and back from which on the two talk over each other: with devices and buffers it is more than
the 150 ms one way that ITU-T G.114 calls good."""
FELT_FROZEN = 0.35
NARROW = 300_000
"""Bit/s below which our picture is small, if the delay has grown as well: that tells a full line from a busy PC."""
GROWN = 60.0
"""Milliseconds that a way there and back has grown by when something queues on it."""
WARY_AFTER = 0.7
"""Seconds of silence after which it is worth asking around, so that there is an answer when it is trouble."""


def in_trouble(facts: Facts) -> bool:
    """Tell whether the conversation suffers, whosever fault it is."""
    return lost(facts) or stuck(facts) or _poor(facts) or too_slow(facts)


def seems_wrong(facts: Facts) -> bool:
    """Tell whether it is time to ask around, earlier than there is anything to say."""
    early = facts.connected and facts.silent >= WARY_AFTER
    return early or in_trouble(facts) or facts.surroundings.room_line_up is False or _loss(facts) >= FELT_LOSS / 2


def _poor(facts: Facts) -> bool:
    return lossy(facts) or _far(facts) or _narrow(facts) or facts.link.frozen >= FELT_FROZEN


def _loss(facts: Facts) -> float:
    return max(facts.link.loss_in, facts.link.loss_out)


def lossy(facts: Facts) -> bool:
    """Tell whether so much is lost that it is felt."""
    return _loss(facts) >= FELT_LOSS


def _far(facts: Facts) -> bool:
    return facts.link.round_trip_ms is not None and facts.link.round_trip_ms >= FELT_TRIP


def _narrow(facts: Facts) -> bool:
    target = facts.link.target_bitrate
    return target is not None and target < NARROW and _grown(facts.link.round_trip_ms, facts.usual_trip_ms)


def _grown(now_ms: float | None, usual_ms: float | None) -> bool:
    return now_ms is not None and usual_ms is not None and now_ms - usual_ms >= GROWN


def lost(facts: Facts) -> bool:
    """Tell whether a call that was there has fallen silent."""
    return facts.connected and facts.silent >= SILENT


def stuck(facts: Facts) -> bool:
    """Tell whether a connection does not come about."""
    return not facts.connected and facts.waiting >= SLOW_TO_CONNECT


def too_slow(facts: Facts) -> bool:
    """Tell whether this PC has no time to encode our picture."""
    return strain(Rung.VIDEO, LinkFigures(encoder_load=facts.link.encoder_load)) is Strain.PC


def as_poor(facts: Facts, room: Reach) -> bool:
    """Tell whether the way to the room service is as poor as that to the patient, which it shares our end with.

    Where packets are late, half of the delay, or of what it has grown by, must be on the way to the room service.
    """
    there, trip = room.round_trip_ms or 0.0, facts.link.round_trip_ms
    if room.retried:
        return True
    if trip is None:
        return there >= FELT_TRIP
    grown_there, grown = there - (facts.usual_room_ms or 0.0), trip - (facts.usual_trip_ms or 0.0)
    late = _far(facts) or _narrow(facts)
    return late and (there >= trip / 2 or grown_there >= max(grown, GROWN) / 2)


def silence(facts: Facts) -> tuple[Evidence, ...]:
    """Return what tells that nothing comes, nothing while something does."""
    if stuck(facts):
        return (Evidence(EvidenceKind.NO_WAY_THROUGH, facts.waiting),)
    return (Evidence(EvidenceKind.NOTHING_ARRIVES, facts.silent),) if lost(facts) else ()


def what_is_wrong(facts: Facts) -> tuple[Evidence, ...]:
    """Return what was measured that is wrong with the way between the two, the weightiest first."""
    link = facts.link
    found = list(silence(facts))
    if not found:
        if link.loss_in >= FELT_LOSS:
            found.append(Evidence(EvidenceKind.LOSS_IN, 100 * link.loss_in))
        if link.loss_out >= FELT_LOSS:
            found.append(Evidence(EvidenceKind.LOSS_OUT, 100 * link.loss_out))
        if _far(facts):
            found.append(Evidence(EvidenceKind.ROUND_TRIP, link.round_trip_ms))
        if _narrow(facts) and link.target_bitrate is not None:
            found.append(Evidence(EvidenceKind.LITTLE_ROOM, link.target_bitrate / 1000))
    if facts.relayed and not facts.connected:
        found.append(Evidence(EvidenceKind.RELAYED))
    return tuple(found)
