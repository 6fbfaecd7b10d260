"""Whether words that sound like a wait are one: the caller asks us to wait, or looks for something now, to answer us.

今探してるんです also stands in a wish (二人で入れる店を探してるんです、三時からできますか), 調べてみた tells what was
done before the call, and 調べてみてもらえますか is for us to do. Whoever holds out a matter is answered, and not waited
for.
"""

from __future__ import annotations

import re

from nlu.expected import Ask
from nlu.meaning import Answer
from nlu.replies.cues import cues

_ASKED = re.compile(
    r"(?<!日)(?<!月)(?<!週)(?<!ずっと)(?<!楽しみに)(?:待って(?!い?[るた]|ました)|待った|待っとって|お待ち(?!し)|まって(?:くだ|て|ね))"
    r"(?!.{0,6}(?:って|と)(?:$|言|い))"
)
"""Asks us to wait."""
_KEEPS = re.compile(r"切らず|切らな|(?<!は)そのまま(?:で|$)|(?:少々|ちょっと|少し)(?:だけ)?お?時間")
"""Asks to be kept on the line: to wait if little else is said, else to be heard (切らないで、営業じゃないです)."""
_LITTLE = 8
"""Most characters of a clause that tells nothing."""
_FOUND = re.compile(r"(?:^|[、。])あ(?:った|りました)[、。].")
"""あった、椿原さん: what was looked for is there."""
_LATE = re.compile(r"遅れ|遅刻|遅く(?:な|着)|間に合")
"""What a delay of an appointment comes with: 三十分待ってもらえますか、渋滞で遅れます."""
_NOT_NOW = re.compile(
    r"ずっと待|楽しみに待|待(?:ち|って)くださいって|待っと(?:る|り|ん|っと?たん?)|[はも]そのまま|かわって(?:調べ|電話|お?話)|代わって(?:調べ|電話|お?話)|(?:人|方|者)[にと](?:代|替)わりま|"
    r"て(?:み|き|来)(?:た(?!い)|まし)|(?:って|と)(?:言|い)(?:わ|っ|う|い)|てから|"
    r"(?:調べ|見|聞い|確認し|探し|取っ)て(?:み|き|来)?て?(?:もら|いただ|くだ|下さ|ほし|欲し|くれ)"
)
"""What stands in a search that is over, was promised by others or is wished of us."""
_SEEKS = re.compile(r"[^、。]*探し(?:て|とる|とります)")
_LOOKS = re.compile(
    r"(?:取っ|持っ|見|聞い|確認し|調べ|探し|相談し)て(?:き|来|み)ま|(?:見|調べ|確認し|聞き|出し|探し|めくり)ます"
)
"""Looks for something himself."""
_AT_HAND = re.compile(
    r"メモ|メール|手帳|紙|ペン|鉛筆|カード|券|証|書|番号|伝票|封筒|名刺|財布|控え|ファイル|資料|スマホ|携帯|明細|レシート|"
    r"手紙|はがき|ハガキ|葉書|カレンダー|予定|かばん|鞄|箱|ラベル|シール|画面|眼鏡|メガネ|老眼鏡|パソコン|どれ|どこ|あれ|それ"
)
"""What a caller looks for while we wait."""
_WISHES = re.compile(
    r"(?:でき|いただけ|頂け|もらえ|取れ|とれ|空いて[いえ]?|入れ|あり|なり|ござい|来て[いま]?|いらっしゃい|やってい?|おり|してい?|行け|伺え|"
    r"かかり|(?<!して)い)(?:ます|ません|ませんでしょう|ましょう)か|まだ(?:です|でしょう)か|"
    r"(?:いくら|いつ|何時|どう|どこ|だめ|ダメ)[^、。]{0,8}(?:です|ます|でしょう)か|"
    r"(?:予約|注文|申し込み|キャンセル|変更|見積もり|見積り)[^、。]{0,4}(?:を|が|の|で)?[^、。]{0,6}(?:お願い|したい|希望|頼み)|"
    r"(?<!確認し)(?<!聞き)(?<!調べ)(?<!見)た(?:いん|いの|いです|いと)|ほしい|欲しい|お願い(?:し|でき|いた)|"
    r"教えて(?:くだ|下さ|もら|いただ)"
)
"""A wish or a question to us."""
_OWN_SEARCH = re.compile(r"(?:聞|相談|確認|見|調べ|電話し)[^、。]{0,4}(?:ても|て)(?:いい|よろし|かまい|み|き|から)")
"""ちょっと主人に聞いてもいいですか: leave to look."""


def holds_matter(plain: str, ask: Ask) -> bool:
    """Whether words that sound like a wait hold a matter to be answered. `plain`: normalised."""
    clauses = [clause for clause in re.split("[、。?？]", plain) if clause]
    if _FOUND.search(plain):
        return True
    if any(_ASKED.search(clause) for clause in clauses):
        rest = clauses[-1:] if not (_ASKED.search(clauses[-1]) or _looks(clauses[-1])) else []
        return bool(_LATE.search(plain)) or any(_is_wish(clause) for clause in rest)
    if any(_NOT_NOW.search(clause) and _sounds(clause) for clause in clauses) or _seeks_thing(plain, ask):
        return True
    rest = [clause for clause in clauses if not _looks(clause)]
    kept = any(_KEEPS.search(clause) for clause in clauses)
    told = kept and len(rest) == len(clauses) - 1 and any(len(clause) > _LITTLE for clause in rest)
    return told or any(_is_wish(clause) for clause in rest)


def _is_wish(clause: str) -> bool:
    return _WISHES.search(clause) is not None and not _OWN_SEARCH.search(clause)


def _sounds(clause: str) -> bool:
    """Whether it has words of a wait."""
    return any(cue.answer is Answer.HOLD and cue.words.search(clause) for cue in cues("stalling"))


def _looks(clause: str) -> bool:
    """Whether the caller himself looks for something now: 予定表を見てきます."""
    return (
        (_sounds(clause) or _LOOKS.search(clause) is not None) and not _NOT_NOW.search(clause) and not _is_wish(clause)
    )


def _seeks_thing(plain: str, ask: Ask) -> bool:
    """Whether what is looked for is what we are called for: 部品を探してるんです; before any question everything is."""
    found = _SEEKS.search(plain)
    if found is None or _AT_HAND.search(found[0]):
        return False
    return ask is Ask.OPENING or "を" in found[0]
