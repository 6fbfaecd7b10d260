"""One call's ear: the caller's frames in; utterances, pauses and interruptions out.

It puts together rate conversion, voice detection, the echo guard, the endpointer and the floor. All of it runs on
chunks of 32 ms counted from the call's first sample: the same sound gives the same events however the line cuts it.
Its clock is the caller's sound: a second is a second of it. Leaves out: words; those who know them tell the ear by
`expect`, `partial` and `spoken_over`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voice.audio import INNER_RATE_HZ, Sound
from voice.echo import ECHO_RATE_HZ, Echo
from voice.endpoint import Change, Ended, Endpoint, Patience, Paused, Resumed, Started
from voice.floor import Scene, Verdict, judge
from voice.resample import Resampler
from voice.vad import CHUNK_SECONDS, Vad

PREROLL_SECONDS = 0.3
"""Of sound before the first speech: the detector is late on soft consonants, the recogniser wants a little silence."""
TAIL_SECONDS = 0.2
"""Of sound after the last speech; it is there when a pause is noticed."""
ECHO_SHARE, ECHO_SHARE_WITHIN = 0.4, 0.6
"""From here on a sound is our own voice, outside an utterance and within one; see `echo` for the figures. Within one,
the rest may be a soft caller's: at -34 dBFS over an echo of -38 a third of the sound is ours."""
ONSET_CHUNKS = 8
"""So long, 0.26 s, a sound that begins while we speak may turn out to be ours before it counts as the caller's: of less
no fit can tell for certain. Nobody waits for it: what was held back is then told with its own times, and a wish to
interrupt takes 0.5 s anyway. Of echoes 6 and 20 dB down, 50-400 ms late, dry and through a room, 11 in 16 began an
utterance where each chunk was judged at once, none of 16 so; `tests/bench/sound` measures it."""
LEVEL = 32768 * 10 ** (-23 / 20)
"""RMS of the speech that recognisers get, whatever the telephone's level was."""
_SAME_LEVEL = 1.6
"""4 dB: within it an utterance keeps the gain that its beginning was given, so that what was heard of it stays true."""
FOLLOW_SECONDS = 1.5
"""Of unbroken speech after which it is heard so far: what is left at its end is then soon done. More often would cost
more: half a second on either side of each piece is heard twice."""
OVER_SECONDS, OVER_AGAIN_SECONDS = 0.35, 0.25
"""Of unbroken speech into ours after which its words are asked for, ready when `floor` must decide; and asked again."""
_WORTH = 0.1
"""Probability from which a chunk is worth the echo guard's work."""
_GAINS = (0.25, 10.0)
_DC_RATE = 0.02
"""Share of each chunk's mean in the running one: about 1.6 s, far below any voice."""


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The caller began to speak."""

    at: float
    """Seconds of the caller's sound since the call began; so are all times here."""


@dataclass(frozen=True, slots=True)
class PauseHeard:
    """The caller paused; this may have been all. What was said so far can be transcribed already."""

    sound: Sound
    """At 16 kHz, from a little before the first speech to a little after the last."""
    index: int
    """Of the pause, for `Ear.partial`."""
    start_seconds: float
    end_seconds: float
    """Of the speech."""


@dataclass(frozen=True, slots=True)
class StretchHeard:
    """The caller is in the middle of speech; it can be heard so far."""

    sound: Sound
    """From a little before the first speech until now; the sounds of the utterance's later events begin with it."""
    over_ours: bool
    """It falls into our speech, and `Ear.spoken_over` wants to know what it is as far as it goes. The sound is then one
    of its own, which no other begins with: its end is cut off in a word, and is not to be gone on with."""


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The caller went on: the last pause was none of an end."""

    at: float


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """The caller has finished."""

    sound: Sound
    """As in `PauseHeard`."""
    start_seconds: float
    end_seconds: float
    last_pause: int | None
    """Index of the pause that became the end: its sound and transcript are this utterance's. None: none did."""
    cut: bool
    """By the ceiling, in the middle of what may be music."""
    over_ours_seconds: float
    """How much of the speech fell into ours."""
    sound_seconds: float = 0.0
    """Where the sound begins."""
    speech_seconds: float = 0.0
    """Of speech, pauses not counted."""
    gain: float = 1.0
    """By which the sound was made louder than it came."""


@dataclass(frozen=True, slots=True)
class BargeIn:
    """The caller wants to speak while we do: stop."""

    at: float


EarEvent = SpeechBegan | StretchHeard | PauseHeard | SpeechResumed | UtteranceEnded | BargeIn

Samples = npt.NDArray[np.float64]


