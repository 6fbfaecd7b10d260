"""Tones in the caller's sound: push buttons, fax machines, and what the network says by tones.

The sound is looked at through windows of 20 ms, one each 5 ms. In each, the strength of a dozen fixed frequencies is
reckoned (Goertzel's sums, all at once); how far each true frequency lies from its place is told by how its phase has
moved since the window before. A window holds a tone where nearly all of its energy is in it. What is made of a run of
such windows is told by time alone: a push button by ITU-T Q.23 and Q.24 (40 ms are one, 23 ms are none, 10 ms of
interruption do not make two, 30 ms of pause do), a calling fax by T.30 (1100 Hz for half a second every three, twice),
an answering machine of data by 2100 Hz that stays or by V.21's flags, and the Japanese network's 400 Hz by its cadence.
Pure, streaming, and the same however the sound is cut. Leaves out: who wants to know (`voice/lines/inband`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import pi, sin

import numpy as np
import numpy.typing as npt

from voice.audio import INNER_RATE_HZ
from voice.resample import Resampler

TONE_RATE_HZ = 8000
_WINDOW, _HOP = 160, 40
HOP_SECONDS = _HOP / TONE_RATE_HZ

_LOW, _HIGH = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
_DIGITS = ("123A", "456B", "789C", "*0#D")
_LONE = (400.0, 1080.0, 1120.0, 2100.0)
"""A calling fax may be 38 Hz off 1100 (T.30): two places for it."""
_LONE_STRAY = 25.0
"""Hz: exchanges keep 400 within 20, and ringing is modulated by as much; T.30 keeps 2100 within 15."""
_CALLING, _ANSWERING, _NETWORK = frozenset({1080.0, 1120.0}), frozenset({2100.0}), frozenset({400.0})
_FSK = (1650.0, 1850.0)
"""V.21's upper channel, on which a fax answers."""
_PLACES = np.array((*_LOW, *_HIGH, *_LONE, *_FSK))
_SUMS = np.exp(-2j * np.pi * np.outer(np.arange(_WINDOW), _PLACES) / TONE_RATE_HZ)
_ADVANCE = np.exp(-2j * np.pi * _PLACES * HOP_SECONDS)

_TO_HZ = 1 / (2 * np.pi * HOP_SECONDS)
_FULL_SCALE = 32768.0
_FLOOR = (_FULL_SCALE * 10 ** ((-33 - 3.14) / 20)) ** 2 / 2
"""Mean square of one tone at -33 dBm0: Q.24 has -29 as the level at which none need be heard (NTT), and lines lose."""
_PURE = 0.8
"""Share of a window's energy in the tone. A tone that is there for four fifths of a window passes, which the counts of
windows below allow for. Noise 12 dB down leaves 0.94."""
_STRAY = 0.024
"""Of a push button's frequency: Q.24 (NTT) takes 1.8 % and refuses 3.0 %."""
_TWIST = (10 ** (-0.9), 10**0.6)
"""High group over low, energies: 9 dB weaker to 6 stronger. Q.24 asks for 5 either way (NTT), -8 and +4 (AT&T)."""
_WORTH = 0.18
"""Share of a window's energy at the strongest place from which it is looked at closely: the stronger of a push button's
two tones shows as much when it is 1.8 % off, and any other tone here more."""
_IDLE_WINDOWS = 20
"""After the last such window everything that goes on has ended."""
_SHIFTS = 0.45
"""Share of both of V.21's frequencies in a window: they change every 3.3 ms at most, and spread."""
_KEY_WINDOWS = 4
"""In a row make a push button: 40 ms hold five or six, 23 ms at most three."""
_GAP_WINDOWS = 6
"""In a row without it end it: 10 ms of interruption make five at most, 30 ms of pause seven at least."""


class Signal(StrEnum):
    """What a machine or the network says by tones."""

    FAX = "fax"
    """A fax machine calls."""
    DATA = "data"
    """A fax machine or modem answers."""
    BUSY = "busy"
    """400 Hz, half a second on and half off: engaged, or the other side has hung up."""
    RINGING = "ringing"
    """400 Hz, modulated, one second on and two off."""
    DIAL = "dial"
    """400 Hz without end."""


