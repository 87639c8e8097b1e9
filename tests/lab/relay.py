"""The TLS proxy that the room service's documentation asks for, as a process of its own.

`python -m tests.lab.relay ADDRESS PORT INNER_PORT CERTIFICATE` prints `{"ready": true}`, and hands on what comes to
the port over TLS. CERTIFICATE is a PEM file with the chain and its key.
"""

import asyncio
import json
import ssl
import sys
from contextlib import suppress

_CHUNK = 65536


async def relay(address: str, port: int, inner: int, certificate: str) -> None:
    """Hand on connections until cancelled; raises OSError when the address or the port is not to be had."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection(address, inner)
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        writer.close()

    server = await asyncio.start_server(serve, address, port, ssl=context)
    print(json.dumps({"ready": True}), flush=True)
    await server.serve_forever()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(relay(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
