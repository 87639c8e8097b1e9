"""The whole demo as a process: ready, healthy, kept between runs, and gone when told."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.demo.practice_system.definitions import DEFINITIONS
from app.demo.room_process import RoomServiceError
from app.demo.stack import run_stack
from app.domain.patient import Role
from app.domain.settings import read_settings
from tests.driver.processes import end_process, read_ready_line


@asynccontextmanager
async def demo(directory: Path, *options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.demo", "--dir", str(directory), *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process, await read_ready_line(process)
    finally:
        await end_process(process)


async def _json(session: aiohttp.ClientSession, url: str, directory: Path) -> Any:
    token = (directory / "practice.token").read_text(encoding="utf-8")
    async with session.get(url, headers={"Authorization": f"Bearer {token}"}) as response:
        assert response.status == 200, url
        return await response.json(content_type=None)


async def test_ready_means_all_services_answer_and_data_outlives_a_restart(tmp_path: Path) -> None:
    async with demo(tmp_path) as (process, ready):
        settings = read_settings(Path(ready["settings"]))
        assert settings.clinic.name == "Lægehuset Åkanden"
        assert settings.user.role is Role.CLINICIAN
        assert settings.practice_system.base_url == ready["practice"]
        assert settings.phone_page == ready["phone"]
        for secret in (Path(ready["settings"]), settings.keys_path, tmp_path / "practice.token"):
            assert secret is not None
            assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{ready['practice']}/Patient") as locked:
                assert locked.status == 401
            statement = await _json(session, f"{ready['practice']}/metadata", tmp_path)
            assert len(statement["rest"][0]["resource"]) == len(DEFINITIONS)
            assert (await _json(session, f"{ready['practice']}/Practitioner/{settings.user.id}", tmp_path))["name"]
            before = (await _json(session, f"{ready['practice']}/Communication?_count=1000", tmp_path))["entry"]
            async with session.get(f"{ready['room']}/healthz") as health:
                assert health.status == 200
            async with session.get(ready["phone"]) as page:
                assert page.status == 200
            headers = {"Authorization": f"Bearer {settings.sms.token}"}
            text = {"key": "k", "to": "+4520123401", "sender": settings.sms.sender, "body": "Hej"}
            async with session.post(f"{ready['sms']}/messages", json=text, headers=headers) as sent:
                assert sent.status == 201
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0

    async with demo(tmp_path, "--with-parent") as (process, again):
        assert again == ready
        async with aiohttp.ClientSession() as session:
            assert (await _json(session, f"{again['practice']}/Communication?_count=1000", tmp_path))[
                "entry"
            ] == before
            async with session.post(f"{again['sms']}/messages", json=text, headers=headers) as sent:
                assert sent.status == 200
        assert process.stdin is not None
        process.stdin.close()
        assert await process.wait() == 0
    for url in (ready["practice"], ready["sms"], ready["room"]):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(url.split(":")[2].split("/")[0]))) != 0


async def test_a_taken_port_is_replaced_and_fresh_forgets(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (tmp_path / "ports.json").write_text(json.dumps({"practice": port, "sms": "x"}), encoding="utf-8")
        (tmp_path / "console").mkdir()
        (tmp_path / "console" / "old").touch()
        async with run_stack(tmp_path, fresh=True) as stack, aiohttp.ClientSession() as session:
            assert f":{port}/" not in stack.addresses.practice
            assert (await _json(session, f"{stack.addresses.practice}/Patient", tmp_path))["total"] > 20
            assert not (tmp_path / "console" / "old").exists()
        with pytest.raises(OSError, match="in use"):
            async with run_stack(tmp_path, first_port=port):
                pass


async def test_a_room_service_that_does_not_start_stops_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clinic.key").write_text("kort", encoding="utf-8")
    with pytest.raises(RoomServiceError, match="ended with code"):
        async with run_stack(tmp_path):
            pass


async def test_only_loopback_is_offered(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.demo", "--dir", str(tmp_path), "--host", "0.0.0.0"),
        stderr=asyncio.subprocess.PIPE,
        env=os.environ,
    )
    _, errors = await process.communicate()
    assert process.returncode == 2
    assert b"loopback" in errors