@dataclass(frozen=True, slots=True)
class KeyTone:
    """A push button is held down."""

    digit: str
    """0-9 * # A-D."""
    at: float
    """Seconds of the sound; so everywhere here."""


@dataclass(frozen=True, slots=True)
class KeyEnded:
    """It was let go."""

    digit: str
    at: float


@dataclass(frozen=True, slots=True)
class Told:
    """A signal was recognised; told again with each further proof."""

    signal: Signal
    at: float


ToneEvent = KeyTone | KeyEnded | Told

Complex = npt.NDArray[np.complex128]


class Tones:
    """One stream's tones. Not to be shared."""

    def __init__(self, rate_hz: int) -> None:
        """`rate_hz` of the line: 8000 or 16000."""
        self._narrow = Resampler(INNER_RATE_HZ, TONE_RATE_HZ) if rate_hz == INNER_RATE_HZ else None
        self._held = np.zeros(0)
        self._last: Complex = np.zeros(len(_PLACES), complex)
        self._windows = 0
        self._idle = 0
        self._key = _Key()
        self._cadences = (_Calling(), _Answering(), _Network())

    def push(self, pcm: bytes) -> list[ToneEvent]:
        """More sound, 16-bit mono at the line's rate, of any whole number of samples; what was heard in it."""
        pcm = self._narrow.push(pcm) if self._narrow else pcm
        self._held = np.concatenate((self._held, np.frombuffer(pcm, "<i2").astype(np.float64)))
        count = (len(self._held) - _WINDOW) // _HOP + 1
        if count <= 0:
            return []
        windows = np.lib.stride_tricks.sliding_window_view(self._held, _WINDOW)[: count * _HOP : _HOP]
        sums, energies = windows @ _SUMS, np.mean(windows**2, axis=1)
        powers = (2 / _WINDOW**2) * (sums.real**2 + sums.imag**2)
        worth = (energies >= _FLOOR) & (powers.max(axis=1) >= _WORTH * energies)
        events: list[ToneEvent] = []
        for n, close in enumerate(worth.tolist()):
            self._windows += 1
            self._idle = 0 if close else self._idle + 1
            if close:
                strays = np.angle(sums[n] * np.conj(sums[n - 1] if n else self._last) * _ADVANCE) * _TO_HZ
                events += self._tell(_window(powers[n].tolist(), strays.tolist(), float(energies[n])))
            elif self._idle <= _IDLE_WINDOWS:
                events += self._tell(_NOTHING)
        self._last = sums[-1]
        self._held = self._held[count * _HOP :]
        return events

    def _tell(self, seen: _Window) -> list[ToneEvent]:
        at = self._windows * HOP_SECONDS + (_WINDOW - _HOP) / TONE_RATE_HZ
        events = self._key.push(seen.digit, at)
        for cadence in self._cadences:
            events += cadence.push(seen, at)
        return events


@dataclass(frozen=True, slots=True)
class _Window:
    """What is in one."""

    digit: str
    lone: frozenset[float]
    """Places of `_LONE` at which there is a single tone."""
    shifts: bool
    """V.21."""


_NOTHING = _Window("", frozenset(), False)


def _window(powers: list[float], strays: list[float], energy: float) -> _Window:
    return _Window(_digit(powers, strays, energy), _lone(powers, strays, energy), sum(powers[-2:]) >= _SHIFTS * energy)


def _digit(powers: list[float], strays: list[float], energy: float) -> str:
    row, column = powers.index(max(powers[:4])), powers.index(max(powers[4:8])) - 4
    if abs(strays[row]) > _STRAY * _LOW[row] or abs(strays[4 + column]) > _STRAY * _HIGH[column]:
        return ""
    low, high = _whole(powers[row], strays[row]), _whole(powers[4 + column], strays[4 + column])
    if min(low, high) < _FLOOR or low + high < _PURE * energy or not _TWIST[0] <= high / low <= _TWIST[1]:
        return ""
    return _DIGITS[row][column]


def _whole(power: float, stray: float) -> float:
    """A tone's power from what of it shows at a place so many Hz beside it."""
    turn = pi * stray * _WINDOW / TONE_RATE_HZ
    return power * (turn / sin(turn)) ** 2 if turn else power


def _lone(powers: list[float], strays: list[float], energy: float) -> frozenset[float]:
    return frozenset(
        place
        for n, place in enumerate(_LONE, 8)
        if abs(strays[n]) <= _LONE_STRAY and _whole(powers[n], strays[n]) >= max(_FLOOR, _PURE * energy)
    )


