"""Short replies as people put them together: yes, no, say it again, wait a moment, thanks and goodbye.

Rule: a reply is heard whole where `data/replies.tsv` lists it, else from the parts of `data/spoken_answers.tsv` in the
order that they have here, so that 今メモ取りますんでちょっと待ってもらえますか needs no line of its own. How likely
each is is judged: it only has to rank. Leaves out what a reply means after a question.
"""

from __future__ import annotations

from nlu.grammars.networks import Node, Words, alternatives, optional, repeat, sequence, spread, word
from nlu.grammars.spoken import by_kind, filler, reply

_LISTED = 0.5
"""Share of replies that are said as they are listed."""
_USUAL = 6.0
"""How much likelier than other replies yes and no are."""


def _one(name: str) -> Words:
    return spread(by_kind("spoken_answers.tsv")[name], "answer")


def _hold() -> Node:
    """A request to wait, what one is about to do meanwhile, or the one after the other."""
    granted = sequence(_one("wait"), optional(alternatives((_one("grant"), 0.8), (_one("end"), 0.2)), 0.8))
    request = sequence(optional(_one("little"), 0.7), alternatives((granted, 0.6), (_one("polite_wait"), 0.4)))
    doing = alternatives(
        (sequence(_one("doing"), _one("going")), 0.4),
        (sequence(_one("stem"), _one("masu")), 0.4),
        (sequence(_one("plain"), _one("because")), 0.2),
    )
    errand = sequence(optional(_one("now"), 0.4), optional(_one("thing"), 0.6), doing)
    return alternatives((request, 0.55), (sequence(errand, optional(request, 0.4)), 0.45))


def _repeat() -> Node:
    asked = sequence(_one("said_to"), _one("grant"))
    once_more = sequence(
        _one("once_more"), optional(_one("slowly"), 0.15), optional(alternatives((_one("say"), 0.5), (asked, 0.5)), 0.9)
    )
    slower = sequence(optional(_one("more"), 0.5), _one("slowly"), alternatives((_one("say"), 0.5), (asked, 0.5)))
    unheard = sequence(optional(_one("badly"), 0.6), _one("hear"), _one("not_heard"))
    what = sequence(_one("what"), _one("spoke"))
    distant = sequence(_one("far"), optional(_one("badly"), 0.3), _one("distant"))
    return alternatives((once_more, 0.45), (slower, 0.08), (unheard, 0.27), (what, 0.12), (distant, 0.08))


def _no() -> Node:
    differs = sequence(optional(_one("of_it"), 0.4), _one("differs"))
    return alternatives((differs, 0.7), (sequence(_one("so"), _one("is_not")), 0.3))


def _yes() -> Node:
    fine = sequence(_one("fine"), _one("fine_is"))
    return sequence(optional(_one("by_that"), 0.5), alternatives((fine, 0.5), (_one("fits"), 0.5)))


def _thanks() -> Node:
    return sequence(optional(_one("well"), 0.5), _one("closing"))


_PUT_TOGETHER = {"hold": _hold, "repeat": _repeat, "no": _no, "yes": _yes, "thanks": _thanks}


def _said(kind: str) -> Node:
    put = _PUT_TOGETHER.get(kind)
    return alternatives((reply(kind), _LISTED), (put(), 1.0 - _LISTED)) if put else reply(kind)


def _plain_yes() -> Node:
    """はい, そうです, はい、そうです: commoner than the rest; were it not, the last would be heard as イトウです."""
    yes, so = word("ハイ", "はい", "answer"), word("ソーデス", "そうです", "answer")
    return alternatives((yes, 0.3), (so, 0.3), (sequence(yes, so), 0.4))


def answers(*kinds: str) -> Node:
    """Short replies of these kinds, one or several."""
    parts: list[tuple[Node, float]] = [(_said(kind), _USUAL if kind in ("yes", "no") else 1.0) for kind in kinds]
    if "yes" in kinds:
        parts += [(_plain_yes(), _USUAL)]
    first = alternatives(*parts)
    return sequence(filler(0.15), repeat(first, 0.35))
