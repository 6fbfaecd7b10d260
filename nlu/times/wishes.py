"""The times that are spoken of in an utterance, one after the other, each put together from its words.

Words that agree make one wish (来週の火曜、十日の、三時). A word that contradicts what was said begins another, which
takes over what it leaves open: the week for another weekday, the day for another hour. Which of the wishes counts is
for `dates` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nlu.times import day_words, days, hours
from nlu.times.amounts import SPOKEN, WRITTEN
from nlu.times.days import Day
from nlu.times.hours import Clock, Hour
from nlu.times.time_words import Mark

OR, TO, TURN = "or", "to", "turn"
COUNTED, FEAST = "counted", "feast"
NOT = re.compile(
    r"以外|(?:の?(?:ほう|方|日|枠|予約|午前|午後))?(?:"
    r"(?:じゃ|では|で)(?:なく|なし|な(?:い(?!と|か|で)|かった)|ありません|あり?ま?へん|だめ|駄目|急|早(?:い|すぎ)|遅(?:い|すぎ)|困)|"
    r"(?:は|も|が|だと|って|の日は|ですと)(?:ちょっと|もう|全部|どうしても|やっぱり|さすがに|たぶん|、)*"
    r"(?:だめ|駄目|無理|むり|仕事|休み|お休み|定休|祝日|連休|混|こん(?:で|だ)|都合|つごう|空いて(?:い)?な|用事|予定|埋ま|"
    r"行け(?:な|ま|へ|ん)|いけ(?:な|ません|へ|ん)|会議|難し|むずかし|厳し|きびし|出張|いっぱい|満|避け|さけ|先約|"
    r"来(?:れ|られ)|伺え(?:な|ま)|嫌|いや|遠慮|もう過ぎ|過ぎ(?:まし|てし|ちゃ|た)|取れな|取れん|法事|運動会|学校|授業|忙し))"
    r"(?!(?:い|じ|でし)?(?:です|でしょう)(?:か|よね))(?!なら|だったら|でしたら|な場合|の場合|けれ|ゃな)"
)
"""After a day or an hour that is ruled out."""
_OR = re.compile(
    r"(?:か|とか|と|や|でも|も)、?$|(?:か?、?(?:または|もしくは|それか|あるいは|それとも))、?$|"
    r".*?(?:(?:だめ|駄目|無理|いっぱい|満席)(?:なら|だったら|でしたら|な場合)|なければ|ければ|埋まって(?:い)?たら|第二希望|第2希望|次の候補)"
)
_TO = re.compile(r"(?:から|より|~|〜|-|から、)$")
_TURN = re.compile(
    r"(?:^|[、。])いや|いえ|じゃな[くい](?!と)|ではな[くい]|やっぱ|間違|まちが|訂正|ごめん|じゃあ|失礼しました|あっ、|じゃのうて|違う|ちがう|ちゃう|より(?:も|は)"
)
_JOINED = re.compile(r"(?:の|、|は|が|ですね|です|、今度の|の今度の|の次の|今度の|次の|。)*$")
_COUNTED = re.compile(r"(?:から|より)(?:数えて|かぞえて)?、?$")
MOVED = re.compile(
    r"(?:ごろ|ころ|頃|くらい|ぐらい|過ぎ|の枠)?(?:に|へ)(?:、)?(?:変|かえ|かわ|ずら|移|うつ|振|早め|遅ら|延|のば|繰り|前倒し|し(?:て|た)|なり|なる|なら|でき|お願い|もって|持って)"
)
_AFTER = re.compile(
    r"(?:ごろ|頃|くらい)?(?:以降|以後|いこう|より後|よりあと|を過ぎ(?:て|れ|た)|から(?:なら|でしたら|であれば|ずっと))"
)
_UNTIL = re.compile(r"(?:ごろ|頃|くらい)?(?:まで|迄|以前|より前)(?!の?(?:間|あいだ))")
_BETWEEN = re.compile(r"(?:ごろ|頃|くらい)?の?(?:間|あいだ)")
_HOURS = frozenset(("clock", "clock_half", "clock_before", "segment", "minutes"))
_FEASTS = frozenset(("named", "fixed", "nth_sunday", "solar"))
_NEAR = re.compile(r"の?前(?!の日|日|の晩)|の?(?:時期|頃|ころ|近く|まで(?!に))|(?:じゃ|では)な[いく]")
"""After a feast that is not the day itself."""
_CLOCK_NEXT = re.compile(rf"の?、?(?:{WRITTEN}|{SPOKEN})")
_INSTANT = frozenset(("now", "minutes_on", "hours_on", "half_hours_on"))
_LOOSE = frozenset(("weeks_on", "months_on", "years_on"))
_SOON = timedelta(days=3)
"""Longest stretch that is told in minutes or hours."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One time that was spoken of."""

    day: Day
    hour: Hour
    instant: datetime | None
    """Counted from the call in minutes or hours."""
    start: int
    end: int
    """Span of characters; what was taken over lies outside."""
    link: str = ""
    """How it follows the wish before it: `OR`, `TO`, `TURN` or ""."""
    origin: str = ""
    """How `day.exact` was told: `COUNTED` in weeks or months, so that a weekday may sharpen it, as a `FEAST`, or ""."""
    until: Wish | None = None
    """End of a span of days."""


