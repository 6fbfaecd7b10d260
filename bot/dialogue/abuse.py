"""Abusive calls: a calm sentence first, then a warning, then a courteous end; the matter is reported all the same.

Rule: anger about a matter is no abuse, however loud. Insults are, and threats; they are counted over the whole call,
and nothing is ever answered in kind.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.company.script import Script
from bot.dialogue.moves import Move, ask_again, close
from bot.dialogue.state import Outcome, State
from nlu.meaning import Slots

ABUSE = "abuse"

CUT_SHORT = ("経過", "お言葉が荒く、お断りしたうえで通話を終えました")

_INSULT = re.compile(
    r"(?:ば|馬鹿|バ)(?:か|カ)?(?:やろう|ヤロウ|野郎|たれ)|馬鹿(?:野郎|か|じゃ)|バカ(?:か|じゃ)|ばかか|ばかじゃ|あほ(?:か|んだら)|アホ(?:か|んだら)?|"
    r"(?:死ね|しね)(?:よ|や|$)|く(?:そ|ソ)(?:野郎|ったれ|ばば|じじ)|クソ(?:野郎|ばば|じじ|女|が)|役立たず|能無し|ぶっ(?:殺|ころ|とば|飛ば|潰|つぶ)|"
    r"殺(?:す|し(?:て|に))|ころすぞ|ころしてやる|消えろ|失せろ|(?<![ァ-ヴー])(?:クズ|ブス)(?![ァ-ヴー])|クズ(?:ヤロ|ドモ)|"
    r"くず(?:が|野郎|ども)|ゴミ(?:が|野郎|ども|会社)|てめえ|貴様|きさま|キチガイ|ボケ(?:が|$|老人)"
)
_THREAT = re.compile(
    r"(?:殺|ころ)(?:す|し(?:て|に))|ぶっ(?:殺|ころ)|火をつけ|放火|爆(?:破|弾)|刺(?:す|して)|ただ(?:じゃ|では)(?:おか|済ま)|家族が(?:どう|無事)|乗り込"
)
_TEMPER = re.compile(r"ふざけ(?:る|ん)な|なめ(?:て|ん)|いい加減に(?:し|せ)|うるさい|黙れ|だまれ")
TEMPER_ALONE = 14
"""Characters up to which words of temper are all that was said."""


def is_abusive(words: str, slots: Slots | None = None) -> bool:
    """Whether this insults or threatens; temper counts where nothing else is said. What is somebody's name is neither
    (葛島, くずしま)."""
    for slot in (slots.caller_name, slots.company, slots.staff) if slots else ():
        for name in (slot.text, slot.value) if slot else ():
            words = words.replace(name, "") if name else words
    bare = re.sub(r"[、。!！ ]", "", words)
    return bool(_INSULT.search(words) or _THREAT.search(words)) or (
        bool(_TEMPER.search(words)) and len(bare) <= TEMPER_ALONE
    )


def answered(script: Script, state: State) -> Move:
    """Calm, then plain, then over."""
    before = state.asked.count(ABUSE)
    facts = replace(state.facts, urgent=state.facts.urgent or bool(_THREAT.search(state.words)))
    state = replace(state, asked=(*state.asked, ABUSE), facts=facts, pending=())
    if before < 2:
        said, actions = ask_again(script, state, f"abuse_{before + 1}")
        return replace(said, asked=_question_last(said.asked)), actions
    state = replace(state, facts=replace(facts, details=(*facts.details, CUT_SHORT)))
    return close(script, state, Outcome.MESSAGE, "abuse_end")


def _question_last(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The question that stands is still the last that was put."""
    return (ABUSE, *asked[:-1])
