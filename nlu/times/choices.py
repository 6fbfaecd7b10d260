"""How callers settle on one of several things offered, leave it open, give a wish up, or say what was wrong of it.

Plain patterns over normalised words, for the answers that hold no value of their own: 最初のほう, いつでも,
やっぱりいいです, 時間が違います. Whether the words are to be read so hangs on what was asked, which is for the dialogue
to know.
"""

from __future__ import annotations

import re

from nlu.kana import to_hiragana
from nlu.normalize import normalize
from nlu.times.time_words import marks

_ORDER = (
    (re.compile(r"最初|(?:はじめ|初め)(?!て)|[一1](?:番目|つ目|件目)|ひとつ目|先(?:の|に言)|前者|早い|早め"), 0),
    (re.compile(r"[二2](?:番目|つ目|件目)|ふたつ目|真ん中"), 1),
    (re.compile(r"[三3](?:番目|つ目|件目)|みっつ目"), 2),
    (re.compile(r"最後|(?:あと|後)の|後者|遅い|遅め"), -1),
)
_ENOUGH = re.compile(
    r"(?:はい|ええ|あ|うーん|じゃあ?|では|それなら|それでは|でしたら|なら|やっぱり|やっぱ|もう|今回は|また|、)*"
    r"(?:いい|結構|けっこう|大丈夫|だいじょうぶ|よろしい)(?:です|でございます)?(?:わ|よ|ね|。|、|$).{0,12}"
)
_LEAVES = re.compile(
    r"やめ(?:て|ます|とき|と(?:く|い)|た)|取りやめ|なかったことに|諦め|あきらめ|見送|遠慮(?:し|いた)|"
    r"(?:また|改めて|あらためて|のちほど|後ほど|後で|あとで|今度)、?(?:こちらから|お)?(?:電話|かけ|掛け|連絡|ご連絡|します|いたします|お願い|に(?:します|させ))|"
    r"かけ直|掛け直|(?:ほか|他|別|よそ)の?(?:お?店|ところ|病院|医院)|(?:少し|ちょっと|一度|もう少し)?(?:考え(?:て|ます|させ)|検討|相談して)"
)
_KEEPS = re.compile(
    r"そのまま|(?:キャンセル|取り消し|変更)(?:は|を)?(?:しな|せず|やめ|なし)|取り消さな|変えな(?!い?と)"
)
_CANCELS = re.compile(
    r"(?:キャンセル|取り消し|取消)(?!料|待ち|は(?:でき|いつ))|なかったことに|白紙に|(?:ほか|他|別)の(?:方|人|お客)[^、。]{0,4}に(?:回|まわ|譲)|"
    r"(?:^|[、。]|今回は|今日は|一旦|いったん|やっぱり|じゃあ|では|もう)(?:なし|無し)(?:に|で)(?:し|お?願|いい|結構)|"
    r"(?:予約|お?席|枠)(?:を|は|も)?、?(?:流し|(?:空|あ)けて(?:もら|いただ|くださ|構)|(?:お?断り))|(?:行け|伺え)な[^。]{0,8}お?断りし"
)
"""A cancellation in other words too: 今回はなしにしてください, 枠は空けてもらって構いません."""
_BOOKING = re.compile(r"予約|キャンセル|取り?消|席を(?:取|と)")
_MOVES = re.compile(
    r"変更|変え|かえ|ずら|移し|移動|早め|遅ら|遅く|(?:ほか|他|別|違う|ちがう)の?(?:日|時間|曜日)|日を?改め|延期|延ば|後ろに|前に|リスケ|[増減][やえらっ]"
)
_ANY = re.compile(
    r"いつでも|何時でも|なんじでも|何日でも|どこでも|お?任せ|おまかせ|(?:一番|いちばん)(?:早|近)|最短|(?:なるべく|できるだけ)(?:早|近)|直近|"
    r"(?:空|あ)いて(?:い)?る(?:ところ|時間|日|お?時|とき|枠|の)|(?:何時|いつ|何日|どこ)(?:が|なら|だったら|でしたら|に|から)?、?(?:空|あ)(?:い|き)|"
    r"(?:何時|いつ|何日)(?:が|なら|だったら|でしたら)(?:いい|取れ|とれ|大丈夫|よろし|でき)"
)
_NONE = re.compile(
    r"しか(?:だめ|駄目|ダメ|無理|行け|あい|空い|都合|来(?:れ|ら)|でき)|(?:特に)?(?:ありません|ないです)|"
    r"(?:どちら|どれ|どっち|その日|その時間|両方|いずれ|どの時間)(?:も|は)?[^、。]{0,4}"
    r"(?:だめ|駄目|ダメ|無理|難し|むずかし|厳し|きびし|都合|合わ|行け|だ?な|ちょっと)|"
    r"^(?:うーん|ちょっと|あー?|それは|そうですか|、)*(?:だめ|駄目|ダメ|無理|難し|むずかし|厳し|きびし|都合が(?:悪|つ))|"
    r"(?:ほか|他|別)の(?:日|時間|曜日)"
)
_WRONG = (
    ("day", re.compile(r"日(?:にち|付|づけ)|日(?=が|は|を)|曜日")),
    ("time", re.compile(r"時間|時刻|時(?=が|は)")),
    ("party", re.compile(r"人数|人(?=が|は)|何名")),
    ("name", re.compile(r"名前|名字|苗字|氏名")),
    ("number", re.compile(r"番号|電話|連絡先")),
)
_DIFFERS = re.compile(r"違|ちが|間違|まちが|変え|かえ|変更|直し|なおし")
_CLOCKS = frozenset({"clock", "clock_half", "clock_before", "segment", "minutes"})
_COURTESIES = re.compile(
    r"予約|お?席|お?(?:電話|名前|番号|人数|日時|日にち|時間)|(?:取|とれ|撮)(?:り|っ|れ)?(?:て|たい|ます|る)?|空い?[てき]|入れ(?:て|たい)?|"
    r"変更|キャンセル|取り消し|お願い|いただ(?:け|き|い)|もらえ|ほし|欲し|くださ|でき|よろし|けれども?|けど|(?:思|おも)(?:い|って)|"
    r"失礼|お世話に?な|すみません|すいません|申し|もしもし|こんにちは|こんばんは|おはようござい|ございます|ありがとう|大丈夫|それでは|やっぱり|"
    r"(?:な|ん|の)?で(?:す|した|しょう|しょ)|ま(?:す|せん|した)|じゃあ|たい|した|して|その|それ|これ|あと|えっと|はい|ええ|いえ|あの|よやく|どうか"
)
_CONTENT = re.compile(r"[一-龠々ァ-ヴ](?<![〇一二三四五六七八九十百時分日月名人様番])")
_TOLD = 2
"""Characters that carry meaning, from which something is told."""


