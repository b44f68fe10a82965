"""An authority of the tests' own, and a door that speaks TLS in front of a plain server."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

Change = Callable[[bytes], bytes]


def make_certificates(folder: Path) -> None:
    """Write ca.pem, cert.pem and key.pem for localhost and 127.0.0.1."""
    ca_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "FedConnect test authority")])
    ca = _certificate(ca_name, ca_name, ca_key, ca_key, authority=True)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    leaf = _certificate(name, ca_name, key, ca_key, authority=False)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (folder / "cert.pem").write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey, *, authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=14))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(by, hashes.SHA256())


class Door:
    """TLS on one loopback port, plain HTTP to another; `change` may spoil what goes in."""

    def __init__(self, folder: Path, port: int, inner_port: int, change: Change = lambda data: data) -> None:
        self.inner_port = inner_port
        self.change = change
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            outer = self.context.wrap_socket(client, server_side=True)
            inner = socket.create_connection(("127.0.0.1", self.inner_port), timeout=30)
        except OSError:
            client.close()
            return
        threading.Thread(target=_pump, args=(inner, outer, lambda data: data), daemon=True).start()
        _pump(outer, inner, self.change)


def _pump(source: socket.socket, sink: socket.socket, change: Change) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(change(data))
    except OSError:
        pass
    finally:
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