def wishes(folded: str, marks: tuple[Mark, ...], now: datetime, spoken_of: date | None = None) -> tuple[Wish, ...]:
    """All times that the marks of a folded text make, in order; `spoken_of`: the day from which 次の日 is counted
    where the text names none before it."""
    known = Day(exact=spoken_of)
    found: list[Wish] = []
    for mark in marks:
        last = found[-1] if found else None
        gap = folded[last.end : mark.start] if last else ""
        if mark.kind in _HOURS:
            new = _with_hour(last, mark, gap, folded[mark.end :])
        elif mark.kind in _INSTANT:
            new = _with_instant(last, mark, gap, now)
        else:
            new = (
                None
                if last and _NEAR.match(folded, mark.end) and mark.kind in _FEASTS
                else _with_day(last, mark, gap, now.date(), known)
            )
        span = _spanned(last, new, folded) if last and new and new.link in (TO, OR) else None
        if new is not None and last is not None and (span or new.start == last.start):
            found[-1] = span or new
        elif new is not None:
            found.append(new if new.link != TO else replace(new, link=""))
    return tuple(found)


def link(gap: str) -> str:
    """How what follows hangs together with what went before, by the words in between."""
    if _TURN.search(gap):
        return TURN
    if _OR.match(gap):
        return OR
    if _TO.match(gap):
        return TO
    return TURN if NOT.match(gap) else ""


def _with_day(last: Wish | None, mark: Mark, gap: str, today: date, known: Day) -> Wish | None:
    before = last.day if last else known if mark.kind == "shift" else Day()
    counted = bool(last and _COUNTED.match(gap))
    if mark.kind == "days_long" and not counted:
        return None
    changes = day_words.changes(mark, before, counted, today)
    if changes is None:
        return None
    if last is not None:
        if counted and mark.kind in ("days", "weeks_on", "months_on", "days_long"):
            return replace(last, day=Day(**changes), end=mark.end)  # type: ignore[arg-type]
        if mark.kind == "shift":
            return replace(last, day=Day(**changes), end=mark.end)  # type: ignore[arg-type]
        if mark.value == "振替休日" and gap == "の" and before.exact:
            return replace(last, day=replace(before, **changes), end=mark.end)  # type: ignore[arg-type]
        merged = _merged(last, mark, changes, gap, today)
        if merged is not None:
            return merged
    segment = mark.value.partition(" ")[2] if mark.kind == "away" else ""
    joined = link(gap) if last else ""
    joined = "" if last and last.hour.said and joined == TO else joined
    if last and last.origin == FEAST and before.exact and "day" in changes:
        before = replace(before, month=before.exact.month)
    inherited = replace(_left_open(before, changes), **changes)  # type: ignore[arg-type]
    return Wish(inherited, Hour(segment=segment), None, mark.start, mark.end, joined, _origin(mark))


def _origin(mark: Mark) -> str:
    return COUNTED if mark.kind in _LOOSE else FEAST if mark.kind in _FEASTS else ""


