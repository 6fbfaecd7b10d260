"""Names spelt out: kana by kana, by the telephone alphabet, and by characters described one after another.

朝日のア、いろはのイ gives アイ; ソ、ウ、マ gives ソウマ; 江戸の江に三本川の川 gives 江川, whose reading the name table
knows. Whether a clause describes characters at all (and so is no name of its own) is told here too.
"""

from __future__ import annotations

import re

from nlu.clauses import clauses
from nlu.identity.names import readings, split_name
from nlu.kana import is_kana, morae, similarity, to_katakana

_KANA = r"[\u3041-\u3096\u30a1-\u30fa]"
_BY_WORD = re.compile(
    rf"([\u3041-\u30ff\u3400-\u9fff々]+)の({_KANA}[ゃゅょャュョ]?)(に(?:濁点|てんてん|点々|半濁点|丸))?(?!{_KANA})"
)
_ALONE = re.compile(r"[、。 ]([んンっッー])(?=[、。 ]|です|と|$)")
"""Kana that no word begins with are said as they are, among others that are spelt by words."""
_REPLY = re.compile(r"^(?:い?いえ|いや|はい|ええと|えっと|あの)(?:、|(?=[ァ-ヴ]))")
"""Said before a name that is not spelt after all: いいえタキザワです."""
_ONE_BY_ONE = re.compile(
    rf"(?:^|(?<=[、。 ]))((?:{_KANA}[ゃゅょャュョ]?ー?[、 ・]){{1,9}}{_KANA}[ゃゅょャュョ]?ー?)(?=$|[、。 ]|です|と)"
)
_VOICED = dict(
    zip("カキクケコサシスセソタチツテトハヒフヘホウ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ", strict=True)
)
_HALF_VOICED = dict(zip("ハヒフヘホ", "パピプペポ", strict=True))
_TALK_OF_CHARACTERS = re.compile(
    r"の字|字[はで]|(?:と|って)書[いくき]|漢字|[ひ平]ら?がな|平仮名|カタカナ|片仮名|さんずい|にんべん|[へ偏]んの|かんむり|一文字|文字で|"
    r"ほうの|方の(?!者)|ほう(?:です|で$)|濁[らりるっ]|伸ば[すし]|(?:が|は)つ[きく]|付き|難しい|簡単な|(?:英語|アルファベット|ローマ字)で|"
    r"旧字|新字|つちよし|はしごだか|たつさき|重ね|同じ(?:です|$)|真ん中|最後は|最初は|あいだは|間は|"
    r"じゃ(?:ない|なく)ほう|と書き"
)
_PART = re.compile(r"[、。]|(?<=[^の])に(?=[^な])|(?:と(?=[\u3400-\u9fff]{1,6}の))")
_OF = re.compile(
    r"(?P<word>[\u3041-\u30ff\u3400-\u9fff々]+?)の(?P<part>[\u3400-\u9fff々]{1,3})(?:の字)?(?:です|で|と|$|一文字)"
)
_ENDS_IN = re.compile(r"(?:^|[いなたのる三二一四五])(?P<part>[\u3400-\u9fff々]{1,2})(?:の字|一文字)?(?:です|で|$)")


_READ_AS = re.compile(
    r"(?:と|って)(?:書|かい)[^、。ァ-ヴ]{0,6}?、?(?P<written>[ァ-ヴー]{2,})(?=$|[、。]|です|なん|と|って|で(?:す|$)|や|じゃ)"
    r"|(?:と|って)書いて、?(?P<plain>[\u3041-\u3096]{2,}?)(?=$|[、。]|です|なん|と[読申い]|って|や|じゃ)"
    r"|(?<![ァ-ヴー])(?P<read>[ァ-ヴー]{2,})(?:と|って)(?:だけ)?(?:読|呼|よ(?:み|ん|む)(?!り))"
    r"|(?:^|[、。はをで])(?P<hiragana>[\u3041-\u3096]{2,8})(?:と|って)読"
)

_AGAIN = re.compile(r"([ァ-ヴー]{2,8})(?:です|でございます|と(?:読みます|申します))?")
_ALIKE = 0.5
"""Similarity from which kana are the name just said, read otherwise than it would be."""


