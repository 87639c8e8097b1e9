"""Several consoles in one demo clinic: each signs in as itself, and the services outlive whoever started them."""

import asyncio
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from app.demo.consoles import KEY_NAME, demo_consoles, signing_key
from app.demo.launch import demo_clinic
from app.demo.seed_files import read_seed_files
from app.demo.sole_stack import SoleStack
from app.domain.errors import ErrorKind, KlinikError
from app.domain.patient import Role
from app.domain.settings import Settings, read_settings
from tests.driver.processes import end_process, read_ready_line

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def _signed_in(session: aiohttp.ClientSession, settings: Settings) -> dict[str, str]:
    """Sign in as the settings say and return the header that opens the practice system."""
    practice = settings.practice_system
    services = practice.backend_services
    assert services is not None
    assert settings.keys_path is not None
    key = ECKey.import_key(json.loads(settings.keys_path.read_bytes())[services.key_name])
    async with session.get(f"{practice.base_url}/.well-known/smart-configuration") as found:
        endpoint = (await found.json())["token_endpoint"]
    claims = {
        "iss": services.client_id,
        "sub": services.client_id,
        "aud": endpoint,
        "exp": int(datetime.now(UTC).timestamp()) + 60,
        "jti": str(uuid.uuid4()),
    }
    form = {
        "grant_type": "client_credentials",
        "scope": services.scope,
        "client_assertion_type": _ASSERTION,
        "client_assertion": jwt.encode({"alg": "ES384", "kid": services.key_id}, claims, key, algorithms=["ES384"]),
    }
    async with session.post(endpoint, data=form) as answer:
        granted = await answer.json()
        assert answer.status == 200, granted
    return {"Authorization": f"Bearer {granted['access_token']}"}


async def _names(settings: Settings) -> str:
    async with aiohttp.ClientSession() as session:
        headers = await _signed_in(session, settings)
        address = f"{settings.practice_system.base_url}/Practitioner/{settings.user.id}"
        async with session.get(address, headers=headers) as answer:
            assert answer.status == 200
            return str((await answer.json())["name"][0]["text"])


async def test_two_consoles_meet_in_one_clinic_and_the_second_outlives_the_first(tmp_path: Path) -> None:
    first = demo_clinic(tmp_path)
    doctor = read_settings(await first.__aenter__())
    async with demo_clinic(tmp_path, "secretary") as path:
        secretary = read_settings(path)
        assert doctor.user.role is Role.CLINICIAN
        assert (secretary.user.name, secretary.user.role) == ("Lone Bach", Role.SECRETARY)
        assert secretary.directory != doctor.directory
        assert secretary.keys_path != doctor.keys_path
        assert secretary.practice_system.base_url == doctor.practice_system.base_url
        assert secretary.room == doctor.room
        assert await _names(doctor) == doctor.user.name
        assert await _names(secretary) == secretary.user.name

        await first.__aexit__(None, None, None)
        async with asyncio.timeout(30):
            while not await _answers(secretary):
                await asyncio.sleep(0)
        assert await _names(secretary) == secretary.user.name
    assert not await _answers(secretary)


async def _answers(settings: Settings) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{settings.practice_system.base_url}/metadata") as practice,
            session.get(f"{settings.room.base_url}/healthz") as room,
        ):
            return practice.status == room.status == 200
    except aiohttp.ClientError:
        return False


async def test_nobody_of_that_name_works_there(tmp_path: Path) -> None:
    with pytest.raises(KlinikError, match="mette, jonas, amina, lone") as refused:
        async with demo_clinic(tmp_path, "ukendt"):
            pass
    assert refused.value.kind is ErrorKind.SETTINGS_INVALID
    assert not (tmp_path / "running.json").exists()


@asynccontextmanager
async def _demo(directory: Path, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.demo", "--dir", str(directory), *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ,
    )
    try:
        yield process
    finally:
        await end_process(process)


async def test_a_joined_demo_goes_when_told_and_a_fresh_one_is_refused(tmp_path: Path) -> None:
    async with _demo(tmp_path, "--profile", "medplum") as running:
        ready = await read_ready_line(running)
        async with _demo(tmp_path) as joined:
            assert await read_ready_line(joined) == ready
            joined.terminate()
            assert await joined.wait() == 0
        async with _demo(tmp_path, "--fresh") as refused:
            _, errors = await refused.communicate()
            assert refused.returncode == 1
            assert b"another demo runs" in errors
        async with aiohttp.ClientSession() as session, session.get(f"{ready['practice']}/metadata") as answer:
            statement: dict[str, Any] = await answer.json(content_type=None)
            assert statement["implementation"]["url"] == "http://epj.invalid/fhir"


def test_what_a_killed_demo_said_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text("{}", encoding="utf-8")
    with closing(SoleStack(tmp_path)) as sole, closing(SoleStack(tmp_path)) as second:
        assert sole.take()
        assert sole.take()
        assert not second.take()
        assert second.told() is None
        sole.tell({"ready": True})
        assert second.told() == {"ready": True}
        sole.close()
        assert second.take()
        assert second.told() is None


def test_a_key_is_made_once_beside_the_consoles_other_secrets(tmp_path: Path) -> None:
    console = demo_consoles(tmp_path, read_seed_files().practitioners)[0]
    console.directory.mkdir()
    console.keys.write_text('{"database-key": "00"}', encoding="utf-8")
    key = signing_key(console)
    assert signing_key(console) == key
    assert "d" not in key.public
    kept = json.loads(console.keys.read_bytes())
    assert kept["database-key"] == "00"
    assert ECKey.import_key(kept[KEY_NAME]).is_private
