"""The estimate of the way to us, on a clock given by argument."""

from aiortc.rtp import RtpPacket, unpack_remb_fci

from app.video.rtp.inbound_estimate import InboundEstimate


def told(estimate: InboundEstimate, first: float, packets: int, spacing: float) -> list[int]:
    """Send packets of 1000 bytes 10 ms apart that come `spacing` s apart; return the estimates (bit/s)."""
    estimates = []
    for number in range(packets):
        packet = RtpPacket(ssrc=2, payload=bytes(1000))
        packet.extensions.abs_send_time = (number * 10 << 18) // 1000 & 0xFFFFFF
        if fci := estimate.add(packet, first + spacing * number):
            estimates.append(unpack_remb_fci(fci)[0])
    return estimates


def test_a_way_that_queues_is_told_of() -> None:
    estimates = told(InboundEstimate(), 0.0, 400, 0.014)
    assert estimates
    assert estimates[-1] < 800_000 * 10 / 14


def test_after_a_sleep_it_begins_anew_and_costs_no_walk_through_the_night() -> None:
    estimate = InboundEstimate()
    told(estimate, 0.0, 400, 0.014)
    slept = 1e9
    assert told(estimate, slept, 1, 0.01) == [], "nothing is known yet; each ms of it would take hours to walk"
    assert told(estimate, slept + 1, 500, 0.010)


def test_without_send_times_nothing_is_told() -> None:
    assert InboundEstimate().add(RtpPacket(payload=b"some"), 1.0) is None
