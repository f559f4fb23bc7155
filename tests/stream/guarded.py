"""What stands before a broker that speaks neither TLS nor SASL, so that it seems to do."""

import asyncio
import socket
import ssl
import struct
import subprocess
import threading
from pathlib import Path

SASL_AUTHENTICATE, REFUSED = 36, 58
"""Numbers of Kafka's protocol: of a request, and of an error."""


def certificate(folder: Path, name: str) -> Path:
    """A certificate of 127.0.0.1 that nobody else vouches for, and its key beside it as `NAME.key`."""
    files = ["-out", str(folder / f"{name}.pem"), "-keyout", str(folder / f"{name}.key")]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    whose = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", "req", "-x509", *kind, *whose, *files], check=True, capture_output=True)
    return folder / f"{name}.pem"


def guarded(servers: str, own: Path | None, *, refuses: bool = False) -> str:
    """Host and port of a door before a broker: with TLS by a certificate, or one that `refuses` every login.

    The broker says where it is to be asked further; that is this door as well.
    """
    host, port = servers.split(":")
    line = socket.create_server(("127.0.0.1", 0))
    door = line.getsockname()[1]
    inside, outside = (host.encode() + struct.pack(">i", number) for number in (int(port), door))
    context = None
    if own:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(own, own.with_suffix(".key"))

    async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, back: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            if refuses and data[4:6] == struct.pack(">h", SASL_AUTHENTICATE):
                answer = data[8:12] + struct.pack(">hh", REFUSED, 7) + b"unknown" + struct.pack(">iq", 0, 0)
                back.write(struct.pack(">i", len(answer)) + answer)
            else:
                writer.write(data.replace(inside, outside))
        writer.close()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        others, theirs = await asyncio.open_connection(host, int(port))
        both = (passed(reader, theirs, writer), passed(others, writer, theirs))
        await asyncio.gather(*both, return_exceptions=True)

    async def open_door() -> None:
        await (await asyncio.start_server(met, sock=line, ssl=context)).serve_forever()

    threading.Thread(target=lambda: asyncio.run(open_door()), daemon=True).start()
    return f"127.0.0.1:{door}"
