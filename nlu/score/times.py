"""Days, hours and numbers of persons for a booking, always seen from the line's own `now`.

A span of hours counts when its day is right and each end lies within an hour of the one wanted; spans of days, single
days and single moments must be equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from nlu.expected import Ask, Expected
from nlu.hearing import Hearing
from nlu.meaning import Moment
from nlu.score.lines import Row
from nlu.score.marks import Facts, Mark, kept, value
from nlu.score.rates import Rates, share
from nlu.understand import understand
from nlu.vocabulary import Vocabulary

_SLACK = timedelta(hours=1)


def mark(row: Row, hearing: Hearing) -> Mark:
    """One wish as it is understood; the number of persons counts where the line has one."""
    meaning = understand(hearing, Expected(Ask.WHEN), datetime.fromisoformat(row["now"]), Vocabulary())
    party = value(meaning.slots.party)
    start = same_moment(meaning.moment, row["start"])
    checks = {"start": start, "span": isinstance(row["start"], dict)}
    if row.get("party"):
        checks["party"] = party == str(row["party"])
    found: Facts = kept({"start": _written(meaning.moment), "party": party})
    wanted: Facts = kept({"now": row["now"], "start": row["start"], "party": row.get("party")})
    right = start and checks.get("party", True)
    return Mark(row["id"], hearing.text, wanted, found, right, meaning.confidence, meaning.grounds, checks)


def rates(marks: Sequence[Mark]) -> Rates:
    """Of all lines, and of their parts."""
    return {
        "exact": share(each.right for each in marks),
        "start_exact": share(each.checks["start"] for each in marks),
        "span_exact": share(each.checks["start"] for each in marks if each.checks["span"]),
        "party_exact": share(each.checks["party"] for each in marks if "party" in each.checks),
    }


def same_moment(found: Moment | None, wanted: str | dict[str, str]) -> bool:
    """Whether the time found is the one wanted."""
    if found is None:
        return False
    if isinstance(wanted, str):
        return not found.end and _same(found.start, wanted, timedelta())
    hours = "T" in wanted["from"]
    slack = _SLACK if hours else timedelta()
    same_day = found.start[:10] == wanted["from"][:10] and found.end[:10] == wanted["to"][:10]
    ends = _same(found.start, wanted["from"], slack) and _same(found.end, wanted["to"], slack)
    return ends and (same_day or not hours)


def _same(found: str, wanted: str, slack: timedelta) -> bool:
    """A day is never a moment of that day."""
    if not found or ("T" in found) != ("T" in wanted):
        return False
    return abs(datetime.fromisoformat(found) - datetime.fromisoformat(wanted)) <= slack


def _written(moment: Moment | None) -> object:
    if moment is None:
        return ""
    return {"from": moment.start, "to": moment.end} if moment.end else moment.start
