"""A real CalDAV server on loopback: Radicale, with one user and one calendar."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

USER, PASSWORD = "salon", "hasami"
_MAKE = """<?xml version="1.0" encoding="utf-8"?>
<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:set><d:prop><d:displayname>予約</d:displayname></d:prop></d:set></c:mkcalendar>"""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Calendar:
    """The collection, as the company's own program sees it."""

    url: str

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, auth=(USER, PASSWORD), trust_env=False)

    def make(self) -> None:
        with self.client() as client:
            client.request("MKCALENDAR", "", content=_MAKE.encode()).raise_for_status()

    def put(self, name: str, *lines: str, uid: str = "") -> None:
        """An event of these lines."""
        event = ("BEGIN:VEVENT", f"UID:{uid or name}", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT")
        whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//someone//else//", *event, "END:VCALENDAR", "")
        self.put_text(f"{name}.ics", "\r\n".join(whole))

    def put_text(self, name: str, text: str) -> None:
        with self.client() as client:
            client.put(name, content=text.encode()).raise_for_status()

    def get(self, name: str) -> str:
        """ "" where there is no such file."""
        with self.client() as client:
            answer = client.get(name)
            return answer.text if answer.status_code == 200 else ""

    def delete(self, name: str) -> None:
        with self.client() as client:
            client.delete(name).raise_for_status()


@contextmanager
def radicale(folder: Path, port: int) -> Iterator[Calendar]:
    """The server, ready, until the block ends; what it keeps stays in the folder."""
    folder.mkdir(exist_ok=True)
    users = folder / "users"
    users.write_text(f"{USER}:{PASSWORD}\n")
    command = [sys.executable, "-m", "radicale", "--config", "", "--server-hosts", f"127.0.0.1:{port}"]
    command += ["--auth-type", "htpasswd", "--auth-htpasswd-filename", str(users)]
    command += ["--auth-htpasswd-encryption", "plain", "--storage-filesystem-folder", str(folder / "kept")]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    listening = threading.Thread(target=server.stderr.read)  # so that what it says fills no pipe
    try:
        said = ""
        while "server ready" not in said:
            line = server.stderr.readline()
            assert line, said
            said += line
        listening.start()
        yield Calendar(f"http://127.0.0.1:{port}/{USER}/bookings/")
    finally:
        server.terminate()
        server.wait()
        if listening.ident is not None:
            listening.join()
        server.stderr.close()
