"""What a telephone does to a voice: room, handset, noise, codecs, lost packets. Clean 16 kHz in, 8 kHz line out.

Rule: length and timing stay, so that labels made on the clean sound hold for the line. Every call draws its own line
from the generator handed in; the same generator state gives the same sound. What it leaves out: the echo of our own
prompts, and the speech codecs of mobile networks other than full-rate GSM.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import soundfile

LINE_RATE_HZ = 8000
Samples = npt.NDArray[np.float32]

COLOURS = {"white": 0.0, "pink": 0.5, "brown": 1.0}
"""Amplitude of noise falls with this power of frequency."""
FRAME = 160
"""20 ms: what is lost when a packet is lost."""
NOISY, NOISY_DB, QUIET_DB = 0.75, (4.0, 22.0), (8.0, 36.0)
"""Share of noisy lines, and how far the noise is below the voice in the telephone's band: of a man's voice so little is
left there that noise 20 dB below the whole of it is 10 to 15 dB below the rest."""


class Line(NamedTuple):
    """One drawn telephone line."""

    low_hz: float
    high_hz: float
    tilt_db: float
    """Rise from 300 to 3400 Hz."""
    peak: float
    """Loudest sample, 1.0 = full scale; over 1 it clips."""
    noise: str
    """A colour, or "babble"."""
    snr_db: float
    around: bool
    """The noise is about the caller and goes through the handset; else it comes in on the wire."""
    room_seconds: float
    """Reverberation time; 0 = no room."""
    codec: str
    """Codec under way besides the law: "", "GSM610", "G721_32"."""
    law: str
    """ "mu" or "a" """
    loss: float
    """Share of packets lost."""
    steep: int = 8
    """Power with which what is below `low_hz` falls: a handset's 8, an exchange's filter (ITU-T G.712) 30."""


def draw(chance: np.random.Generator) -> Line:
    """A line as a caller might have it."""
    return Line(
        low_hz=float(chance.choice((60.0, 200.0, 250.0, 300.0))),
        high_hz=float(chance.uniform(3300, 3750)),
        tilt_db=float(chance.normal(0, 3)),
        peak=float(10 ** (chance.uniform(-30, 0) / 20)) * (6.0 if chance.random() < 0.05 else 1.0),
        noise=str(chance.choice(("white", "pink", "pink", "pink", "brown", "babble"))),
        snr_db=float(chance.uniform(*(NOISY_DB if chance.random() < NOISY else QUIET_DB))),
        around=bool(chance.random() < 0.5),
        room_seconds=float(chance.uniform(0.08, 0.45)) if chance.random() < 0.35 else 0.0,
        codec=str(chance.choice(("", "", "", "GSM610", "G721_32"), p=(0.3, 0.2, 0.12, 0.28, 0.1))),
        law=str(chance.choice(("mu", "a"))),
        loss=float(chance.uniform(0.005, 0.05)) if chance.random() < 0.2 else 0.0,
        steep=int(chance.choice((8, 30))),
    )


def carry(clean: Samples, line: Line, chance: np.random.Generator, others: Sequence[Samples] = ()) -> Samples:
    """`clean` (n,) at 16 kHz as it leaves the line, (n // 2,) at 8 kHz, -1..1. `others` are voices for the babble."""
    size = clean.size // 2
    voice = _band(_reverberant(clean, line.room_seconds, chance), size, line)
    voice *= line.peak / max(1e-6, float(np.abs(voice).max()))
    loudness = _loudness(voice)
    noise = _noise(line, size, chance, others)
    noise = _shaped(noise, line) if line.around else noise
    mixed = voice + noise * (loudness * 10 ** (-line.snr_db / 20) / max(1e-9, float(np.sqrt(np.mean(noise**2)))))
    coded = _coded(np.clip(mixed, -1, 1).astype(np.float32), line.codec)[:size]
    return _concealed(_law(coded, line.law), line.loss, chance)


def hiss(size: int, line: Line, chance: np.random.Generator) -> Samples:
    """A line on which nobody speaks, (size,) at 8 kHz."""
    noise = _noise(line._replace(noise="pink"), size, chance, ())
    loud = line.peak * 10 ** (-line.snr_db / 20) / 4
    return _law(np.clip(noise * (loud / float(np.sqrt(np.mean(noise**2)))), -1, 1).astype(np.float32), line.law)


def _loudness(voice: Samples) -> float:
    """Root mean square where somebody speaks: of the louder half of the 20 ms frames."""
    frames = voice[: voice.size // FRAME * FRAME].reshape(-1, FRAME)
    power = np.sort(np.mean(frames**2, axis=1))
    return float(np.sqrt(power[power.size // 2 :].mean())) if power.size else 0.0


def _reverberant(clean: Samples, seconds: float, chance: np.random.Generator) -> Samples:
    if not seconds:
        return clean
    tail = np.arange(int(seconds * 16_000))
    room = chance.standard_normal(tail.size) * np.exp(-6.9 * tail / tail.size)
    room *= 10 ** (-chance.uniform(4, 16) / 20) / np.sqrt(np.sum(room**2))
    room[0] = 1.0
    size = _fast(clean.size + tail.size)
    wet = np.fft.irfft(np.fft.rfft(clean, size) * np.fft.rfft(room, size), size)[: clean.size]
    return wet.astype(np.float32)


def _band(clean: Samples, size: int, line: Line) -> Samples:
    """Filters and halves the rate in one transform."""
    long = _fast(2 * size + 800)
    spectrum = np.fft.rfft(clean, long)[: long // 4 + 1]
    gain = _gain(np.arange(spectrum.size) * (16_000 / long), line)
    return (np.fft.irfft(spectrum * gain, long // 2)[:size] / 2).astype(np.float32)


def _shaped(noise: npt.NDArray[np.float64], line: Line) -> npt.NDArray[np.float64]:
    """The same filter for what is at the line's rate already."""
    long = _fast(noise.size)
    spectrum = np.fft.rfft(noise, long)
    shaped = np.fft.irfft(spectrum * _gain(np.arange(spectrum.size) * (LINE_RATE_HZ / long), line), long)[: noise.size]
    return np.asarray(shaped)


def _gain(hz: npt.NDArray[np.floating[Any]], line: Line) -> npt.NDArray[np.float64]:
    """Of the handset at these frequencies."""
    gain = 1 / np.sqrt(1 + (line.low_hz / np.maximum(hz, 20.0)) ** line.steep) / np.sqrt(1 + (hz / line.high_hz) ** 60)
    return np.asarray(gain * 10 ** (line.tilt_db / 20 * np.log2(np.maximum(hz, 100.0) / 1000) / 3.5))


def _noise(line: Line, size: int, chance: np.random.Generator, others: Sequence[Samples]) -> npt.NDArray[np.float64]:
    if line.noise == "babble" and others:
        crowd = np.zeros(size)
        for other in others:
            crowd += np.resize(np.roll(other, int(chance.integers(other.size)))[::2], size)
        return crowd + 1e-6
    long = _fast(size)
    spectrum = chance.standard_normal(long // 2 + 1) + 1j * chance.standard_normal(long // 2 + 1)
    hz = np.maximum(np.arange(spectrum.size) * (LINE_RATE_HZ / long), 60.0)
    noise: npt.NDArray[np.float64] = np.fft.irfft(spectrum * hz ** -COLOURS.get(line.noise, 0.5), long)[:size]
    return noise


def _coded(sound: Samples, codec: str) -> Samples:
    if not codec:
        return sound
    file = io.BytesIO()
    wrapper = "WAV" if codec == "GSM610" else "AU"
    soundfile.write(file, sound, LINE_RATE_HZ, format=wrapper, subtype=codec)
    file.seek(0)
    back: Samples = soundfile.read(file, dtype="float32")[0]
    return np.pad(back, (0, max(0, sound.size - back.size)))


def _law(sound: Samples, law: str) -> Samples:
    """Through G.711 and back, by its continuous curve cut into 8 bits: within half a step of the tables."""
    size, sign = np.abs(sound), np.sign(sound)
    if law == "mu":
        step = np.round(np.log1p(255 * size) / np.log(256) * 127) / 127
        return np.asarray(sign * np.expm1(step * np.log(256)) / 255, np.float32)
    a = 87.6
    bent = np.where(size < 1 / a, a * size, 1 + np.log(np.maximum(a * size, 1e-9))) / (1 + np.log(a))
    step = (np.floor(np.minimum(bent, 0.9999) * 128) + 0.5) / 128 * (1 + np.log(a))
    return np.asarray(np.where(sound < 0, -1, 1) * np.where(step < 1, step / a, np.exp(step - 1) / a), np.float32)


def _concealed(sound: Samples, loss: float, chance: np.random.Generator) -> Samples:
    """Loses packets; the one before is played again, ever softer."""
    if not loss:
        return sound
    out = sound.copy()
    for start in range(FRAME, sound.size - FRAME, FRAME):
        if chance.random() < loss:
            out[start : start + FRAME] = out[start - FRAME : start] * np.float32(0.7)
    return out


def _fast(size: int) -> int:
    """The next length of the form 4 * 2^a * 3^b, quick to transform."""
    best = 4
    while best < size:
        best *= 2
    for three in (3, 9, 27):
        shorter = 4 * three
        while shorter < size:
            shorter *= 2
        best = min(best, shorter)
    return best
