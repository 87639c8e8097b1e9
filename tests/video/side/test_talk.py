"""The talk beside sound and picture, against a page that is cut off, comes back and is reloaded at any moment."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.side.assembly import Arrived, Progress, Spoilt
from app.video.side.messages import (
    Card,
    CardSeen,
    CardShown,
    ChatGot,
    ChatLine,
    FromPage,
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
from app.video.side.talk import advance
from app.video.side.talk_events import (
    MOST_LINES,
    MOST_PICTURES,
    Asking,
    AskPicture,
    CancelPicture,
    ConnectionLost,
    News,
    Question,
    SayLine,
    SetRung,
    ShowCard,
    SideState,
    Wish,
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CARD = Card("HbA1c", (("Svar", "48"),))
PAGE, OTHER_PAGE = "0" * 16, "1" * 16


def hello(page: str = PAGE, talk: str = "", chat: int = 0) -> Hello:
    return Hello(page, talk, chat)


def run(state: SideState, *events: Wish | News) -> tuple[SideState, list[ToPage]]:
    """Return the state after the events, and the words to the page of all of them."""
    said: list[ToPage] = []
    for event in events:
        state, words = advance(state, event, NOW)
        said += words
    return state, said


def there(state: SideState | None = None) -> SideState:
    return advance(state or SideState(talk="aa"), hello(), NOW)[0]


def picture(asked: int, transfer: int = 1, data: bytes = b"jpeg") -> Arrived:
    return Arrived(PictureHead(transfer, asked, len(data), hashlib.sha256(data).hexdigest()), data)


class Page:
    """The page's half of the agreement, as side.js has it; `inbox` and `outbox` are what is on its way."""

    def __init__(self, number: int) -> None:
        self.name = f"{number:016x}"
        self.talk = ""
        self.heard: list[str] = []
        self.said: list[str] = []
        self.card: Card | None = None
        self.seen = False
        self.welcomed = False
        self.outbox: list[FromPage] = []

    def connect(self) -> None:
        self.welcomed = False
        self.outbox = [Hello(self.name, self.talk, len(self.heard))]

    def say(self, text: str) -> None:
        self.said.append(text)
        if self.welcomed:
            self.outbox.append(ChatLine(len(self.said), text))

    def look(self, seen: bool) -> None:
        """The patient has the card before them, or has not."""
        if seen != self.seen:
            self.seen = seen
            if self.welcomed:
                self.outbox.append(CardSeen(seen))

    def take(self, message: ToPage) -> None:
        match message:
            case Welcome(talk, chat):
                if talk != self.talk:
                    self.talk, self.heard = talk, []
                self.welcomed = True
                self.outbox.append(CardSeen(self.seen))
                self.outbox += [ChatLine(at + 1, text) for at, text in enumerate(self.said) if at >= chat]
            case ChatLine(number, text):
                if number > len(self.heard):
                    self.heard.append(text)
                self.outbox.append(ChatGot(len(self.heard)))
            case CardShown(card):
                if card != self.card:
                    self.card = card
                    self.look(card is not None)
            case _:
                pass


class World:
    """Console and page with a wire between them that loses what is on it when it is cut."""

    def __init__(self) -> None:
        self.state = SideState(talk="aa")
        self.page = Page(1)
        self.pages = 1
        self.to_page: list[ToPage] = []
        self.ours: list[str] = []
        self.theirs: list[str] = []
        self.page.connect()

    def step(self, event: Wish | News) -> None:
        self.state, words = advance(self.state, event, NOW)
        self.to_page += words

    def deliver(self, most: int) -> None:
        """Carry at most so many messages each way, one by one."""
        for _ in range(most):
            if self.page.outbox:
                self.step(self.page.outbox.pop(0))
            if self.to_page:
                self.page.take(self.to_page.pop(0))

    def cut(self) -> None:
        self.to_page.clear()
        self.step(ConnectionLost())
        self.page.connect()

    def reload(self) -> None:
        """The tab is opened anew: what it had not sent is gone, as what stood on it."""
        heard = self.state.heard if self.state.page == self.page.name else 0
        self.theirs += self.page.said[:heard]
        self.pages += 1
        self.page = Page(self.pages)
        self.cut()

    def act(self, action: str, number: int) -> None:
        match action:
            case "ours":
                self.ours.append(f"ours {number}")
                self.step(SayLine(f"ours {number}"))
            case "theirs":
                self.page.say(f"theirs {number}")
            case "carry":
                self.deliver(number % 5)
            case "cut":
                self.cut()
            case "reload":
                self.reload()
            case "hide":
                self.page.look(False)
            case "card":
                self.step(ShowCard(Card(f"card {number}") if number % 3 else None))
            case _:
                raise AssertionError(action)


actions = st.tuples(
    st.sampled_from(["ours", "theirs", "carry", "cut", "reload", "card", "hide"]), st.integers(0, 99)
)


@given(st.lists(actions, max_size=40))
def test_every_line_arrives_once_and_in_order_whatever_the_connection_does(history: list[tuple[str, int]]) -> None:
    world = World()
    for action, number in history:
        world.act(action, number)
    world.cut()
    world.deliver(300)
    lines = world.state.lines
    assert [line.text for line in lines if line.ours] == world.ours == world.page.heard
    assert [line.text for line in lines if not line.ours] == world.theirs + world.page.said
    assert world.state.delivered == len(world.ours)
    assert world.page.card == world.state.card
    assert world.state.card_seen is world.page.seen


