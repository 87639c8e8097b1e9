"""The console cannot start: a window says why and what to do, and *Try again* starts it once that is done."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.driver.console import running_console
from tests.driver.stack import Stack, running_stack
from tests.driver.traces import NANCY, assert_logs_are_private

pytestmark = pytest.mark.story

Mend = Callable[[], object]


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> Mend:
    """Change a file; returns what puts it back as it was."""
    before = path.read_bytes()
    path.write_bytes(change(before))
    return partial(path.write_bytes, before)


def key_missing(stack: Stack) -> Mend:
    return rewritten(keys_of(stack), lambda _: b"{}")


def key_wrong(stack: Stack) -> Mend:
    return rewritten(keys_of(stack), lambda text: text.translate(bytes.maketrans(b"0123456789", b"1234567890")))


def keys_unreadable(stack: Stack) -> Mend:
    return rewritten(keys_of(stack), lambda text: text[:20])


def keyring_missing(stack: Stack) -> Mend:
    return rewritten(stack.settings, lambda text: text.replace(b'backend = "file"', b'backend = "os"'))


def settings_not_toml(stack: Stack) -> Mend:
    return rewritten(stack.settings, lambda text: text + b"\n[practice_system\n")


def settings_incomplete(stack: Stack) -> Mend:
    return rewritten(stack.settings, lambda text: text.replace(b"[room]", b"[rum]"))


def settings_gone(stack: Stack) -> Mend:
    aside = stack.settings.with_suffix(".aside")
    stack.settings.rename(aside)
    return partial(aside.rename, stack.settings)


def keys_of(stack: Stack) -> Path:
    return stack.settings.parent / "console" / "keys.json"


@pytest.mark.parametrize(
    ("spoil", "kind", "told"),
    [
        (key_missing, "database_key_missing", "Bed it-support om at genskabe den"),
        (key_wrong, "database_key_wrong", "Log på med den bruger, der installerede programmet"),
        (keys_unreadable, "unexpected", "Prøv igen. Spørg it-support"),
        (keyring_missing, "keyring_missing", "lås adgangskodelageret op"),
        (settings_not_toml, "settings_invalid", "Ret indstillingsfilen"),
        (settings_incomplete, "settings_invalid", "Ret indstillingsfilen"),
        (settings_gone, "settings_invalid", "Ret indstillingsfilen"),
    ],
)
async def test_a_failed_start_says_what_to_do_and_can_be_tried_again(
    tmp_path: Path, spoil: Callable[[Stack], Mend], kind: str, told: str
) -> None:
    environment = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    async with running_stack(tmp_path / "demo") as stack:
        async with running_console(stack.settings, environment, tmp_path / "first") as console:
            await console.shows("inboxList", NANCY.name)
            await console.close()
            assert await console.ended() == 0
        mend = spoil(stack)
        async with running_console(stack.settings, environment, tmp_path / "second") as console:
            await console.shows("startupFailure", "Klinikkonsol kan ikke starte")
            await console.shows("startupFailure", told)
            await console.shows("startupFailure", f"Til it-support: {kind}")
            await console.click("retryStart")
            await console.shows("startupFailure", told)
            mend()
            await console.click("retryStart")
            await console.shows("inboxList", NANCY.name)
        log = (tmp_path / "second" / "console.log").read_text(encoding="utf-8")
        assert f"cannot start: {kind}" in log
        await assert_logs_are_private(tmp_path, stack)


async def test_a_failed_start_can_be_given_up(tmp_path: Path) -> None:
    missing = tmp_path / "settings.toml"
    async with running_console(missing, {}, tmp_path) as console:
        await console.click("quitStart")
        assert await console.ended() == 1
