"""What can be said now: for each question, the networks that the phonetic ear shall listen with.

Rule: one to three networks a question, the likeliest first. The big ones (surnames) depend on nothing or on the
company alone, so that their graphs can be made before the first call (`lasting`); only the echo of an address is
made in a call. Free speech is not here: who asks adds dictation for `wants_dictation`. Labels: surname, given, company,
form, staff, title, department, digit, figure, extension, answer, day, time, party, kana, character, letter, own, echo,
other; "" = words that carry no value.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from nlu.expected import Ask, Expected
from nlu.grammars.again import again, spelt, spelt_often
from nlu.grammars.networks import Network, Node, alternatives, network, optional, repeat, sequence, spread, word
from nlu.grammars.renumber import renumber
from nlu.grammars.spelled import kana_by_kana, romaji
from nlu.grammars.spoken import (
    any_surname,
    cardinal,
    carrier,
    company,
    digit,
    digits_counted,
    digits_loose,
    filler,
    given_names,
    letters,
    morae,
    opening_words,
    replies,
    reply,
    said_so,
    silent_alternative,
    whole_number,
)
from nlu.grammars.spoken_addresses import address
from nlu.grammars.spoken_answers import answers
from nlu.grammars.spoken_characters import character_by_character
from nlu.grammars.spoken_times import lead, persons, tail, wanted
from nlu.identity.romaji import sounds
from nlu.vocabulary import Person, Vocabulary

_SELF = spread(
    [(kana_, "") for kana_ in ("ワタシ", "ワタクシ", "ワタシワ", "ワタクシワ", "コチラ", "コチラワ", "ボク")]
)
"""Said before one's own name; without them they would be heard as part of it."""


@cache
def answer() -> Network:
    """Yes, no, say again, wait, thanks and their like."""
    return network("answer", answers("yes", "no", "repeat", "hold", "unknown", "refuse", "thanks", "human", "later"))


@cache
def number() -> Network:
    """A telephone number said whole or in part, with corrections, or the reply that there is none to be had."""
    wrong = alternatives(*[(reply(kind), 1.0) for kind in ("no", "yes")])
    joint = alternatives(
        (reply("not", "not"), 0.5), (sequence(filler(0.5), wrong, optional(reply("place", "place"), 0.3)), 0.5)
    )
    extension = sequence(word("ナイセン", "内線", "extension"), filler(0.1), alternatives(digits_loose(), cardinal()))
    value = alternatives(
        (whole_number(), 0.9), (digits_counted(), 0.03), (digits_loose(), 0.02), (cardinal(), 0.02), (extension, 0.03)
    )
    corrected = sequence(value, optional(repeat(sequence(joint, digits_loose()), 0.2), 0.06))
    lead = sequence(filler(0.3), optional(reply("mine", ""), 0.15), filler(0.1))
    given = sequence(
        lead, corrected, optional(sequence(carrier(), optional(sequence(extension, carrier()), 0.03)), 0.7)
    )
    again = sequence(wrong, optional(reply("place", "place"), 0.5), said_so(sequence(digits_loose())))
    swap = sequence(optional(wrong, 0.4), digit(), reply("not", "not"), said_so(digits_loose()))
    none = answers("known", "caller_id", "refuse", "later", "hold", "repeat", "unknown", "human")
    yes = answers("yes", "no", "thanks")
    return network(
        "number",
        alternatives(
            (sequence(given, optional(reply("thanks"), 0.05)), 0.6),
            (again, 0.08),
            (swap, 0.04),
            (none, 0.18),
            (yes, 0.1),
        ),
    )


def _name() -> Node:
    return sequence(any_surname(), optional(given_names(), 0.12))


def _company_of() -> Node:
    joint = reply("of", "")
    return sequence(company(), joint)


@cache
def who() -> Network:
    """A caller's name and company, corrections of them, or a short reply instead."""
    swapped = sequence(silent_alternative(reply("not", "not"), 0.06), _name())
    named = sequence(
        silent_alternative(_company_of(), 0.35), filler(0.08), repeat(swapped, 0.05), optional(carrier(), 0.8)
    )
    only_company = sequence(company(), carrier())
    private = sequence(reply("private"), filler(0.2))
    lead = sequence(
        opening_words(),
        silent_alternative(reply("no"), 0.08),
        silent_alternative(spread([("ナマエワ", "名前は")]), 0.03),
        silent_alternative(_SELF, 0.12),
    )
    short = answers("yes", "no", "repeat", "hold", "refuse", "unknown", "thanks", "human")
    value = alternatives((named, 0.8), (only_company, 0.12), (private, 0.08))
    return network("who", alternatives((sequence(lead, value), 0.75), (short, 0.25)))


_NOBODY = (Person("", "担当", "タントー"),)


