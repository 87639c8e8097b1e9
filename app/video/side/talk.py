"""What is said beside sound and picture, as a pure state machine: a new connection loses and doubles nothing."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from app.video.side.assembly import Arrived, Progress, Spoilt
from app.video.side.messages import (
    BrowserReport,
    CardSeen,
    CardShown,
    ChatGot,
    ChatLine,
    Hello,
    PictureAnswer,
    PictureAnswered,
    PictureAsk,
    PictureCancel,
    PictureGot,
    PictureHead,
    SendRung,
    ToPage,
    Welcome,
)
from app.video.side.talk_events import (
    MOST_LINES,
    MOST_PICTURES,
    Asking,
    AskPicture,
    CancelPicture,
    ConnectionLost,
    Line,
    News,
    Question,
    SayLine,
    SetRung,
    ShowCard,
    SideState,
    StillPicture,
    Wish,
)

Transition = tuple[SideState, tuple[ToPage, ...]]


def advance(state: SideState, event: Wish | News, now: datetime) -> Transition:
    """Return what is known after `event` at `now`, and what the page is to be told; a void event changes none."""
    match event:
        case Hello() | ChatLine() | ChatGot() | BrowserReport():
            transition = _hear_words(state, event, now)
        case PictureAnswered() | PictureHead() | Progress() | Arrived() | Spoilt():
            transition = _hear_picture(state, event, now)
        case SayLine(text):
            transition = _say(state, text, now)
        case AskPicture():
            transition = _ask(state)
        case CancelPicture():
            transition = _cancel(state)
        case CardSeen(seen):
            transition = replace(state, card_seen=seen and state.card is not None), ()
        case ShowCard(card):
            transition = _tell(
                replace(state, card=card, card_seen=state.card_seen and card is not None), CardShown(card)
            )
        case SetRung(rung):
            words = (SendRung(rung),) if rung != state.rung else ()
            transition = _tell(replace(state, rung=rung), *words)
        case ConnectionLost():
            transition = replace(state, there=False, arriving=None), ()
        case _:
            assert_never(event)
    return transition


def _tell(state: SideState, *words: ToPage) -> Transition:
    """Tell a page that is there; one that comes later is told everything when it says hello."""
    return state, words if state.there else ()


def _hear_words(state: SideState, event: Hello | ChatLine | ChatGot | BrowserReport, now: datetime) -> Transition:
    match event:
        case Hello():
            return _greet(state, event)
        case ChatLine(number, text):
            if number > state.heard and len(state.lines) < MOST_LINES:
                lines = (*state.lines, Line(False, number, text, now))
                state = replace(state, lines=lines, heard=number)
            return _tell(state, ChatGot(state.heard))
        case ChatGot(number):
            return replace(state, delivered=max(state.delivered, min(number, state.said))), ()
        case BrowserReport():
            return state, ()


def _greet(state: SideState, hello: Hello) -> Transition:
    """Bring the page up to date; one that is new has forgotten what it sent and was asked."""
    if hello.page != state.page:
        question = state.question
        if question and question.stage is Asking.TAKING:
            question = Question(question.number)
        state = replace(state, page=hello.page, heard=0, transfer=0, question=question, card_seen=False)
    has = min(hello.chat, state.said) if hello.talk == state.talk else 0
    state = replace(state, there=True, arriving=None, delivered=has)
    missed = [ChatLine(line.number, line.text) for line in state.lines if line.ours and line.number > has]
    words: list[ToPage] = [Welcome(state.talk, state.heard), *missed, CardShown(state.card)]
    if state.rung != "full":
        words.append(SendRung(state.rung))
    if state.question and state.question.stage is Asking.ASKED:
        words.append(PictureAsk(state.question.number))
    return state, tuple(words)


def _say(state: SideState, text: str, now: datetime) -> Transition:
    if not text or len(state.lines) >= MOST_LINES:
        return state, ()
    line = Line(True, state.said + 1, text, now)
    return _tell(replace(state, lines=(*state.lines, line)), ChatLine(line.number, text))


def _ask(state: SideState) -> Transition:
    if state.question and state.question.open:
        return state, ()
    number = state.asked + 1
    return _tell(replace(state, asked=number, question=Question(number)), PictureAsk(number))


def _cancel(state: SideState) -> Transition:
    if state.question is None:
        return state, ()
    number, was_open = state.question.number, state.question.open
    state = replace(state, question=None)
    return _tell(state, PictureCancel(number)) if was_open else (state, ())


def _hear_picture(
    state: SideState, event: PictureAnswered | PictureHead | Progress | Arrived | Spoilt, now: datetime
) -> Transition:
    match event:
        case PictureAnswered(asked, answer):
            return _answered(state, asked, answer, now), ()
        case PictureHead(size=size):
            return replace(state, arriving=(0, size)), ()
        case Progress(head, received):
            return replace(state, arriving=(received, head.size)), ()
        case Arrived(head, data):
            return _arrived(state, head, data, now)
        case Spoilt(head):
            return _tell(replace(state, arriving=None), PictureGot(head.transfer, False))


def _answered(state: SideState, asked: int, answer: PictureAnswer, now: datetime) -> SideState:
    question = state.question
    if question is None or question.number != asked or not question.open:
        return state
    stage = Asking(answer.value)
    consent = question.consent_at or now if stage is Asking.TAKING else None
    return replace(state, question=Question(asked, stage, consent))


def _arrived(state: SideState, head: PictureHead, data: bytes, now: datetime) -> Transition:
    """Keep a picture once, however often it is sent; one whose question was taken back is not kept."""
    state = replace(state, arriving=None)
    if head.transfer > state.transfer:
        state = replace(state, transfer=head.transfer)
        question = state.question
        if not head.asked:
            state = _keep(state, StillPicture(_next(state), data, now, asked=False))
        elif question and question.number == head.asked and question.consent_at:
            kept = _keep(state, StillPicture(_next(state), data, question.consent_at, asked=True))
            state = replace(kept, question=None)
    return _tell(state, PictureGot(head.transfer, True))


def _next(state: SideState) -> int:
    return state.pictures[-1].number + 1 if state.pictures else 1


def _keep(state: SideState, picture: StillPicture) -> SideState:
    return replace(state, pictures=(*state.pictures, picture)[-MOST_PICTURES:])
