"""A live call's recording, which never harms the call: a disk that fails costs the recording and not the caller.

Leaves out how a recording is kept (`voice.record`).
"""

from __future__ import annotations

import logging
from pathlib import Path

from soundfile import LibsndfileError

from voice.record import Recorder, Side

log = logging.getLogger(__name__)


class Tape:
    """Records one call as long as the disk takes it; to be closed once."""

    def __init__(self, path: Path, rate_hz: int, call_id: str) -> None:
        self._call_id = call_id
        self._full = False
        self._recorder: Recorder | None = None
        try:
            self._recorder = Recorder(path, rate_hz)
        except OSError as error:
            self._lose(error)

    def write(self, side: Side, pcm: bytes, at_seconds: float | None = None) -> None:
        """As `Recorder.write`."""
        if self._recorder is None or self._full:
            return
        try:
            self._recorder.write(side, pcm, at_seconds)
        except OSError as error:
            self._lose(error)

    def close(self) -> None:
        """Finish the recording; what cannot be finished now is tried again when the report is made. Blocking."""
        if self._recorder is None:
            return
        try:
            self._recorder.close()
        except (OSError, LibsndfileError) as error:
            self._lose(error)

    def _lose(self, error: OSError | LibsndfileError) -> None:
        self._full = True
        log.error("call %s goes on without its recording (%s): free disk space under var/", self._call_id, error)