def _left_open(before: Day, changes: day_words.Changes) -> Day:
    """What a new day takes over from the one it stands beside."""
    if "weekday" in changes:
        in_month = before.day is None and before.nth is None
        return Day(before.year, before.month if in_month else None, week=before.week)
    if "day" in changes or "nth" in changes or "part" in changes:
        return Day(before.year, before.month)
    return Day(before.year) if "month" in changes and "year" not in changes else Day()


def _merged(last: Wish, mark: Mark, changes: day_words.Changes, gap: str, today: date) -> Wish | None:
    """The wish with one more word about its day, None if the word begins another."""
    day = last.day
    segment = last.hour.segment or (mark.value.partition(" ")[2] if mark.kind == "away" else "")
    grown = replace(last, hour=replace(last.hour, segment=segment), end=mark.end)
    if all(getattr(day, name) == value for name, value in changes.items()):
        return grown
    if link(gap) and not (last.hour.said and link(gap) == TO):
        return None
    if mark.kind == "away" and gap == "の" and mark.value == "0" and (last.origin == COUNTED or day.week):
        same = replace(day, weekday=today.weekday()) if day.week else day
        return replace(grown, day=same)
    if mark.kind == "away" and gap == "の" and mark.value == "0" and day.year and not day.exact:
        return replace(grown, day=replace(day, month=day.month or today.month, day=today.day))
    if mark.kind in _FEASTS | {"part", "new_year", "year_end"} and (
        day.day is not None or (day.exact is not None and not (last.origin == FEAST and mark.kind in _FEASTS))
    ):
        return _aside(grown, changes, today)
    if last.origin == COUNTED and day.exact is not None:
        day = _sharpened(day, day.exact, changes)
    if "day" in changes and day.part:
        day = replace(day, part="")
    if any(day.has(name) and getattr(day, name) != value for name, value in changes.items()):
        return None
    trial = replace(day, **changes)  # type: ignore[arg-type]
    doubt, before = days.meant(trial, today), days.meant(day, today)
    if "day" in changes and day.exact is not None and doubt and doubt.doubt == days.NO_SUCH_DAY:
        return None
    if doubt and before and doubt.doubt not in ("", before.doubt, days.PAST) and not _JOINED.match(gap):
        return None
    return replace(grown, day=trial, origin=_origin(mark))


def _aside(grown: Wish, changes: day_words.Changes, today: date) -> Wish | None:
    """A feast or the end of the month beside a date: it says no more where it is that day, and is no day where not."""
    said, named = days.meant(grown.day, today), days.meant(Day(**changes), today)  # type: ignore[arg-type]
    if said is None or named is None:
        return grown
    if "month" in changes and grown.day.exact is None and grown.day.month is None:
        return replace(grown, day=replace(grown.day, month=changes["month"]))  # type: ignore[arg-type]
    if grown.day.month is None and grown.day.exact is None and named.first.day == grown.day.day:
        return replace(grown, day=replace(grown.day, month=named.first.month))
    return grown


def _sharpened(day: Day, exact: date, changes: day_words.Changes) -> Day:
    """三週間後の月曜: a day of that week; 二か月後の二十日: a day of that month."""
    if "weekday" in changes and changes["weekday"] != exact.weekday():
        return replace(day, exact=None, week=day_words.monday(exact))
    if "day" in changes and changes["day"] != exact.day:
        return replace(day, exact=None, year=exact.year, month=exact.month)
    return day


def _with_instant(last: Wish | None, mark: Mark, gap: str, now: datetime) -> Wish | None:
    number = mark.numbers[0] if mark.numbers else int(mark.value or 0)
    half = timedelta(minutes=30) if mark.kind == "half_hours_on" else timedelta()
    ahead = timedelta(minutes=number) if mark.kind in ("minutes_on", "now") else timedelta(hours=number) + half
    if ahead > _SOON:
        return None
    moment = now + ahead
    if last is not None and not last.hour.said and not link(gap) and last.day in (Day(), Day(exact=now.date())):
        return replace(last, day=Day(exact=moment.date()), instant=moment, end=mark.end)
    if last is not None and mark.kind == "now":
        return None
    return Wish(Day(exact=moment.date()), Hour(), moment, mark.start, mark.end, link(gap) if last else "")


