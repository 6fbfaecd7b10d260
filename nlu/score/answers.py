"""Short replies to a confirmation: how it was taken, and the right value where it was corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.expected import Expected
from nlu.hearing import Hearing
from nlu.identity.names import readings
from nlu.kana import is_kana
from nlu.numbers import integer
from nlu.score import forms
from nlu.score.asked import expected_of
from nlu.score.lines import Row
from nlu.score.marks import NOW, Facts, Mark, kept
from nlu.score.rates import Rates, f1, macro_f1, share
from nlu.understand import understand
from nlu.vocabulary import Vocabulary

_COUNTER = re.compile(r"(?:名|人|個|つ|本|枚|台|部)(?:様|さま)?$")


def mark(row: Row, hearing: Hearing) -> Mark:
    """One reply as it is understood; a correction counts only in a line that was taken for one."""
    expected = expected_of(row["asked"])
    meaning = understand(hearing, expected, NOW, Vocabulary())
    answer = str(meaning.answer or "")
    correction = meaning.correction if answer == "correct" else ""
    wanted: Facts = {key: row.get(key, "") for key in ("asked", "answer", "correction")}
    right = answer == row["answer"]
    checks = {"answer": right}
    if row["answer"] == "correct":
        checks["correction"] = right and same_value(correction, str(row.get("correction", "")), expected)
        right = checks["correction"]
    found: Facts = kept({"answer": answer, "correction": correction})
    return Mark(row["id"], hearing.text, kept(wanted), found, right, meaning.confidence, meaning.grounds, checks)


def rates(marks: Sequence[Mark]) -> Rates:
    """Of the answers, all and each kind; of the corrected values."""
    pairs = [(str(each.found.get("answer", "")), str(each.wanted["answer"])) for each in marks]
    kinds = sorted({wanted for _, wanted in pairs})
    return {
        "accuracy": share(found == wanted for found, wanted in pairs),
        "macro_f1": macro_f1(pairs),
        "correction_exact": share(each.checks["correction"] for each in marks if "correction" in each.checks),
        **{f"f1.{kind}": f1(pairs, kind) for kind in kinds},
    }


def same_value(found: str, wanted: str, expected: Expected) -> bool:
    """Whether a corrected value is the one wanted; a given name alone corrects that of the name read back."""
    if not found:
        return False
    if wanted.isdigit():
        bare = _COUNTER.sub("", found)
        return forms.number(bare) == wanted or (len(wanted) < 6 and str(integer(bare)) == wanted)
    if "@" in wanted:
        return found.lower() == wanted.lower()
    if is_kana(wanted):
        sound = found if is_kana(found) else next(iter(readings(found)), "")
        heard, right = forms.company(sound), forms.company(wanted)
        family = heard.removesuffix(right)
        return heard == right or (heard != family and bool(family) and forms.name(expected.name).startswith(family))
    return forms.words(found) == forms.words(wanted)
