"""The recording: both sides in place, nothing lost when the process is killed, clips."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from voice.record import Recorder, Side, clip, leftovers, recover

RATE = 8000
CALLER = np.random.default_rng(1).integers(-9000, 9000, RATE * 2).astype("<i2")
OURS = np.random.default_rng(2).integers(-9000, 9000, RATE * 2).astype("<i2")


def frames(samples: npt.NDArray[np.int16]) -> list[bytes]:
    return [samples[at : at + 160].tobytes() for at in range(0, len(samples), 160)]


def test_each_side_lies_at_its_own_position(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a" / "call.flac", RATE)
    for count, (theirs, ours) in enumerate(zip(frames(CALLER), frames(OURS), strict=True)):
        recorder.write(Side.CALLER, theirs)
        if count >= 10:
            recorder.write(Side.OURS, ours)
    for ours in frames(OURS)[:10]:
        recorder.write(Side.OURS, ours)
    path = recorder.close()
    made, rate = soundfile.read(path, dtype="int16")
    assert rate == RATE
    assert np.array_equal(made[:, 0], CALLER)
    assert np.array_equal(made[:, 1], np.concatenate((OURS[1600:], OURS[:1600])))
    assert [entry.name for entry in path.parent.iterdir()] == ["call.flac"]


def test_a_gap_on_the_line_stays_a_gap(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "call.flac", RATE)
    recorder.write(Side.CALLER, CALLER[:160].tobytes(), 0.0)
    recorder.write(Side.CALLER, CALLER[160:320].tobytes(), 0.05)
    recorder.write(Side.CALLER, CALLER[320:480].tobytes(), 1.0)
    made, _ = soundfile.read(recorder.close(), dtype="int16")
    assert np.array_equal(made[:320, 0], CALLER[:320])
    assert not made[320:RATE, 0].any()
    assert np.array_equal(made[RATE:, 0], CALLER[320:480])


KILLED = """
import sys
from pathlib import Path
from voice.record import Recorder, Side
recorder = Recorder(Path(sys.argv[1]), 8000)
for count in range(50):
    recorder.write(Side.CALLER, bytes([count, 1]) * 160)
    recorder.write(Side.OURS, bytes([count, 2]) * 160)
print("written", flush=True)
sys.stdin.read()
"""


def test_a_killed_process_loses_nothing_it_had_written(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "call.flac")]
    root = str(Path(__file__).parent.parent)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, cwd=root, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        os.kill(process.pid, signal.SIGKILL)
    [left] = leftovers(tmp_path)
    with left.open("ab") as torn:
        torn.write(b"\1\2\3")
    made, _ = soundfile.read(recover(left), dtype="int16")
    assert made.shape == (50 * 160, 2)
    assert list(made[::160, 0]) == [0x100 + count for count in range(50)]
    assert list(made[::160, 1]) == [0x200 + count for count in range(50)]
    assert leftovers(tmp_path) == []


def test_a_clip_of_one_side(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "call.flac", RATE)
    recorder.write(Side.CALLER, CALLER.tobytes())
    recorder.write(Side.OURS, OURS.tobytes())
    assert recorder.seconds == 2.0
    path = recorder.close()
    for side, whole in ((Side.CALLER, CALLER), (Side.OURS, OURS)):
        samples, rate = soundfile.read(io.BytesIO(clip(path, 0.5, 1.25, side)), dtype="int16")
        assert rate == RATE
        assert np.array_equal(samples, whole[4000:10000])
    assert len(soundfile.read(io.BytesIO(clip(path, 1.5, 9.0, Side.CALLER)))[0]) == 4000
    assert len(soundfile.read(io.BytesIO(clip(path, 5.0, 9.0, Side.CALLER)))[0]) == 0
