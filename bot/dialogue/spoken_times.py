"""Days, hours and numbers of people as they are said: 十一月二十七日金曜日の午後七時, 四名様. From ISO local times."""

from __future__ import annotations

from datetime import datetime

WEEKDAYS = "月火水木金土日"
DIGITS = "〇一二三四五六七八九"
NOON = 12


def kanji_number(value: int) -> str:
    """0..999 in kanji numerals, which OpenJTalk reads right in times and dates: 30 is 三十."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    head = "" if not hundreds else ("百" if hundreds == 1 else DIGITS[hundreds] + "百")
    head += "" if not tens else ("十" if tens == 1 else DIGITS[tens] + "十")
    return (head + (DIGITS[ones] if ones else "")) or "零"


def clock_words(moment: datetime) -> str:
    """午前八時半, お昼の十二時; minutes as they are said."""
    half = "午前" if moment.hour < NOON else "お昼の" if moment.hour == NOON else "午後"
    hour = moment.hour if moment.hour <= NOON else moment.hour - NOON
    minute = {0: "", 30: "半"}.get(moment.minute, f"{kanji_number(moment.minute)}分")
    return f"{half}{kanji_number(hour)}時{minute}"


def day_words(start: str) -> str:
    """十一月二十七日金曜日; "" for no day."""
    if not start:
        return ""
    day = datetime.fromisoformat(start)
    return f"{kanji_number(day.month)}月{kanji_number(day.day)}日{WEEKDAYS[day.weekday()]}曜日"


def moment_words(start: str) -> str:
    """十一月二十七日金曜日の午後七時; of a bare day the day."""
    return f"{day_words(start)}の{clock_words(datetime.fromisoformat(start))}" if "T" in start else day_words(start)


def people(count: int) -> str:
    """四名様"""
    return f"{kanji_number(count)}名様" if count else ""
