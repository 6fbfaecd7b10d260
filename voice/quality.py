"""How well a call's sound came through: packets counted, jitter reckoned, and what a listener would think of it.

Packets are counted and jitter is reckoned as RFC 3550 has it (appendix A.1 and section 6.4.1); of streams that bear no
numbers the time of their coming must do. The opinion is that of the E-model, ITU-T G.107 (06/2015), with the codecs'
figures of G.113 appendix I: R = 93.2 - Idd - Ie,eff, and the mean opinion score from R. Its defaults stand for all that
a packet does not show (level, noise, echo). Leaves out: wideband's own scale (G.107.1): a wide codec counts like G.711
with concealment, for one scale serves all lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from voice.lines import Quality

CLEAR = 93.2
"""R of a call without delay and loss, all else at G.107's defaults."""
MOST_LOSS_IMPAIRMENT = 95.0
"""What Ie,eff tends to where everything is lost (G.107, 7-29)."""
FREE_DELAY_MS = 100.0
"""One-way delay that nobody minds (G.107, 7-27)."""
PATH_DELAY_MS = 70.0
"""Taken for the network and the packets where nobody has measured it: 20 ms a packet, two waiting, 10 ms of road."""
RESTART = 3000
"""A leap of sequence numbers that is no loss but a new count (RFC 3550, MAX_DROPOUT): a minute of packets."""
PACKET_SECONDS = 0.02
PAUSE_SECONDS = 0.3
"""Without anything from a stream that does not count: it was silent, and nothing was lost."""
HALF_SECOND = 25
"""Packets."""
LEAST_PACKETS = 2 * HALF_SECOND
LATE = 100
"""Packets that may still come after a later one (RFC 3550, MAX_MISORDER): two seconds."""


@dataclass(frozen=True, slots=True)
class Codec:
    """What a codec does to an opinion."""

    impairment: float
    """Ie: without any loss."""
    robustness: float
    """Bpl: the percentage of loss at which the impairment is half way to the most."""


CONCEALED = Codec(0.0, 25.1)
"""G.711 with loss concealment (G.113, table I.4)."""
BARE = Codec(0.0, 4.3)
"""G.711 without (the same table): a lost packet is 20 ms of silence."""


def rating(delay_ms: float, loss: float, codec: Codec = CONCEALED, burst: float = 1.0) -> float:
    """R, 0 to 93.2. `loss` is a share, 0..1; `burst`: how much longer its runs are than chance would have them."""
    lost = 100 * min(max(loss, 0.0), 1.0)
    bent = lost / (lost / max(burst, 1.0) + codec.robustness) if lost else 0.0
    equipment = codec.impairment + (MOST_LOSS_IMPAIRMENT - codec.impairment) * bent
    return min(CLEAR, max(0.0, CLEAR - _delay_impairment(delay_ms) - equipment))


def _delay_impairment(delay_ms: float) -> float:
    """Idd."""
    if delay_ms <= FREE_DELAY_MS:
        return 0.0
    x = log2(delay_ms / FREE_DELAY_MS)
    return 25 * float((1 + x**6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2)


def opinion(r: float) -> float:
    """Mean opinion score of R, 1 to 4.5 (G.107, B-4)."""
    if r <= 0:
        return 1.0
    r = min(r, 100.0)
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)


def mos(loss: float, jitter_ms: float, delay_ms: float | None = None, codec: Codec = CONCEALED) -> float:
    """Mean opinion score. Jitter costs delay: a buffer waits twice as long; `delay_ms` None: not measured."""
    way = PATH_DELAY_MS if delay_ms is None else delay_ms
    return opinion(rating(way + 2 * jitter_ms, loss, codec))