def test_a_page_that_outlived_our_restart_gets_and_sends_all_of_the_new_talk() -> None:
    world = World()
    world.act("ours", 1)
    world.act("theirs", 1)
    world.deliver(20)
    world.state, world.ours = SideState(talk="bb"), []
    world.cut()
    world.act("ours", 2)
    world.deliver(20)
    assert world.page.heard == ["ours 2"]
    assert [line.text for line in world.state.lines] == ["ours 2", "theirs 1"]


def test_a_picture_comes_only_after_a_yes() -> None:
    state, said = run(there(), AskPicture(), AskPicture())
    assert said == [PictureAsk(1)]
    unasked_for, said = run(state, picture(1))
    assert unasked_for.pictures == ()
    assert said == [PictureGot(1, True)]
    later = NOW + timedelta(seconds=9)
    agreed = advance(state, PictureAnswered(1, PictureAnswer.TAKING), NOW)[0]
    here, said_last = advance(agreed, picture(1), later)
    assert said_last == (PictureGot(1, True),)
    (kept,) = here.pictures
    assert (kept.consent_at, kept.asked, kept.data) == (NOW, True, b"jpeg")
    assert here.question is None


def test_a_picture_whose_question_was_taken_back_is_not_kept() -> None:
    state, said = run(
        there(), AskPicture(), PictureAnswered(1, PictureAnswer.TAKING), CancelPicture(), picture(1), AskPicture()
    )
    assert state.pictures == ()
    assert said == [PictureAsk(1), PictureCancel(1), PictureGot(1, True), PictureAsk(2)]


@pytest.mark.parametrize("answer", [PictureAnswer.REFUSED, PictureAnswer.FAILED])
def test_a_no_is_put_away_or_asked_again(answer: PictureAnswer) -> None:
    state, _ = run(there(), AskPicture(), PictureAnswered(1, answer))
    assert state.question == Question(1, Asking(answer.value))
    assert run(state, CancelPicture())[0].question is None
    again, said = run(state, AskPicture())
    assert again.question == Question(2)
    assert said == [PictureAsk(2)]
    assert run(state, PictureAnswered(1, PictureAnswer.TAKING))[0] == state


def test_a_picture_that_is_sent_again_is_kept_once() -> None:
    state, said = run(there(), picture(0), ConnectionLost(), hello(talk="aa"), picture(0), picture(0, transfer=2))
    assert [kept.number for kept in state.pictures] == [1, 2]
    assert said.count(PictureGot(1, True)) == 2


def test_a_picture_that_came_wrong_is_asked_for_again() -> None:
    head = picture(0).head
    state, said = run(there(), head, Progress(head, 2), Spoilt(head))
    assert said == [PictureGot(1, False)]
    assert state.arriving is None
    assert run(there(), head)[0].arriving == (0, 4)


def test_the_oldest_pictures_and_lines_too_many_have_an_end() -> None:
    state = there()
    for transfer in range(1, MOST_PICTURES + 3):
        state, _ = run(state, picture(0, transfer))
    assert [kept.number for kept in state.pictures] == list(range(3, MOST_PICTURES + 3))
    for number in range(1, MOST_LINES + 10):
        state, _ = run(state, ChatLine(number, "x"))
    assert len(state.lines) == MOST_LINES
    assert run(state, SayLine("y"))[0] == state


def test_a_page_that_comes_is_told_what_holds_now() -> None:
    state, said = run(SideState(talk="aa"), ShowCard(CARD), SetRung("none"), AskPicture(), SayLine("Hej"))
    assert said == []
    state, said = run(state, hello())
    assert said == [Welcome("aa", 0), ChatLine(1, "Hej"), CardShown(CARD), SendRung("none"), PictureAsk(1)]
    _, said = run(state, SetRung("none"), SetRung("full"))
    assert said == [SendRung("full")]


def test_a_reloaded_page_is_asked_again_and_the_same_page_is_not() -> None:
    taking, _ = run(there(), AskPicture(), PictureAnswered(1, PictureAnswer.TAKING), ConnectionLost())
    same, said = run(taking, hello(talk="aa"))
    assert PictureAsk(1) not in said
    assert same.question == Question(1, Asking.TAKING, NOW)
    reloaded, said = run(taking, hello(OTHER_PAGE))
    assert PictureAsk(1) in said
    assert reloaded.question == Question(1)


@given(st.lists(st.one_of(
    st.builds(Hello, st.sampled_from([PAGE, OTHER_PAGE]), st.sampled_from(["", "aa"]), st.integers(0, 9)),
    st.builds(ChatLine, st.integers(1, 9), st.just("x")), st.builds(ChatGot, st.integers(0, 9)),
    st.builds(PictureAnswered, st.integers(1, 3), st.sampled_from(PictureAnswer)),
    st.builds(picture, st.integers(0, 3), st.integers(1, 5)), st.just(AskPicture()), st.just(CancelPicture()),
    st.just(SayLine("y")), st.just(ConnectionLost()), st.just(ShowCard(CARD)),
), max_size=30))  # fmt: skip
def test_whatever_a_page_says_the_talk_stays_whole(events: list[Wish | News]) -> None:
    state = SideState(talk="aa")
    for event in events:
        before = state
        state, words = advance(state, event, NOW)
        assert state.there or not words, "nobody is told anything who is not there"
        assert state.lines[: len(before.lines)] == before.lines
        assert 0 <= state.delivered <= state.said
        assert all(kept in state.pictures for kept in before.pictures)
    ours = [line.number for line in state.lines if line.ours]
    assert ours == list(range(1, len(ours) + 1))
    assert replace(state, there=False) == advance(state, ConnectionLost(), NOW)[0]