class Ear:
    """Hears one call. Not to be shared, not to be reused."""

    def __init__(self, rate_hz: int) -> None:
        """`rate_hz` of the line: 8000 or 16000."""
        if rate_hz not in (8000, INNER_RATE_HZ):
            raise ValueError(f"a line's rate is 8000 or {INNER_RATE_HZ}, not {rate_hz}")
        self._rate_hz = rate_hz
        self._chunk_bytes = int(rate_hz * CHUNK_SECONDS) * 2
        self._held = b""
        self._to_inner = Resampler(rate_hz, INNER_RATE_HZ)
        self._vad, self._endpoint, self._echo = Vad(), Endpoint(), Echo()
        self._sound = bytearray()
        """16 kHz from sample `_sound_from` on."""
        self._sound_from = 0
        self._chunks, self._mean = 0, 0.0
        self._speaking = self._protected = self._barged = False
        self._backchannel: bool | None = None
        self._over_ours = self._cut_at = 0.0
        self._gain: float | None = None
        """Of the present utterance, once some of it was cut."""
        self._heard_at = 0.0
        """Until when the unbroken speech was heard."""
        self._spoken_seconds = 0.0
        """Of speech in the present utterance, until the last chunk."""
        self._over_at = OVER_SECONDS
        """How much unbroken speech into ours is worth asking about next."""
        self._nodding = False
        self._onset: list[float] = []
        """Probabilities of chunks that wait to be told from our echo."""

    @property
    def hearing(self) -> bool:
        """The caller is in the middle of an utterance."""
        return self._endpoint.speaking

    @property
    def seconds(self) -> float:
        """Of the caller's sound so far, what still waits to be judged included."""
        return self._chunks * CHUNK_SECONDS

    def expect(self, patience: Patience) -> None:
        """How long pauses may be from here on."""
        self._endpoint.patience = patience

    def partial(self, index: int, finished: float, backchannel: bool) -> None:
        """What the words up to pause `index` are worth; acted upon with the next chunk of sound.

        `finished` 0..1; too late an account, of a pause that has passed, is ignored.
        """
        if self._endpoint.pause == index:
            self._endpoint.judge(index, finished)
            self._backchannel = backchannel

    def spoken_over(self, nod: bool) -> None:
        """Whether what was heard of the last stretch over our speech is no more than a nod; too late is ignored."""
        self._nodding = nod and self._over_at > OVER_SECONDS

    def playing(self, pcm: bytes | None, protected: bool = False) -> None:
        """What we send now, at the line's rate; None: nothing. Silence inside our speech is to be given as such."""
        if pcm is None:
            self._echo.pause()
            self._speaking = self._barged = False
            return
        self._speaking, self._protected = True, protected
        self._echo.played(self._narrow(pcm))

    def push(self, pcm: bytes) -> list[EarEvent]:
        """More of the caller's sound, 16-bit mono at the line's rate, of any length; what was heard in it."""
        self._held += pcm
        whole = len(self._held) // self._chunk_bytes * self._chunk_bytes
        events: list[EarEvent] = []
        for at in range(0, whole, self._chunk_bytes):
            events += self._chunk(self._held[at : at + self._chunk_bytes])
        self._held = self._held[whole:]
        return events

    def _narrow(self, pcm: bytes) -> Samples:
        """At the echo guard's rate."""
        samples = np.frombuffer(pcm, "<i2").astype(np.float64)
        if self._rate_hz == ECHO_RATE_HZ:
            return samples
        return np.asarray(samples[: len(samples) // 2 * 2].reshape(-1, 2).mean(axis=1))

    def _chunk(self, pcm: bytes) -> list[EarEvent]:
        self._echo.heard(self._narrow(pcm))
        inner = self._without_dc(self._to_inner.push(pcm))
        self._sound += inner
        events: list[EarEvent] = []
        for probability in self._vad.push(inner):
            events += self._judge(probability)
        return events

    def _without_dc(self, pcm: bytes) -> bytes:
        samples = np.frombuffer(pcm, "<i2").astype(np.float64)
        self._chunks += 1
        self._mean += (float(samples.mean()) - self._mean) * max(_DC_RATE, 1 / self._chunks)
        return np.clip(np.rint(samples - self._mean), -32768, 32767).astype("<i2").tobytes()

    def _judge(self, probability: float) -> list[EarEvent]:
        """An onset that may be our echo's waits until there is enough of it to tell; all else is told at once."""
        self._onset.append(probability)
        bar = ECHO_SHARE_WITHIN if self._endpoint.speaking else ECHO_SHARE
        ours = max(self._onset) >= _WORTH and self._echo.share() >= bar
        may_be_ours = self._onset[0] >= _WORTH and not self._endpoint.speaking and self._echo.possible
        if may_be_ours and not ours and len(self._onset) < ONSET_CHUNKS:
            return []
        onset, self._onset = self._onset, []
        return [event for each in onset for event in self._feed(0.0 if ours else each)]

    def _feed(self, probability: float) -> list[EarEvent]:
        before = self._spoken_seconds = self._endpoint.speech_seconds
        changes = self._endpoint.feed(probability, CHUNK_SECONDS)
        if self._speaking:
            self._over_ours += max(0.0, self._endpoint.speech_seconds - before)
        events = [self._event(change) for change in changes]
        if self._interrupted():
            self._barged = True
            events.append(BargeIn(self._endpoint.now))
        if not self._endpoint.speaking:
            self._forget()
        elif self._endpoint.pause is None:
            events += self._stretch()
        return events

    def _stretch(self) -> list[EarEvent]:
        """Unbroken speech that is worth hearing before it pauses."""
        over = self._speaking and not (self._barged or self._protected)
        if over and self._endpoint.run_seconds >= self._over_at:
            self._over_at = self._endpoint.run_seconds + OVER_AGAIN_SECONDS
        elif self._endpoint.now - self._heard_at >= FOLLOW_SECONDS:
            over = False
        else:
            return []
        self._heard_at = self._endpoint.now
        assert self._endpoint.start is not None
        start = self._endpoint.start + (CHUNK_SECONDS if over else 0.0)
        return [StretchHeard(self._cut(start, self._endpoint.now), over)]

    def _interrupted(self) -> bool:
        scene = Scene(
            speaking=self._speaking and not self._barged,
            protected=self._protected,
            run_seconds=self._endpoint.run_seconds,
            speech_seconds=self._endpoint.speech_seconds if self._endpoint.speaking else 0.0,
            backchannel=self._backchannel,
            nodding=self._nodding,
        )
        return judge(scene) is Verdict.STOP

    def _event(self, change: Change) -> EarEvent:
        match change:
            case Started(at):
                self._heard_at = at
                return SpeechBegan(at)
            case Resumed(at):
                self._backchannel, self._heard_at = None, at
                return SpeechResumed(at)
            case Paused(at, index):
                assert self._endpoint.start is not None
                start = self._endpoint.start
                self._over_at, self._nodding = OVER_SECONDS, False
                return PauseHeard(self._cut(start, at), index, start, at)
            case Ended(start, end, pause, cut):
                sound, spoken = self._cut(start, end), self._spoken_seconds
                event = UtteranceEnded(
                    sound, start, end, pause, cut, self._over_ours, self._from(start), spoken, self._gain or 1.0
                )
                self._over_ours, self._backchannel, self._gain = 0.0, None, None
                self._over_at, self._nodding = OVER_SECONDS, False
                self._cut_at = self._endpoint.now if cut else 0.0
                return event

    def _from(self, start: float) -> float:
        """Where the sound of a speech begins."""
        return max(start - PREROLL_SECONDS, self._cut_at, 0.0)

    def _cut(self, start: float, end: float) -> Sound:
        """The speech from `start` to `end` with what belongs around it, at a recogniser's level."""
        first = max(int(self._from(start) * INNER_RATE_HZ) - self._sound_from, 0)
        last = int((end + TAIL_SECONDS) * INNER_RATE_HZ) - self._sound_from
        pcm = bytes(self._sound[first * 2 : last * 2])
        samples = np.frombuffer(pcm, "<i2").astype(np.float64)
        self._gain = _gain(samples, self._gain)
        return Sound(np.rint(samples * self._gain).astype("<i2").tobytes(), INNER_RATE_HZ)

    def _forget(self) -> None:
        """Sound that no utterance can need any more."""
        start = self._endpoint.now if self._endpoint.start is None else self._endpoint.start
        if self._endpoint.start is None:
            self._over_ours = 0.0
        first = int((start - PREROLL_SECONDS - 1.0) * INNER_RATE_HZ)
        if first > self._sound_from:
            del self._sound[: (first - self._sound_from) * 2]
            self._sound_from = first


def _gain(samples: Samples, before: float | None) -> float:
    """What brings the speech to `LEVEL`; as `before` where that is near enough."""
    size = INNER_RATE_HZ // 100
    if len(samples) < size:
        return 1.0
    energies = np.mean(samples[: len(samples) // size * size].reshape(-1, size) ** 2, axis=1)
    active = energies[energies >= energies.max() * 10 ** (-25 / 10)]
    gain = float(np.clip(LEVEL / max(float(np.sqrt(active.mean())), 1.0), *_GAINS))
    if before is not None and before / _SAME_LEVEL <= gain <= before * _SAME_LEVEL:
        gain = before
    return min(gain, 31000 / max(float(np.abs(samples).max()), 1.0))