def _people(people: tuple[Person, ...]) -> Node:
    """Some of the staff by name, each mostly with さん or 様, or with the title that is theirs."""
    parts: list[tuple[Node, float]] = []
    for title in dict.fromkeys(person.title for person in people):
        mine = [person for person in people if person.title == title and person.family_kana]
        if not mine:
            continue
        family = spread([(person.family_kana, person.family) for person in mine], "staff")
        full = spread([(one.family_kana + one.given_kana, one.family + one.given) for one in mine], "staff")
        called = [(kana, text) for kana, text in replies()["title"] if title and text.startswith(title)]
        polite = alternatives(
            (spread((("サン", "さん"), ("サマ", "様")), "title"), 0.8), (reply("title", "title"), 0.2)
        )
        told = alternatives((polite, 0.7), (spread(called, "title"), 0.3)) if called else polite
        named = alternatives((family, 0.87), (full, 0.13))
        parts.append((sequence(named, optional(told, 0.93)), len(mine)))
    return alternatives(*parts) if parts else _people(_NOBODY)


def _wanted(vocabulary: Vocabulary) -> Node:
    departments = [(kana, text) for text, kana in vocabulary.departments]
    departments += [(kana, text) for text, kana in vocabulary.departments for kana in [kana.removesuffix("ブ")] if kana]
    known = spread(departments or [("エイギョウ", "営業"), ("ソウム", "総務")], "department")
    suffix = optional(spread([("ブ", "部"), ("カ", "課")]), 0.1)
    everybody = _people(vocabulary.staff)
    stranger = sequence(morae("staff"), optional(reply("title", "title"), 0.93))
    anybody = alternatives((everybody, 0.8), (reply("role", "staff"), 0.17), (stranger, 0.03))
    ways: list[tuple[Node, float]] = [
        (sequence(optional(sequence(known, suffix, word("ノ", "の")), 0.1), anybody), 0.75)
    ]
    for text in dict.fromkeys(text for text, _ in vocabulary.departments):
        mine = tuple(each for each in vocabulary.staff if each.department == text)
        if mine:
            names = spread([pair for pair in departments if pair[1] == text], "department")
            theirs = sequence(names, suffix, word("ノ", "の"), _people(mine))
            ways.append((theirs, 0.25 * len(mine) / len(vocabulary.staff)))
    person = alternatives(*ways)
    whom = alternatives(
        (person, 0.9),
        (sequence(known, optional(spread([("ノカタ", "の方"), ("ノタントウノカタ", "の担当の方")]), 0.5)), 0.1),
    )
    particle = spread([("ワ", ""), ("ヲ", "")])
    return sequence(whom, optional(particle, 0.6), filler(0.05), optional(reply("wanted", "wanted"), 0.85))


@lru_cache(maxsize=64)
def staff(vocabulary: Vocabulary) -> Network:
    """Whom of this company the caller wants."""
    return network("staff", sequence(opening_words(), _wanted(vocabulary)))


@lru_cache(maxsize=64)
def opening(vocabulary: Vocabulary) -> Network:
    """The first words: greeting, who calls, whom they want, any of them left out."""
    caller = sequence(
        silent_alternative(_SELF, 0.1), silent_alternative(_company_of(), 0.7), filler(0.1), _name(), carrier()
    )
    polite = silent_alternative(reply("greeting", ""), 0.3)
    wanted = sequence(filler(0.2), _wanted(vocabulary))
    both = sequence(caller, polite, optional(wanted, 0.65))
    called = (
        spread([(vocabulary.company_kana, vocabulary.company)])
        if vocabulary.company_kana
        else spread([("モシモシ", "もしもし")])
    )
    right = sequence(
        called,
        spread(
            [("サンデスカ", "さんですか"), ("サマデショーカ", "様でしょうか"), ("サンデショーカ", "さんでしょうか")]
        ),
    )
    lead = sequence(silent_alternative(right, 0.05), opening_words())
    return network("opening", sequence(lead, alternatives((both, 0.75), (wanted, 0.25))))


@cache
def kana() -> Network:
    """A name kana by kana, with the words of the spelling alphabet."""
    # No fillers: えー and あ are what is being spelt.
    told = alternatives((kana_by_kana(), 0.8), (morae("kana"), 0.2))
    spelt = sequence(told, optional(carrier(), 0.6))
    return network("kana", alternatives((spelt, 0.85), (answers("hold", "repeat", "refuse", "yes", "no"), 0.15)))


@cache
def free() -> Network:
    """Any word at all, as sounds go on in names: the last resort for a name or a company in no list."""
    any_word = alternatives((morae("surname"), 0.5), (morae("company"), 0.5))
    return network("free", sequence(opening_words(), any_word, optional(carrier(), 0.6)))


@cache
def when() -> Network:
    """A day, an hour, for how many: all, or what was asked; or a short reply instead."""
    short = answers("yes", "no", "repeat", "hold", "unknown", "thanks", "human", "later")
    return network("when", alternatives((sequence(lead(), wanted(), tail()), 0.8), (short, 0.2)))


