"""Has the caller begun, paused, finished? A pure state machine over speech probabilities.

Fed with (probability, seconds of the chunk); its clock is the audio itself. Speech begins where the probability
reaches `Thresholds.start` and is believed after `least_seconds` of it; it ends where the probability stays below
`Thresholds.end` long enough. How long is enough depends on what is being said (`Patience`) and on how finished the
words so far seem (`finished`, judged elsewhere from the transcript of the pause). Leaves out: what was said, and
whether the sound was the caller's at all (`echo`).
"""

from __future__ import annotations

from dataclasses import dataclass

UNSURE = 0.1
"""Words are never judged surer than this far from 0 or 1: beyond it the judgement counts as certain."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a pause must be to end the utterance, seconds; `near` tells its beginning to a chunk."""

    unknown: float = 0.8
    """Nothing is known of the words. Pauses inside Japanese telephone sentences are mostly below this."""
    finished: float = 0.45
    """The words are a whole (です, ます, お願いします). Most callers who say はい、そうです breathe in it for less."""
    unfinished: float = 1.6
    """The words want to go on (…が, …ので, えーと): the time in which people find the next word."""

    def seconds(self, finished: float | None) -> float:
        """The pause that ends an utterance whose words are `finished` (0..1, None: not known)."""
        if finished is None:
            return self.unknown
        share = min(1.0, max(0.0, (finished - UNSURE) / (1.0 - 2 * UNSURE)))
        return self.unfinished + (self.finished - self.unfinished) * share


ANSWER = Patience()
"""For most questions."""
SPELLING = Patience(unknown=1.2, finished=0.6, unfinished=2.1)
"""While a number, a name or an address is being said: people pause between groups of digits, and look things up."""
RECORDING = Patience(unknown=2.0, finished=1.5, unfinished=3.0)
"""While a message is being recorded: nothing waits for its end, and a message cut in two is worse than a late end."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When sound counts as speech."""

    start: float = 0.5
    """Probability from which it may be speech."""
    end: float = 0.35
    """Probability below which it no longer is; the gap between the two keeps soft syllables in."""
    least_seconds: float = 0.06
    """Of speech before it is believed, two chunks. A はい makes five or more, a hummed うん two to four, a click one"""
    forget_seconds: float = 0.13
    """Of silence after which speech that was never enough to be believed is forgotten."""
    pause_seconds: float = 0.2
    """Of silence inside an utterance that make a pause worth transcribing."""
    resume_seconds: float = 0.06
    """Of speech that end a pause: one chunk alone is a click."""
    ceiling_seconds: float = 20.0
    """An utterance that lasts so long is cut: music on hold must not keep us from ever answering."""
    hurry_seconds: float = 15.0
    """From here on the next short pause ends it, so that the ceiling seldom cuts a word."""


@dataclass(frozen=True, slots=True)
class Started:
    """An utterance began."""

    at: float
    """Seconds since the stream began, of its first speech; it is told `least_seconds` later."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Silence inside the utterance; it may be its end."""

    at: float
    """Where the speech stopped, seconds since the stream began."""
    index: int
    """Counts the pauses of the stream."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The speech went on after a pause."""

    at: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The utterance is over."""

    start: float
    end: float
    """Of its speech, seconds since the stream began."""
    pause: int | None
    """The pause that became the end; None where the ceiling cut it in the middle of speech."""
    cut: bool
    """By the ceiling."""


Change = Started | Paused | Resumed | Ended


class Endpoint:
    """The state of one stream."""

    def __init__(self, thresholds: Thresholds | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self.patience = ANSWER
        """May be set at any time; it holds from then on."""
        self.now = 0.0
        """Seconds of audio so far."""
        self.start: float | None = None
        """Where the present utterance, or what may become one, began."""
        self.speaking = False
        """Speech has been believed and has not ended."""
        self.speech_seconds = 0.0
        """Of speech in the present utterance, pauses not counted."""
        self.run_seconds = 0.0
        """Of speech since the last pause."""
        self._end = 0.0
        self._burst = 0.0
        """Of speech since the last silent chunk."""
        self._index = -1
        self._paused = False
        self._finished: float | None = None

    @property
    def pause(self) -> int | None:
        """Index of the pause that lasts now."""
        return self._index if self._paused else None

    def judge(self, index: int, finished: float) -> None:
        """How finished the words up to pause `index` are; ignored once the speech has gone on."""
        if self._paused and index == self._index:
            self._finished = finished

    def feed(self, probability: float, seconds: float) -> list[Change]:
        """One chunk on; what changed."""
        self.now += seconds
        bar = self._limits.end if self._burst > 0 else self._limits.start
        if probability >= bar:
            changes = self._speech(seconds)
        else:
            self._burst = 0.0
            changes = self._silence()
        if self.start is not None and self.now - self.start >= self._limits.ceiling_seconds:
            changes += self._finish(cut=True)
        return changes

    def _speech(self, seconds: float) -> list[Change]:
        if self.start is None:
            self.start = self.now - seconds
        self._burst += seconds
        if self._paused:
            if self._burst < self._limits.resume_seconds:
                return []
            began = self.now - self._burst
            self._paused, self._finished = False, None
            self._count(self._burst)
            return [Resumed(began)]
        self._count(seconds)
        if not self.speaking and self.speech_seconds >= self._limits.least_seconds:
            self.speaking = True
            return [Started(self.start)]
        return []

    def _count(self, seconds: float) -> None:
        self._end = self.now
        self.speech_seconds += seconds
        self.run_seconds += seconds

    def _silence(self) -> list[Change]:
        silence = self.now - self._end
        if not self.speaking:
            if self.start is not None and silence >= self._limits.forget_seconds:
                self._forget()
            return []
        assert self.start is not None
        changes: list[Change] = []
        if not self._paused and silence >= self._limits.pause_seconds:
            self._paused, self.run_seconds = True, 0.0
            self._index += 1
            changes.append(Paused(self._end, self._index))
        if self._paused and silence >= self._enough(self.start):
            changes += self._finish(cut=False)
        return changes

    def _enough(self, start: float) -> float:
        enough = max(self.patience.seconds(self._finished), self._limits.pause_seconds)
        return min(enough, self.patience.finished) if self._end - start >= self._limits.hurry_seconds else enough

    def _finish(self, cut: bool) -> list[Change]:
        assert self.start is not None
        ended = Ended(self.start, self._end, self._index if self._paused else None, cut)
        told = self.speaking
        self._forget()
        return [ended] if told else []

    def _forget(self) -> None:
        self.start, self.speaking = None, False
        self.speech_seconds = self.run_seconds = self._burst = 0.0
        self._paused, self._finished = False, None
