"""The moment that a caller means: 来週の火曜の三時半, あさってか金曜の夕方, あ、やっぱり四時で.

Of several times the last counts, unless it is only named as another choice, is ruled out, or tells of the past.
Moments in the past, at night and on days that do not exist are given with a doubt, not left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from nlu.kana import to_hiragana
from nlu.meaning import Moment
from nlu.normalize import normalize
from nlu.times import days, hours
from nlu.times.days import Days
from nlu.times.hours import Hour, Minutes
from nlu.times.party import find_party
from nlu.times.time_words import marks
from nlu.times.wishes import MOVED, NOT, OR, TURN, Wish, wishes

_LONGEST = 400
"""Characters; what an utterance says of a time after them is not looked at."""
_DONE = re.compile(
    r"(?:ごろ|頃)?(?:の|に|は|で|から|が)?[^、。]{0,6}?(?:(?:お)?電話(?:した|しました|いたしました|をいただ|いただい|もら)|いただいた|もらった|"
    r"行った|来た(?!い)|伺った|届いた|買った|食べた|かけた|取って(?:い|た|る|お|も|ん)|とって(?:い|た|る|お|も|ん)|"
    r"予約(?:を)?(?:して(?:い|お|た|あ|る|ま)|した|しました|し(?:と|た)|を?入れ(?:て|た)|を?取っ|済み|があ|が入)|"
    r"お願いして(?:い|た|お)|入れて(?:い|た|も|る|あ)|だった|でした(?!ら|か))"
)
"""After a time that tells what was."""
_USUAL = re.compile(
    r"(?:前は|前回は|いつもは|いつも|この前|もともと|元々|今までは|さっき|もとは|最初は|以前は|本当は|本来)、?$"
)
_ALSO = re.compile(
    r"(?:に|ごろ|頃|の(?:ほう|方|同じ時間))?でも(?:いい|よい|良い|よろし|大丈夫|構|かま|可|ok|OK|おっけー|平気|結構)(?!です?か|でしょうか)"
)
_CONTRAST = re.compile(
    r"は(?!、?(?:どう|いか|空|あい|大丈夫|いけ|取|可能|お願い|予約|何|でき|入|よろし|ある|あり|やって))"
)
_EVENING = re.compile(
    r"飲み会|宴会|忘年会|新年会|送別会|歓迎会|歓送迎会|二次会|打ち上げ|懇親会|会食|夕食|夕飯|夕ご飯|晩ご飯|晩ごはん|でぃなー|飲み放題|びーる|"
    r"仕事(?:が|の)?(?:終わ|帰|上が|後)|会社(?:が|の)?(?:終わ|帰)|退社|退勤|残業|仕事終わり|学校(?:が|の)?(?:終わ|帰)|席を|席だけ|"
    r"こーす|なべ|鍋"
)
_BREAKFAST = re.compile(r"朝食|朝ごはん|朝ご飯|もーにんぐ")


def find_moment(text: str, now: datetime, spoken_of: date | None = None) -> Moment | None:
    """The day, hour or span wanted in what was said at a moment of the company's own time; None where none is.
    `spoken_of`: the day that the talk was of before."""
    plain = normalize(text)[:_LONGEST]
    folded = to_hiragana(plain)
    found = marks(folded)
    chosen = chosen_wish(folded, wishes(folded, found, now, spoken_of))
    if chosen is None:
        return None
    evening = bool(_EVENING.search(folded)) or (chosen.hour.clock is not None and find_party(plain) is not None)
    words = plain[chosen.start : chosen.end]
    return _moment(chosen, now, evening and not _BREAKFAST.search(folded), words)


def chosen_wish(folded: str, found: tuple[Wish, ...]) -> Wish | None:
    """The one that counts, with the hour of another where it has none of its own."""
    follows = [folded[wish.end : after.start] for wish, after in pairwise(found)]
    follows += [folded[wish.end :] for wish in found[-1:]]
    open_ones = [_standing(index, found, folded, after) for index, after in enumerate(follows)]
    kept = [index for index, standing in enumerate(open_ones) if standing == "wanted"]
    if not kept:
        done = [index for index, standing in enumerate(open_ones) if standing == "done"]
        return found[done[-1]] if done else None
    place = len(kept) - 1
    while place and _only_other(found[kept[place]], found[kept[place - 1]], folded, follows[kept[place]]):
        place -= 1
    chosen = found[kept[place]]
    if chosen.hour.said or chosen.instant is not None or chosen.until is not None:
        return chosen
    lenders = [found[index] for index in kept[place + 1 :]]
    same = "同じ時" in folded
    lenders += [wish for wish, how in zip(found[: kept[place]], open_ones, strict=False) if same or how != "done"][::-1]
    hour = next((wish.hour for wish in lenders if wish.hour.said), Hour())
    return replace(chosen, hour=hour)


def _standing(index: int, found: tuple[Wish, ...], folded: str, after: str) -> str:
    """Whether a time is "wanted", ruled out ("not") or tells of what was ("done")."""
    wish = found[index]
    following = found[index + 1] if index + 1 < len(found) else None
    if NOT.match(after) and not (following and following.link == OR):
        return "not"
    if _DONE.match(after) or _USUAL.search(folded[: wish.start]):
        return "done"
    return "wanted"


def _only_other(wish: Wish, earlier: Wish, folded: str, after: str) -> bool:
    """Whether a time is a mere addition to the one before it, or what that one takes the place of."""
    if wish.link == TURN:
        return False
    if wish.link == OR or _ALSO.match(after):
        return True
    if earlier.hour.clock and not wish.hour.clock and wish.instant is None:
        vague = not wish.day.sharp or wish.day.until is not None or MOVED.match(folded, earlier.end) is not None
        return vague or wish.day == earlier.day or bool(_CONTRAST.match(after))
    return False


def _moment(wish: Wish, now: datetime, evening: bool, words: str) -> Moment | None:
    if wish.instant is not None and not wish.hour.said:
        return Moment(wish.instant.isoformat(timespec="minutes"), text=words)
    found = days.meant(wish.day, now.date())
    time = hours.meant(wish.hour, evening)
    if found and time and found.first == now.date() and wish.day.month is None and wish.day.day is not None:
        # 二十日の午後一時 said on the 20th at three is next month's
        over = time.last or time.first
        if not time.either and over <= now.hour * 60 + now.minute:
            found = days.meant(wish.day, now.date() + timedelta(days=1))
    if wish.until is not None and found is not None:
        found = _stretch(found, wish.until, now.date())
    if found is not None and (found.last is not None or time is None):
        last = found.last.isoformat() if found.last else ""
        return Moment(found.first.isoformat(), last, found.doubt, words)
    if time is None:
        return None
    return _at(found, time, now, words)


def _stretch(first: Days, end: Wish, today: date) -> Days:
    """From one day to another, which is looked for after it."""
    last = days.meant(end.day, max(first.first, today))
    if last is None or (last.last or last.first) < first.first:
        return first
    return Days(first.first, last.last or last.first, first.doubt)


def _at(found: Days | None, time: Minutes, now: datetime, words: str) -> Moment:
    """A time on a day; today's that is over is the other half of the day's, or tomorrow's where no day was said."""
    day = found.first if found else now.date()
    start, end = _on(day, time)
    if (end or start) <= now.replace(tzinfo=None) and day == now.date():
        later = _half_later(time)
        if time.either and not later.at_night and _on(day, later)[0] > now.replace(tzinfo=None):
            time = later
        elif found is None:
            day += timedelta(days=1)
        start, end = _on(day, time)
    doubt = found.doubt if found else ""
    if not doubt and (end or start) <= now.replace(tzinfo=None):
        doubt = days.PAST
    if not doubt and time.at_night:
        doubt = "night"
    last = end.isoformat(timespec="minutes") if end else ""
    return Moment(start.isoformat(timespec="minutes"), last, doubt, words)


def _on(day: date, time: Minutes) -> tuple[datetime, datetime | None]:
    midnight = datetime(day.year, day.month, day.day)
    last = midnight + timedelta(minutes=time.last) if time.last is not None else None
    return midnight + timedelta(minutes=time.first), last


def _half_later(time: Minutes) -> Minutes:
    return Minutes(time.first + 720, None if time.last is None else time.last + 720, False)