class Arrivals:
    """Counts one stream's packets as they come in."""

    def __init__(self, rate_hz: int) -> None:
        """`rate_hz`: of the timestamps."""
        self._rate_hz = rate_hz
        self._first = self._highest = 0
        """Extended sequence numbers of the present count."""
        self._seen: set[int] = set()
        """Of the last packets, so that a second copy is none."""
        self._came = self._before = self._due = 0
        """Packets of the present count; all that came and were due in earlier ones."""
        self._transit: float | None = None
        self._jitter = self._sum = 0.0
        self._steps = 0

    def arrived(self, sequence: int, timestamp: int, at: float) -> bool:
        """A packet; False where it is a second copy. `sequence` and `timestamp` may be cut to 16 and 32 bits; `at`
        in seconds, of any clock."""
        number = self._extended(sequence)
        if number is None:
            self._restart(sequence)
            number = sequence
        if number in self._seen:
            return False
        self._seen.add(number)
        self._came += 1
        self._first = min(self._first, number)
        self._highest = max(self._highest, number)
        if len(self._seen) > 4 * LATE:
            self._seen = {each for each in self._seen if each > self._highest - 2 * LATE}
        self._vary(timestamp, at)
        return True

    def quality(self, codec: Codec = CONCEALED, delay_ms: float | None = None) -> Quality:
        """Of all that came so far."""
        due = self._due + (self._highest - self._first + 1 if self._came else 0)
        lost = max(0, due - self._before - self._came)
        jitter_ms = 1000 * self._sum / self._steps if self._steps else 0.0
        return Quality(due, lost, jitter_ms, mos(lost / due if due else 0.0, jitter_ms, delay_ms, codec))

    def _extended(self, sequence: int) -> int | None:
        """The number without the cut, by its nearness to the highest; None: the sender counts anew."""
        if not self._came:
            return None
        number = self._highest + ((sequence - self._highest + 0x8000) & 0xFFFF) - 0x8000
        return number if -LATE <= number - self._highest <= RESTART else None

    def _restart(self, sequence: int) -> None:
        if self._came:
            self._due += self._highest - self._first + 1
            self._before += self._came
        self._first = self._highest = sequence
        self._came, self._seen, self._transit = 0, set(), None

    def _vary(self, timestamp: int, at: float) -> None:
        transit = at - timestamp / self._rate_hz
        if self._transit is not None:
            wrap = 2**32 / self._rate_hz
            d = abs(transit - self._transit)
            self._jitter += (min(d, abs(d - wrap)) - self._jitter) / 16
            self._sum += self._jitter
            self._steps += 1
        self._transit = transit


class Uncounted:
    """One stream whose messages bear neither number nor time: what their coming alone tells.

    What comes late is made up for, since the next come the sooner; what is lost is not. So the most punctual message of
    each half second shows what was lost since the one before. A telephone that sends nothing while nobody speaks is not
    told from one whose words are lost, but for pauses longer than `PAUSE_SECONDS`.
    """

    def __init__(self) -> None:
        self._packets = 0
        """That came."""
        self._lost = 0
        self._due = 0.0
        """When the next would come if nothing were ever late or lost; seconds, of the caller's clock."""
        self._came: float | None = None
        """When the last did."""
        self._late = 0.0
        """The last's lateness."""
        self._least: list[float] = []
        """Lateness of each message of the present half second."""
        self._floor: float | None = None
        """The least lateness of the half second before."""
        self._jitter = self._sum = 0.0
        self._steps = 0

    def arrived(self, seconds: float, at: float) -> None:
        """A message with so much sound; `at` in seconds, of any clock."""
        if self._came is None or at - self._came > PAUSE_SECONDS:
            self._due, self._late, self._floor, self._least = at, 0.0, None, []
        late = at - self._due
        self._jitter += (abs(late - self._late) - self._jitter) / 16
        self._sum += self._jitter
        self._steps += 1
        self._came, self._late, self._due = at, late, self._due + seconds
        self._packets += max(1, round(seconds / PACKET_SECONDS))
        self._least.append(late)
        if len(self._least) == HALF_SECOND:
            floor, self._least = min(self._least), []
            self._lost += 0 if self._floor is None else round((floor - self._floor) / PACKET_SECONDS)
            self._floor = floor

    def quality(self) -> Quality | None:
        """Of all that came so far; None: too little to say anything."""
        if self._packets < LEAST_PACKETS:
            return None
        lost = max(0, self._lost)
        due, jitter_ms = self._packets + lost, 1000 * self._sum / self._steps
        return Quality(due, lost, jitter_ms, mos(lost / due, jitter_ms, codec=BARE))
