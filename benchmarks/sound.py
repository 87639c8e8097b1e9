"""What is left of Danish speech after loss and jitter, scored by ViSQOL (1 bad to 5 as said), beside aiortc's own.

Received: the same packets through our intake and through aiortc's buffer and decoder. Sent: our encoder's packets
and those of aiortc's, both heard by a receiver that conceals and reads FEC as a browser's does.
"""

from collections.abc import Callable
from dataclasses import replace

from app.video.rtp.time_scale import Samples
from benchmarks.report import Figure
from benchmarks.sound_paths import (
    NETWORKS,
    Network,
    carried,
    encoded,
    encoded_by_stock,
    heard_by_ours,
    heard_by_stock,
)
from tests.driver.speech import SpeechJudge, spoken

_SEED = 20261120
_AT_LEAST = {"clean": 4.2, "5 % loss": 4.0, "10 % loss": 3.8, "10 % loss in bursts": 3.0}


async def measure() -> list[Figure]:
    """Score each network in both directions; some minutes, since ViSQOL is thorough."""
    speech = spoken()
    judge = SpeechJudge(speech)
    return [figure for network in NETWORKS for figure in _both_ways(speech, network, judge.score)]


def _both_ways(speech: Samples, network: Network, score: Callable[[Samples], float]) -> list[Figure]:
    ours = carried(encoded(speech, network.loss), network, _SEED)
    stock = carried(encoded_by_stock(speech), network, _SEED)
    received = score(heard_by_ours(ours))
    return [
        _figure(f"speech received, {network.name}", received, score(heard_by_stock(ours)), network),
        _figure(f"speech sent, {network.name}", received, score(heard_by_ours(stock)), network),
    ]


def _figure(name: str, value: float, stock: float, network: Network) -> Figure:
    least = _AT_LEAST[network.name]
    figure = Figure(name, value, "MOS", "aiortc", stock, value / stock)
    return replace(figure, budget=f">= {least:g} MOS", ok=value >= least)