def _with_hour(last: Wish | None, mark: Mark, gap: str, after: str) -> Wish | None:
    if mark.kind == "minutes":
        return _with_minutes(last, mark, gap)
    new = _hour(mark)
    if new is None:
        return None
    new = _suffixed(new, after)
    if last is None:
        return Wish(Day(), new, None, mark.start, mark.end)
    joint = link(gap)
    hour = last.hour
    if hour.last_segment and hour.last is None and new.clock and not gap:
        return replace(last, hour=replace(hour, last=new.clock), end=mark.end)
    if not joint or (not hour.said and last.instant is None):
        together = _together(hour, new, gap, after)
        if together is not None:
            return replace(last, hour=together, instant=None, end=mark.end)
    elif joint != TO and hour.clock and new.clock and hours.agree(hour.clock, new.clock) and not new.segment:
        return replace(last, hour=replace(hour, clock=max(hour.clock, new.clock)), end=mark.end)
    if new.clock and not new.segment and hour.clock and hours.fits(new.clock, hour.segment):
        new = replace(new, segment=hour.segment if new.clock.hour <= 12 else "")
    if joint == TO and MOVED.match(after):
        joint = TURN
    return Wish(last.day, new, None, mark.start, mark.end, joint)


def _with_minutes(last: Wish | None, mark: Mark, gap: str) -> Wish | None:
    """三時、十五分."""
    if last is None or last.hour.clock is None or last.hour.clock.minute or gap not in ("", "、"):
        return None
    clock = Clock(last.hour.clock.hour, mark.numbers[0])
    return replace(last, hour=replace(last.hour, clock=clock), end=mark.end) if hours.possible(clock) else None


def _hour(mark: Mark) -> Hour | None:
    if mark.kind == "segment":
        return Hour(segment=mark.value)
    hour, minute = ([*mark.numbers, 0] if mark.numbers else [int(part) for part in mark.value.split()])[:2]
    minute = {"clock_half": 30, "clock_before": -minute}.get(mark.kind, minute)
    clock = Clock(hour, minute)
    return Hour(clock) if hours.possible(clock) else None


def _together(hour: Hour, new: Hour, gap: str, after: str) -> Hour | None:
    """Both pieces as one hour, None if they are two."""
    if new.segment:
        if hour.clock is None:
            near = not hour.segment or len(gap) <= 2 or hour.segment == new.segment
            return replace(hour, segment=new.segment) if near else None
        added = not hour.segment and hours.fits(hour.clock, new.segment) and not _CLOCK_NEXT.match(after)
        return replace(hour, segment=new.segment) if len(gap) <= 2 and (added or hour.segment == new.segment) else None
    assert new.clock is not None
    if hour.clock is None:
        fitting = not hour.segment or hours.fits(new.clock, hour.segment)
        return replace(new, segment=hour.segment) if fitting else None
    if not hours.agree(hour.clock, new.clock):
        return None
    return replace(hour, clock=max(hour.clock, new.clock), open=new.open or hour.open)


def _suffixed(hour: Hour, after: str) -> Hour:
    """With what stands behind an hour: 以降, まで, 台."""
    if hour.clock is None:
        return hour
    if _AFTER.match(after):
        return replace(hour, open="after")
    if _UNTIL.match(after):
        return replace(hour, open="until")
    return replace(hour, last=Clock(hour.clock.hour + 1, 0)) if after.startswith("台") else hour


def _spanned(first: Wish, last: Wish, folded: str) -> Wish | None:
    """Both as one span of hours or days, None if they make none."""
    gap = folded[first.end : last.start]
    if first.hour.said and last.hour.said and first.day == last.day:
        one, other = first.hour.clock, last.hour.clock
        next_hour = bool(one and other and (other.hour - one.hour) % 12 == 1 and one.minute == other.minute == 0)
        if last.link == TO or (next_hour and gap == "か") or _BETWEEN.match(folded, last.end):
            hour = replace(first.hour, last=other, last_segment=last.hour.segment, open="")
            return replace(first, hour=hour, end=last.end)
    elif last.link == TO and not first.hour.said and first.day != last.day:
        return replace(first, until=last, end=last.end)
    return None