def names_booking(text: str) -> bool:
    """Whether the words say that it is about a booking: 予約, キャンセル."""
    return bool(_BOOKING.search(text))


def moves(text: str) -> bool:
    """Whether it is said that a booking is to be another: 変えたい, ずらして, 一人増えて."""
    return bool(_MOVES.search(normalize(text)))


def chosen(text: str, count: int) -> int | None:
    """Which of so many things offered one after the other is meant by its place; None where no place is told."""
    plain = normalize(text)
    for pattern, place in _ORDER:
        if pattern.search(plain):
            return place % count if place < count else None
    return None


def leaves_open(text: str) -> bool:
    """Whether any day or time will do, or the caller asks which are free."""
    return bool(_ANY.search(normalize(text)))


def none_suits(text: str) -> bool:
    """Whether nothing of what was offered will do."""
    return bool(_NONE.search(normalize(text)))


def gives_up(text: str) -> bool:
    """Whether the wish is dropped: やっぱりいいです. After a yes-or-no question that may mean a yes: see `drops`."""
    plain = normalize(text)
    return bool(_LEAVES.search(plain) or _ENOUGH.fullmatch(plain))


def drops(text: str) -> bool:
    """The same after a question that yes or no answers: only what cannot be a yes."""
    return bool(_LEAVES.search(normalize(text)))


def keeps(text: str) -> bool:
    """Whether a booking is to stay as it is."""
    return bool(_KEEPS.search(normalize(text)))


def cancels(text: str) -> bool:
    """Whether a cancellation is spoken of."""
    return bool(_CANCELS.search(normalize(text)))


def wrong(text: str) -> tuple[str, ...]:
    """What is said to be wrong of a booking that was read back: "day", "time", "party", "name", "number"."""
    plain = normalize(text)
    return tuple(item for item, pattern in _WRONG if pattern.search(plain)) if _DIFFERS.search(plain) else ()


def names_day(text: str) -> bool:
    """Whether a day is told, and not only a time of the day."""
    return any(mark.kind not in _CLOCKS for mark in marks(to_hiragana(normalize(text))))


def names_weekday_alone(text: str) -> bool:
    """Whether of a day its weekday alone is told: 水曜, not 来週の水曜."""
    kinds = {mark.kind for mark in marks(to_hiragana(normalize(text)))} - _CLOCKS
    return kinds == {"weekday"}


def names_half(text: str) -> bool:
    """Whether it is told which half of the day is meant: 夜の七時, 十九時; not 七時."""
    for mark in marks(to_hiragana(normalize(text))):
        hours = [*mark.numbers[:1], *(int(part) for part in mark.value.split()[:1] if part.isdigit())]
        if mark.kind == "segment" or (mark.kind == "away" and " " in mark.value):
            return True
        if mark.kind.startswith("clock") and hours and hours[0] > 12:
            return True
    return False


def says_more(text: str, *known: str, least: int = _TOLD) -> bool:
    """Whether words are left that tell something, once those that are known and the courtesies are taken away; `least`:
    how many characters that carry meaning."""
    plain = normalize(text)
    for words in known:
        plain = plain.replace(normalize(words), "、") if words else plain
    for mark in reversed(marks(to_hiragana(plain))):
        plain = f"{plain[: mark.start]}、{plain[mark.end :]}"
    return len(_CONTENT.findall(_COURTESIES.sub("、", plain))) >= least
