"""Readings of a connection for property tests: any, the good and the bad alike."""

from hypothesis import strategies as st

from app.video.machine.ladder import LinkFigures

share = st.sampled_from((0.0, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0))
figures = st.builds(
    LinkFigures,
    loss_in=share,
    loss_out=share,
    round_trip_ms=st.none() | st.sampled_from((20.0, 500.0, 1200.0, 2500.0)),
    frozen=share,
    target_bitrate=st.none() | st.sampled_from((40_000, 90_000, 500_000)),
    encoder_load=share,
)
