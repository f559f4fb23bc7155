"""What stands before a broker that speaks neither TLS nor SASL, so that it seems to do."""

import ssl
import struct
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.wires import Way, Wire

SASL_HANDSHAKE, API_VERSIONS, SASL_AUTHENTICATE, REFUSED = 17, 18, 36, 58
"""Numbers of Kafka's protocol: of requests, and of an error."""
BEFORE_LOGIN = (SASL_HANDSHAKE, API_VERSIONS)


def certificate(folder: Path, name: str) -> Path:
    """A certificate of 127.0.0.1 that nobody else vouches for, and its key beside it as `NAME.key`."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(called, called, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    signed = made.add_extension(address, critical=False).sign(key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder / f"{name}.pem"


class Door(Wire):
    """Before a broker, which says where it is to be asked further: that is this door as well."""

    def __init__(self, server: str, own: Path | None = None, login: tuple[str, str] | None = None) -> None:
        """With TLS by a certificate, and with one name and password (SASL, PLAIN) that open it."""
        host, _, port = server.partition(":")
        self._login, self._inside = login, host.encode() + struct.pack(">i", int(port))
        context = None
        if own:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(own, own.with_suffix(".key"))
        super().__init__(server, context)

    def way(self) -> Way:
        """Until a client has logged in the broker hears of the first requests alone; the login stays here."""
        known, login = self._login is None, b"\0" + "\0".join(self._login or ()).encode()

        def said(data: bytes) -> tuple[bytes, bytes]:
            nonlocal known
            request = int.from_bytes(data[4:6])
            if known or request in BEFORE_LOGIN:
                return data, b""
            known = request == SASL_AUTHENTICATE and data.endswith(login)
            reason = struct.pack(">hh", 0, -1) if known else struct.pack(">hh", REFUSED, 7) + b"unknown"
            answer = data[8:12] + reason + struct.pack(">iq", 0, 0)
            return b"", struct.pack(">i", len(answer)) + answer

        return said

    def told(self, data: bytes) -> bytes:
        """What the broker says."""
        return data.replace(self._inside, b"127.0.0.1" + struct.pack(">i", int(self.server.partition(":")[2])))