@cache
def party() -> Network:
    """For how many, which was asked for: seldom more than that; or a short reply instead."""
    short = answers("yes", "no", "repeat", "hold", "unknown", "thanks", "human", "later")
    told = alternatives((persons(), 0.9), (wanted(), 0.1))
    return network("party", alternatives((sequence(lead(), told, tail()), 0.85), (short, 0.15)))


@cache
def characters() -> Network:
    """How a name is written, character by character; or a short reply instead."""
    short = answers("no", "repeat", "hold", "unknown", "refuse", "thanks")
    return network("characters", alternatives((character_by_character(), 0.8), (short, 0.2)))


@cache
def email() -> Network:
    """Anybody's e-mail address; or a short reply instead."""
    # No fillers: えー is what is being spelt.
    given = sequence(silent_alternative(reply("address", ""), 0.1), address(), optional(carrier(), 0.5))
    short = answers("yes", "no", "repeat", "hold", "unknown", "refuse", "thanks")
    return network("email", alternatives((given, 0.8), (short, 0.2)))


@lru_cache(maxsize=64)
def own(vocabulary: Vocabulary) -> Network:
    """What this company offers, by its names; or a short reply instead."""
    names = spread(((kana, text) for text, kana in vocabulary.words), "own")
    several = sequence(names, optional(sequence(spread([("ト", "と"), ("カ", "か")]), names), 0.1))
    wish = optional(alternatives((tail(), 0.6), (reply("wish", ""), 0.4)), 0.7)
    short = answers("yes", "no", "repeat", "hold", "unknown", "thanks", "human")
    return network("own", alternatives((sequence(lead(), several, wish), 0.75), (short, 0.25)))


_ENDINGS = ("コム", "ネット", "ジェーピー")
"""How other addresses go on: a caller who mistakes ours for one of them is to be heard doing so."""


@lru_cache(maxsize=256)
def echo(email: str) -> Network:
    """An e-mail address of ours repeated, rightly or wrongly, or acknowledged."""
    chunks = [chunk for chunk in re.split(r"[^a-z]+", email.lower()) if len(chunk) > 1]
    said = [(kana, chunk) for chunk in chunks for kana in (sounds(chunk), *romaji(chunk)) if kana]
    parts: list[tuple[Node, float]] = [
        (letters(email.lower()), 0.5),
        (morae("other"), 0.04),
        (spread(((kana, kana) for kana in _ENDINGS), "other"), 0.06),
    ]
    if said:
        parts.append((spread(said, "echo"), 0.4))
    spelt = repeat(sequence(filler(0.05), alternatives(*parts)), 0.85)
    repeated = sequence(filler(0.2), optional(reply("yes"), 0.2), spelt, optional(carrier(), 0.5))
    short = answers("yes", "no", "repeat", "hold", "thanks", "unknown")
    return network("echo", alternatives((repeated, 0.5), (short, 0.5)))


_NOT_DICTATED = frozenset({Ask.KANA, Ask.ECHO, Ask.CALLER_ID})
"""Questions whose answers have a form that the grammars know better than free speech does."""


def wants_dictation(ask: Ask) -> bool:
    """Whether free speech is to be written down as well."""
    return ask not in _NOT_DICTATED


def grammars_for(expected: Expected, vocabulary: Vocabulary) -> tuple[Network, ...]:
    """The networks to listen with after a question, likeliest first."""
    match expected.ask:
        case Ask.OPENING:
            return (opening(vocabulary), answer())
        case Ask.CONFIRM_CALLER if expected.name or expected.company:
            return (again(expected), who())
        case Ask.NAME | Ask.COMPANY if expected.heard or expected.companies:
            return (again(expected), who())
        case Ask.CALLER | Ask.NAME | Ask.COMPANY | Ask.CONFIRM_CALLER:
            return (who(),)
        case Ask.NUMBER | Ask.CONFIRM_NUMBER if again_ := renumber(expected):
            return (again_, number())
        case Ask.NUMBER | Ask.CONFIRM_NUMBER | Ask.CALLER_ID:
            return (number(),)
        case Ask.STAFF:
            return (staff(vocabulary), answer())
        case Ask.KANA if expected.heard:
            return (spelt(expected), spelt_often(), kana())
        case Ask.KANA:
            return (spelt_often(), kana())
        case Ask.ECHO:
            return (echo(expected.email),) if expected.email else (number(),)
        case Ask.WHEN:
            return (when(),)
        case Ask.PARTY:
            return (party(),)
        case Ask.DETAIL if "漢字" in expected.said:
            return (characters(),)
        case Ask.DETAIL if "メール" in expected.said:
            return (email(),)
        case Ask.DETAIL if vocabulary.words:
            return (own(vocabulary),)
        case _:
            return (answer(),)


def lasting(vocabulary: Vocabulary) -> tuple[Network, ...]:
    """All networks of a company that do not change from call to call: make their graphs before the first call."""
    mine = (own(vocabulary),) if vocabulary.words else ()
    return (
        answer(),
        number(),
        who(),
        staff(vocabulary),
        opening(vocabulary),
        kana(),
        spelt_often(),
        when(),
        party(),
        characters(),
        *mine,
    )
