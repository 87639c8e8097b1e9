"""A real TURN server (coturn) in a place of its own, with time-limited credentials, over UDP, TCP and TLS."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.driver.processes import end_process
from tests.lab.link import TLS_PORT, TURN_PORT
from tests.lab.namespaces import LabError
from tests.lab.network import TURN_ADDRESS
from tests.sync.authorities import Authority

TURN_URLS = (
    *(f"turn:{TURN_ADDRESS}:{TURN_PORT}?transport={transport}" for transport in ("udp", "tcp")),
    f"turns:{TURN_ADDRESS}:{TLS_PORT}?transport=tcp",
)


@dataclass(slots=True)
class TurnServer:
    """A running coturn, and the file with the secret that the room service makes its credentials from.

    `chain` is the file with the certificate it shows and its key.
    """

    namespace: str
    secret_file: Path
    chain: Path
    process: asyncio.subprocess.Process

    async def restart(self) -> None:
        """Kill it and start it anew: it has forgotten every allocation."""
        self.process.kill()
        await self.process.wait()
        self.process = await _start(self.namespace, self.secret_file, self.chain)


@asynccontextmanager
async def turn_server(namespace: str, directory: Path, authority: Authority) -> AsyncIterator[TurnServer]:
    """Run coturn in a namespace; raises LabError when it is not installed or does not come up."""
    if not shutil.which("turnserver"):
        raise LabError("missing: turnserver (Debian package coturn; scripts/setup.sh --test installs it)")
    directory.mkdir(parents=True, exist_ok=True)
    secret_file = directory / "turn.secret"
    secret_file.touch(mode=0o600)
    secret_file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    chain = authority.chain(TURN_ADDRESS)
    server = TurnServer(namespace, secret_file, chain, await _start(namespace, secret_file, chain))
    try:
        yield server
    finally:
        await end_process(server.process)


async def _start(namespace: str, secret_file: Path, chain: Path) -> asyncio.subprocess.Process:
    secret, directory = secret_file.read_text(encoding="utf-8"), secret_file.parent
    options = {
        "--listening-ip": TURN_ADDRESS,
        "--relay-ip": TURN_ADDRESS,
        "--listening-port": str(TURN_PORT),
        "--tls-listening-port": str(TLS_PORT),
        "--cert": str(chain),
        "--pkey": str(chain),
        "--realm": "lab",
        "--static-auth-secret": secret,
        "--pidfile": str(directory / "turn.pid"),
        "--userdb": str(directory / "turn.db"),
    }
    switches = ("-n", "--use-auth-secret", "--no-cli", "--no-dtls", "--log-file", "stdout")
    with (directory / "turn.out").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *("nsenter", f"--net=/run/netns/{namespace}"),
            *("turnserver", *switches, *(f"{name}={value}" for name, value in options.items())),
            env=os.environ | {"HOME": str(directory)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    for _ in range(200):
        if process.returncode is not None:
            break
        try:
            _, writer = await asyncio.open_connection(TURN_ADDRESS, TURN_PORT)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return process
    await end_process(process)
    raise LabError(f"coturn did not come up; see {directory / 'turn.out'}")
