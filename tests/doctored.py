"""What the tests of the doctor share: settings for it, and ports that are free."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

from bot.settings import Settings

SECRET = "s" * 32


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def here_at(port: int, **changed: Any) -> Settings:
    return replace(Settings(secret=SECRET, port=port), **changed)
