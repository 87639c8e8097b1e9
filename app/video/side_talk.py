"""The shell around what is said beside sound and picture: one for each call, used in the session's loop."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.clinic_time import Clock
from app.video.side.messages import LONGEST_CHAT, BrowserReport, Card, Rung
from app.video.side.parse import clean_text
from app.video.side.reader import Heard
from app.video.side.talk import advance
from app.video.side.talk_events import (
    AskPicture,
    CancelPicture,
    ConnectionLost,
    SayLine,
    SetRung,
    ShowCard,
    SideState,
    Wish,
)
from app.video.side.write import write


@dataclass(frozen=True, slots=True)
class Reported:
    """The newest report of the patient's browser and when it came, in monotonic seconds."""

    report: BrowserReport
    at: float


def _nobody(_: SideState) -> None:
    return None


class SideTalk:
    """Keeps what is said during one call, and says it; `send` takes one text for the page that is connected."""

    def __init__(self, clock: Clock, send: Callable[[str], None]) -> None:
        self._clock = clock
        self._send = send
        self._listener: Callable[[SideState], None] = _nobody
        self.state = SideState(talk=secrets.token_hex(8))
        self.reported: Reported | None = None

    def listen(self, listener: Callable[[SideState], None]) -> None:
        """Call `listener` with every new state, in the loop of the session; the last one set is called."""
        self._listener = listener

    def hear(self, heard: Heard) -> None:
        """Take what the page said over the connection of the moment."""
        if isinstance(heard, BrowserReport):
            self.reported = Reported(heard, time.monotonic())
            return
        self._step(heard)

    def lose_connection(self) -> None:
        """Note that the page cannot be told anything until it says hello again."""
        self.reported = None
        self._step(ConnectionLost())

    def end(self) -> None:
        """Forget everything that was said and sent; nobody is told, for nobody is there any more."""
        self._listener = _nobody
        self.state = SideState(talk=self.state.talk)
        self.reported = None

    def say(self, text: str) -> bool:
        """Send a line of chat, now or when the page is back; False for an empty one or one that is too long."""
        tidy = clean_text(text)
        if not 0 < len(tidy) <= LONGEST_CHAT:
            return False
        before = len(self.state.lines)
        self._step(SayLine(tidy))
        return len(self.state.lines) > before

    def ask_picture(self) -> None:
        """Ask the patient for a sharp still picture; nothing happens while one is asked for."""
        self._step(AskPicture())

    def cancel_picture(self) -> None:
        """Take the question back, or put its refusal away."""
        self._step(CancelPicture())

    def show_card(self, card: Card | None) -> None:
        """Show the patient this and nothing else, or nothing (None)."""
        self._step(ShowCard(card))

    def set_rung(self, rung: Rung) -> None:
        """Have the page send this much of a picture."""
        self._step(SetRung(rung))

    def _step(self, event: Wish | Heard) -> None:
        before = self.state
        self.state, words = advance(before, event, self._clock())
        for word in words:
            self._send(write(word))
        if self.state != before:
            self._listener(self.state)
