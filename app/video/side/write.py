"""The console's own words to the patient's page, as JSON texts of the side channel."""

import json
from typing import Any, assert_never

from app.video.side.messages import (
    LARGEST_MESSAGE,
    Card,
    CardShown,
    ChatGot,
    ChatLine,
    PictureAsk,
    PictureCancel,
    PictureGot,
    SendRung,
    ToPage,
    Welcome,
)


def write(message: ToPage) -> str:
    """Return the text of a message; raises ValueError for one that is larger than either end takes."""
    text = json.dumps(_fields(message), ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > LARGEST_MESSAGE:
        raise ValueError("a message that is too large")
    return text


def fits(card: Card) -> bool:
    """Whether a card can be shown in one message."""
    try:
        write(CardShown(card))
    except ValueError:
        return False
    return True


def _fields(message: ToPage) -> dict[str, Any]:
    fields: dict[str, Any]
    match message:
        case Welcome(talk, chat):
            fields = {"type": "welcome", "talk": talk, "chat": chat}
        case ChatLine(number, text):
            fields = {"type": "chat", "number": number, "text": text}
        case ChatGot(number):
            fields = {"type": "got", "chat": number}
        case PictureAsk(asked):
            fields = {"type": "picture_ask", "asked": asked}
        case PictureCancel(asked):
            fields = {"type": "picture_cancel", "asked": asked}
        case PictureGot(transfer, whole):
            fields = {"type": "picture_got", "transfer": transfer, "whole": whole}
        case CardShown(card):
            fields = {"type": "card", "card": None if card is None else _card(card)}
        case SendRung(rung):
            fields = {"type": "send", "rung": rung}
        case _:
            assert_never(message)
    return fields


def _card(card: Card) -> dict[str, Any]:
    return {"title": card.title, "rows": [list(row) for row in card.rows], "text": card.text}
