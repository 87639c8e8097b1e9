"""The disk is full or the local data is damaged: told with what to do, nothing half done, and work goes on."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.driver.console import running_console
from tests.driver.small_disk import small_disk
from tests.driver.stack import Stack, running_stack
from tests.driver.traces import NANCY, assert_logs_are_private, traces
from tests.driver.troubled import TroubledClinic

pytestmark = pytest.mark.story

PAGE = 4096


async def test_a_full_disk_is_told_of_and_work_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        async with running_stack(tmp_path / "demo") as stack:
            keep_data_in(stack, disk.path / "data")
            # The journal of a first start has room left in it; that of a second is empty.
            await start_and_close(stack, tmp_path / "first")
            disk.fill()
            async with running_console(stack.settings, {}, tmp_path / "console") as console:
                await console.shows("startupFailure", "Disken er fuld")
                await console.shows("startupFailure", "Skaf plads på disken, og prøv igen.")
                disk.make_room()
                await console.click("retryStart")
                clinic = TroubledClinic(tmp_path, stack, console)
                await clinic.open_message()

                disk.fill()
                await console.click("bookVideo")
                await console.shows("bookingNotice", "Disken er fuld")
                await console.shows("bookingNotice", "Skaf plads på disken, og prøv igen.")
                await console.shows("bookVideo", "Video ")
                assert await traces(stack) == {"appointments": 0, "rooms": 0, "texts": 0}
                await console.until("text", lambda _: "disk_full" in clinic.log(), name="statusLine")

                disk.make_room()
                await console.click("bookVideo")
                await clinic.confirmed()
                assert await traces(stack) == {"appointments": 1, "rooms": 1, "texts": 1}
            await assert_logs_are_private(tmp_path, stack)


async def test_damage_met_while_working_is_told_of_and_mended_at_the_next_start(tmp_path: Path) -> None:
    async with running_stack(tmp_path / "demo") as stack:
        await start_and_close(stack, tmp_path / "first")
        # One bit in each page of the second half, where the schema is not.
        spoil_pages(stack, lambda pages: range(pages // 2, pages))
        async with running_console(stack.settings, {}, tmp_path / "console") as console:
            await console.shows("console", "De lokale data er beskadiget")
            await console.shows("console", "Luk Klinikkonsol, og åbn det igen: så genskabes de fra lægesystemet.")
            await console.close()
            assert await console.ended() == 0
        async with running_console(stack.settings, {}, tmp_path / "mended") as console:
            await console.shows("banner", "Den lokale kopi var beskadiget og er genskabt")
            await console.shows("inboxList", NANCY.name)
        await assert_logs_are_private(tmp_path, stack)


async def test_what_waits_outlives_a_database_that_cannot_be_read_at_all(tmp_path: Path) -> None:
    async with running_stack(tmp_path / "demo") as stack:
        async with running_console(stack.settings, {}, tmp_path / "first") as console:
            clinic = TroubledClinic(tmp_path, stack, console)
            await clinic.open_message()
            await stack.fault("practice", mode="down")
            await console.click("bookVideo")
            await console.shows("bookingRow", "venter")
            await console.close()
            assert await console.ended() == 0
        spoil_pages(stack, range)
        await stack.fault("practice", mode="none")
        async with running_console(stack.settings, {}, tmp_path / "console") as console:
            await console.shows("banner", "Alle ændringer, der ventede, er reddet.")
            clinic = TroubledClinic(tmp_path, stack, console)
            await clinic.open_message()
            await clinic.confirmed()
            assert await traces(stack) == {"appointments": 1, "rooms": 1, "texts": 1}
        await assert_logs_are_private(tmp_path, stack)


def spoil_pages(stack: Stack, which: Callable[[int], Iterable[int]]) -> None:
    """Flip one bit in each of these pages, chosen by how many there are."""
    database = stack.settings.parent / "console" / "console.db"
    spoilt = bytearray(database.read_bytes())
    for page in which(len(spoilt) // PAGE):
        spoilt[page * PAGE + 100] ^= 1
    database.write_bytes(bytes(spoilt))


def keep_data_in(stack: Stack, directory: Path) -> None:
    settings = stack.settings.read_text(encoding="utf-8")
    usual = str(stack.settings.parent / "console")
    stack.settings.write_text(settings.replace(f'directory = "{usual}"', f'directory = "{directory}"'), "utf-8")


async def start_and_close(stack: Stack, scratch: Path) -> None:
    async with running_console(stack.settings, {}, scratch) as console:
        await console.shows("inboxList", NANCY.name)
        await console.close()
        assert await console.ended() == 0