def read_as(text: str) -> str:
    """Katakana as which the caller says that a spelling is read (東海林と書いてショウジ); "" where nothing is said."""
    found = [match[match.lastgroup] for match in _READ_AS.finditer(text) if match.lastgroup]
    return to_katakana(found[-1]) if found else ""


def said_in_kana(kana: str, text: str) -> bool:
    """Whether a reading is said somewhere in the text as a word of its own, in katakana or hiragana."""
    runs = (run.group() for run in re.finditer(r"[ァ-ヴー]+|[\u3041-\u3096ー]+", text))
    return any(to_katakana(run) == kana or (len(kana) > 2 and kana in to_katakana(run)) for run in runs)


def said_again(kana: str, text: str) -> str:
    """The kana in which a name read as `kana` is said once more in a clause of its own (角野です、カドノ), else ""."""
    again = (_AGAIN.fullmatch(clause.text) for clause in clauses(text))
    return next((match[1] for match in again if match and similarity(match[1], kana) >= _ALIKE), "")


def spelt_kana(text: str) -> str:
    """Katakana that is spelt out kana by kana or by the telephone alphabet; "" where nothing is."""
    found = [m for m in _BY_WORD.finditer(text) if _starts_with(m[1], m[2])]
    words = [(m.start(), _voiced(to_katakana(m[2]), m[3] or "")) for m in found]
    if words:
        words += [(m.start(), to_katakana(m[1])) for m in _ALONE.finditer(text)]
    if len(words) > 1:
        return "".join(kana for _, kana in sorted(words))
    single = _ONE_BY_ONE.search(text)
    if single is None:
        return ""
    return to_katakana(re.sub(r"[、 ・]", "", single[1]))


def kana_by_kana(text: str) -> str:
    """What an answer to "kana by kana, please" gives: what is spelt out, else the kana left without です."""
    spelt = spelt_kana(text)
    if spelt:
        return spelt
    text = _REPLY.sub("", text)
    bare = re.sub(r"(?:です|と申します|といいます|と読みます|になります|ですね|はい|、|。| )+", " ", text).strip()
    joined = bare.replace(" ", "")
    return to_katakana(joined) if is_kana(joined) and len(morae(joined)) > 1 else ""


def describes_characters(clause: str) -> bool:
    """Whether a clause talks of how something is written (江戸の江, さんずいの河, 西の堂と書いて)."""
    if _TALK_OF_CHARACTERS.search(clause):
        return True
    described = _OF.search(clause)
    return bool(described and described["part"] in described["word"])


def described_in(text: str) -> tuple[tuple[str, str], ...]:
    """Each character that a word is named for, with the word (文章の文)."""
    found = (_OF.search(part + "で") for part in _PART.split(text) if part)
    return tuple((m["part"], m["word"]) for m in found if m and len(m["part"]) == 1 and m["part"] in m["word"])


def spelt_characters(text: str) -> tuple[str, ...]:
    """Readings of the surname that the described characters make; () where they make none."""
    parts = [part for part in map(_character, _PART.split(text)) if part]
    for size in range(len(parts), 1, -1):
        for start in range(len(parts) - size + 1):
            spelling = "".join(parts[start : start + size])
            if split_name(spelling) == (spelling, ""):
                return readings(spelling)
    return ()


def _character(part: str) -> str:
    described = _OF.search(part + "で") or _ENDS_IN.search(part)
    if described:
        return described["part"]
    return part if re.fullmatch(r"[\u3400-\u9fff々]{1,2}", part) else ""


def _starts_with(word: str, letter: str) -> bool:
    """Whether letter is how word begins (朝日のア); words in characters are trusted."""
    return not is_kana(word) or to_katakana(word).startswith(to_katakana(letter)[0]) or word in ("をわり", "おしまい")


def _voiced(kana: str, mark: str) -> str:
    if not mark:
        return kana
    table = _HALF_VOICED if "半" in mark or "丸" in mark else _VOICED
    return table.get(kana[0], kana[0]) + kana[1:]
