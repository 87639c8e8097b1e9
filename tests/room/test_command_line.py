"""The service as its own process: options, logs and a stop that loses nothing."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from app.domain.clinic_time import utc_now
from app.room.__main__ import read_options
from app.video.rooms.own import OwnRooms
from tests.room.support import KEY, plan


async def test_runs_alone_logs_no_codes_and_stops_when_told(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(KEY)
    options = ("--port", "0", "--clinic-key-file", str(key), "--data", str(tmp_path / "rooms.db"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.room", *options, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    log: list[str] = []
    try:
        async with asyncio.timeout(60):
            while "listening on" not in (log[-1] if log else ""):
                log.append((await process.stderr.readline()).decode())
        address = json.loads(log[-1])["text"].removeprefix("listening on ")
        async with aiohttp.ClientSession() as session:
            link = await OwnRooms(address, KEY, session).ensure_room(plan(utc_now()))
            async with session.get(link.url) as page:
                assert page.status == 200
            async with session.ws_connect(f"{address}/p/{link.code}/line") as line:
                await line.receive()
                await line.send_str("rubbish")
                process.send_signal(signal.SIGTERM)
                while (await line.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
        async with asyncio.timeout(60):
            log.append((await process.stderr.read()).decode())
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert link.code not in "".join(log)
    assert "127.0.0.1" not in "".join(line for line in log if "listening" not in line)
    assert all(json.loads(line) for line in "".join(log).splitlines())


def test_options(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    (tmp_path / "turn").write_text("secret\n")
    needed = ["--clinic-key-file", str(tmp_path / "key"), "--data", str(tmp_path / "rooms.db")]
    turn = ["--turn-url", "turn:a", "--turn-url", "turns:b", "--turn-secret-file", str(tmp_path / "turn")]
    config = read_options([*needed, *turn, "--public-url", "https://m.example.dk", "--behind-proxy"])
    assert (config.clinic_key, config.public_url, config.behind_proxy) == (KEY, "https://m.example.dk", True)
    assert (config.ice.turn_urls, config.ice.turn_secret) == (("turn:a", "turns:b"), "secret")


@pytest.mark.parametrize("wrong", [["--turn-url", "turn:a"], ["--port", "many"], ["--nonsense"]])
def test_wrong_options_are_refused(tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_text(KEY)
    with pytest.raises(SystemExit):
        read_options(["--clinic-key-file", str(tmp_path / "key"), "--data", str(tmp_path / "rooms.db"), *wrong])
    assert "error" in capsys.readouterr().err


def test_a_short_key_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_text("short")
    with pytest.raises(SystemExit):
        read_options(["--clinic-key-file", str(tmp_path / "key"), "--data", str(tmp_path / "rooms.db")])
    assert "too short" in capsys.readouterr().err
