"""Ending a call in a test: the sheet that comes up, and the fee on it."""

from pytestqt.qtbot import QtBot

from app.ui.call.window import CallWindow
from app.ui.outcome.sheet import OutcomeSheet


def finish(qtbot: QtBot, window: CallWindow) -> OutcomeSheet:
    window.end()
    qtbot.waitUntil(lambda: window.sheet is not None)
    assert window.sheet is not None
    return window.sheet


def fee_code(sheet: OutcomeSheet) -> str | None:
    return sheet.fee.chosen.code if sheet.fee.chosen else None
