"""Which processes are alive: each holds one numbered seat, a locked file that the kernel frees when it dies.

A call and a lease name the seat of the process that has them. Whoever finds an unfinished call whose seat nobody
holds knows that its process is dead, at once and without waiting for a lease to run out. A seat's number is used
again: whatever was left open under it belongs to the dead, since one who has just sat down has no calls yet.
Several machines do not share such files; there a lease in the database must take its place.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def _try_lock(path: Path) -> int | None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


class Seat:
    """This process's own seat; held until `leave` or death."""

    def __init__(self, folder: Path) -> None:
        """Takes the lowest free seat of `folder`, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        number = 1
        while (handle := _try_lock(folder / f"{number}.seat")) is None:
            number += 1
        self._handle = handle
        self.name = str(number)

    def dead(self, seat: str) -> bool:
        """Is nobody there who could still be working on what is marked with `seat`? True for our own, as what
        was marked with it before we came is not ours; ask before taking work."""
        if seat == self.name or not seat.isdigit():
            return True
        path = self._folder / f"{seat}.seat"
        if not path.exists():
            return True
        handle = _try_lock(path)
        if handle is None:
            return False
        os.close(handle)
        return True

    def leave(self) -> None:
        """Free the seat."""
        os.close(self._handle)