class _Key:
    """Push buttons from windows."""

    def __init__(self) -> None:
        self._digit = self._down = ""
        self._run = self._gap = 0

    def push(self, digit: str, at: float) -> list[ToneEvent]:
        self._run = self._run + 1 if digit and digit == self._digit else 1
        self._digit = digit
        events: list[ToneEvent] = []
        if self._down:
            self._gap = 0 if digit == self._down else self._gap + 1
            if self._gap >= _GAP_WINDOWS:
                events.append(KeyEnded(self._down, at))
                self._down = ""
        if digit and not self._down and self._run >= _KEY_WINDOWS:
            self._down, self._gap = digit, 0
            events.append(KeyTone(digit, at))
        return events


class _Runs:
    """On and off of one tone: how long each stretch was. Holes shorter than `bridge` seconds are none."""

    def __init__(self, bridge: float) -> None:
        self._bridge = bridge
        self._on_from: float | None = None
        self._last_on = -1.0

    def push(self, on: bool, at: float) -> tuple[float, float] | None:
        """(beginning, end) of a stretch that has ended now."""
        if on:
            if self._on_from is None:
                self._on_from = at - HOP_SECONDS
            self._last_on = at
        elif self._on_from is not None and at - self._last_on > self._bridge:
            ended, self._on_from = (self._on_from, self._last_on), None
            return ended
        return None

    def lasting(self) -> float:
        """Seconds of the stretch that goes on."""
        return 0.0 if self._on_from is None else self._last_on - self._on_from


class _Calling:
    """A fax machine that calls: half a second in three and a half, twice."""

    def __init__(self) -> None:
        self._runs = _Runs(0.03)
        self._before: float | None = None

    def push(self, seen: _Window, at: float) -> list[ToneEvent]:
        stretch = self._runs.push(not seen.lone.isdisjoint(_CALLING), at)
        if stretch is None or not 0.4 <= stretch[1] - stretch[0] <= 0.65:
            return []
        before, self._before = self._before, stretch[0]
        again = before is not None and 3.0 <= stretch[0] - before <= 4.0
        return [Told(Signal.FAX, at)] if again else []


class _Answering:
    """A machine that answers: 2100 Hz for more than two seconds, or V.21's flags for more than half a second."""

    def __init__(self) -> None:
        self._tone, self._flags = _Runs(0.06), _Runs(0.03)
        self._told = False

    def push(self, seen: _Window, at: float) -> list[ToneEvent]:
        # Modems turn the phase of 2100 Hz over every 450 ms: a hole of a window's length.
        self._tone.push(not seen.lone.isdisjoint(_ANSWERING), at)
        self._flags.push(seen.shifts, at)
        there = self._tone.lasting() >= 2.0 or self._flags.lasting() >= 0.6
        first, self._told = there and not self._told, there
        return [Told(Signal.DATA, at)] if first else []


class _Network:
    """400 Hz by its cadence."""

    def __init__(self) -> None:
        self._runs = _Runs(0.07)
        self._stretches: list[tuple[float, float]] = []
        self._dialling = False

    def push(self, seen: _Window, at: float) -> list[ToneEvent]:
        stretch = self._runs.push(not seen.lone.isdisjoint(_NETWORK), at)
        if stretch is not None:
            self._dialling = False
            self._stretches = [*self._stretches[-2:], stretch]
            return self._cadence(at)
        if self._runs.lasting() >= 2.5 and not self._dialling:
            self._dialling = True
            return [Told(Signal.DIAL, at)]
        return []

    def _cadence(self, at: float) -> list[ToneEvent]:
        ons = [end - start for start, end in self._stretches]
        offs = [later[0] - end for (_, end), later in zip(self._stretches, self._stretches[1:], strict=False)]
        if len(ons) == 3 and all(0.4 <= each <= 0.62 for each in ons) and all(0.38 <= each <= 0.6 for each in offs):
            return [Told(Signal.BUSY, at)]
        if len(ons) >= 2 and all(0.85 <= each <= 1.2 for each in ons[-2:]) and 1.75 <= offs[-1] <= 2.2:
            return [Told(Signal.RINGING, at)]
        return []
