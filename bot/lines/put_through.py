"""Putting a caller through: by the line itself, or else by a second telephone, listened to before the two are joined.

Rule: a caller is never left with a carrier's announcement, a busy tone or a fax machine: what is known to be one is
hung up on, and the transfer has failed. A short word, or a silence, is a person's; so is what is doubtful for long, for
nobody is kept from a caller for a likeness. Left out: lines that put through by themselves alone (a REFER that the PBX
takes, a carrier's REST), whose second leg is not heard here: there the far end's own word for the outcome counts.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.lines.answered import Answered, Ears
from bot.lines.first_words import FirstWords
from voice.lines import Line, Second, SecondNews, SecondSound, TransferEnded

REFUSED = "failed"
"""`TransferEnded.why` of a line that cannot put through by itself."""


class PutThrough:
    """One call's transfers."""

    def __init__(self, line: Line, second: Second | None, ears: Ears, tell: Callable[[TransferEnded], None]) -> None:
        """`tell` takes the outcome of a transfer that the line itself does not tell."""
        self._line = line
        self._second = second
        self._ears = ears
        self._tell = tell
        self._wanted: tuple[str, float] | None = None
        """Whom a second telephone may be rung for, and how long."""
        self._dialled = self._rings = False
        self._first: FirstWords | None = None
        """Of who or what has answered, while that is listened for."""

    def begin(self, to: str, ring_seconds: float) -> None:
        """Put the caller through to there."""
        self.give_up()
        self._wanted = (to, ring_seconds)
        self._line.transfer(to, ring_seconds)

    def goes_on(self, ended: TransferEnded) -> bool:
        """Whether what the line could not do is now done by a second telephone, and this is not the outcome."""
        wanted, second = self._wanted, self._second
        if ended.connected or ended.why != REFUSED or self._dialled or wanted is None or second is None:
            self._forget()
            return False
        self._dialled = self._rings = True
        second.dial(*wanted)
        return True

    def heard(self, news: SecondNews) -> bool:
        """Whether this was news of the telephone that we have dialled; it is dealt with then."""
        if not self._dialled:
            return False
        if isinstance(news, SecondSound):
            self._sounded(news.pcm)
        elif news.state == "answered":
            self._rings = False
            self._first = FirstWords(Answered(self._ears, self._line.ring.rate_hz, self._said))
        else:
            self._fail("no_answer" if news.state == "gone" else news.state)
        return True

    def follow(self, wanted: bool) -> None:
        """Whether the caller is still to be put through."""
        if not wanted:
            self.give_up()

    def give_up(self) -> None:
        """The caller is not put through any more."""
        if self._dialled and self._second is not None:
            self._second.drop()
        self._forget()

    def _sounded(self, pcm: bytes) -> None:
        if self._rings:
            self._line.play(pcm)
        if self._first is not None:
            self._judge(self._first, self._first.sounded(pcm))

    def _said(self, text: str, whole: bool) -> None:
        if self._first is not None:
            self._judge(self._first, self._first.said(text, whole))

    def _judge(self, first: FirstWords, person: bool) -> None:
        if first.why:
            self._hang_up(first.why)
        elif person:
            self._join()

    def _join(self) -> None:
        """A person is there, or may be: the two hear each other from now on."""
        self._listen_no_more()
        if self._wanted is not None:
            self._line.transfer(*self._wanted)

    def _hang_up(self, why: str) -> None:
        if self._second is not None:
            self._second.drop()
        self._fail(why)

    def _fail(self, why: str) -> None:
        self._forget()
        self._tell(TransferEnded(False, why))

    def _forget(self) -> None:
        self._listen_no_more()
        self._wanted, self._dialled, self._rings = None, False, False

    def _listen_no_more(self) -> None:
        if self._first is not None:
            self._first.answered.stop()
        self._first = None
