"""What the far end hears of one stream of ours, gathered from its reports: loss, round trip, what came through."""

from collections.abc import Sequence

from aiortc.rtp import RtcpReceiverInfo

from app.video.rtp.far_reports import Heard, RepeatShare, rates, share_lost
from app.video.rtp.rate_control import AskedAgain, Reported
from app.video.rtp.sent_reports import SentReports

_USUAL_ROUND_TRIP = 0.1
"""Seconds, until one has been measured."""
_SAMPLE, _LONGEST_WINDOW = 20, 1.5
"""Packets and seconds that a share of loss is taken over: of seven packets, one lost is already 14 %."""


class FarEars:
    """Not thread-safe; the clock comes by argument (monotonic s)."""

    def __init__(self) -> None:
        self._sent = SentReports()
        self._share = RepeatShare()
        self._heard: Heard | None = None
        self._trip: float | None = None
        self._lost: float | None = None
        self.report: RtcpReceiverInfo | None = None
        """The newest report."""
        self.reports = 0

    @property
    def lost(self) -> float:
        """The share lost lately, 0 to 1."""
        if self._lost is not None:
            return self._lost
        return self.report.fraction_lost / 256 if self.report else 0.0

    @property
    def round_trip(self) -> float | None:
        """Seconds, averaged; None until a report of ours was answered."""
        return self._sent.smooth

    @property
    def likely_round_trip(self) -> float:
        """Seconds, by the last answer or by experience."""
        return self._sent.newest if self._sent.newest is not None else _USUAL_ROUND_TRIP

    def told(self, ntp_timestamp: int, at: float) -> None:
        """Take note of a sender report that went out."""
        self._sent.sent(ntp_timestamp, at)

    def hear(self, report: RtcpReceiverInfo, packets: int, octets: int, at: float) -> Reported | None:
        """Take a report in, with the stream's totals; return what is known of the time since the last one returned.

        None for the first, which compares with nothing, and until there are enough packets to tell a share of.
        """
        trip = self._sent.answered(report.lsr, report.dlsr, at) if report.dlsr else None
        self._trip = self._trip if trip is None else trip
        self.report = report
        self.reports += 1
        heard = Heard(at, report.highest_sequence, report.packets_lost, packets, octets)
        if self._heard is None:
            self._heard = heard
            return None
        expected = heard.highest - self._heard.highest
        if expected < _SAMPLE and at - self._heard.at < _LONGEST_WINDOW:
            return None
        self._lost = share_lost(self._heard, heard)
        sent, received = rates(self._heard, heard)
        trip, self._heard, self._trip = self._trip, heard, None
        return Reported(at, self._lost, trip, sent, received)

    def asked(self, numbers: Sequence[int], packets: int, at: float) -> AskedAgain:
        """Take note of packets asked for again; `packets` is the stream's total."""
        return AskedAgain(at, self._share.asked(at, len(set(numbers)), packets))
