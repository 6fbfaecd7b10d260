"""The call as a stereo recording: the caller left, the receptionist right.

Written as it goes, as interleaved 16-bit PCM, each side at its own sample position, straight to the operating system: a
process that is killed loses only what it had not yet been handed. `close` makes it a FLAC file; `recover` does the same
for what a killed process left. The rate is in the name, so that nothing else must survive. Leaves out: who may listen,
how long it is kept.
"""

from __future__ import annotations

import glob
import io
import os
from enum import IntEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

_BLOCK_FRAMES = 1 << 16
_SLACK_SECONDS = 0.1
"""A side whose sound comes later than its position by more than this lost something: the gap is kept as silence."""


class Side(IntEnum):
    """Channel of the recording."""

    CALLER = 0
    OURS = 1


class Recorder:
    """One call's recording while it runs; to be closed exactly once."""

    def __init__(self, path: Path, rate_hz: int) -> None:
        """`path`: of the finished recording, `….flac`; its folder is made."""
        self.path = path
        self._rate_hz = rate_hz
        path.parent.mkdir(parents=True, exist_ok=True)
        self._pcm = path.with_suffix(f".{rate_hz}.pcm")
        self._file = os.open(self._pcm, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._position = [0, 0]

    def write(self, side: Side, pcm: bytes, at_seconds: float | None = None) -> None:
        """Sound of one side, after what that side had before.

        `at_seconds` since the call began: where it is well ahead of the side's position, silence fills the gap.
        """
        samples = np.frombuffer(pcm, "<i2")
        if at_seconds is not None and at_seconds - self._position[side] / self._rate_hz > _SLACK_SECONDS:
            self._position[side] = int(at_seconds * self._rate_hz)
        offset = self._position[side] * 4
        there = os.pread(self._file, len(samples) * 4, offset)
        frames = np.frombuffer(there.ljust(len(samples) * 4, b"\0"), "<i2").reshape(-1, 2).copy()
        frames[:, side] = samples
        os.pwrite(self._file, frames.tobytes(), offset)
        self._position[side] += len(samples)

    @property
    def seconds(self) -> float:
        """Length so far."""
        return max(self._position) / self._rate_hz

    def close(self) -> Path:
        """The finished FLAC file."""
        os.close(self._file)
        return recover(self._pcm)


def recover(pcm: Path) -> Path:
    """Turns a left-over `….<rate>.pcm` into its FLAC file and removes it.

    May be repeated: the FLAC file gets its name only when it is whole.
    """
    name, rate = pcm.stem.rsplit(".", 1)
    path, part = pcm.with_name(f"{name}.flac"), pcm.with_name(f"{name}.part")
    with (
        pcm.open("rb") as raw,
        soundfile.SoundFile(part, "w", samplerate=int(rate), channels=2, format="FLAC", subtype="PCM_16") as flac,
    ):
        while block := raw.read(_BLOCK_FRAMES * 4):
            flac.write(np.frombuffer(block[: len(block) // 4 * 4], "<i2").reshape(-1, 2))
    part.replace(path)
    pcm.unlink()
    return path


def leftovers(folder: Path) -> list[Path]:
    """What killed processes left anywhere under `folder`, for `recover`."""
    return sorted(folder.rglob("*.pcm"))


def clip_so_far(path: Path, start: float, end: float, side: Side) -> bytes:
    """As `clip`, of a recording that may still be written."""
    for pcm in path.parent.glob(f"{glob.escape(path.stem)}.*.pcm"):
        rate_hz = int(pcm.stem.rsplit(".", 1)[1])
        first = max(0, int(start * rate_hz))
        try:
            with pcm.open("rb") as raw:
                raw.seek(first * 4)
                there = raw.read(max(0, int(end * rate_hz) - first) * 4)
        except FileNotFoundError:  # it has just been finished
            break
        return _wav(np.frombuffer(there[: len(there) // 4 * 4], "<i2").reshape(-1, 2)[:, side], rate_hz)
    return clip(path, start, end, side)


def clip(path: Path, start: float, end: float, side: Side) -> bytes:
    """A stretch of one side as a WAV file (mono, 16-bit), the form that every telephone plays.

    `path`: a finished recording; `start`, `end`: seconds since its beginning, cut to what there is.
    """
    with soundfile.SoundFile(path) as flac:
        first = min(max(0, int(start * flac.samplerate)), flac.frames)
        flac.seek(first)
        count = max(0, min(int(end * flac.samplerate), flac.frames) - first)
        frames: npt.NDArray[np.int16] = flac.read(count, dtype="int16", always_2d=True)
        return _wav(frames[:, side], flac.samplerate)


def _wav(samples: npt.NDArray[np.int16], rate_hz: int) -> bytes:
    made = io.BytesIO()
    soundfile.write(made, samples, rate_hz, format="WAV", subtype="PCM_16")
    return made.getvalue()
