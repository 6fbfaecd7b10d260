"""How spoken_{surnames,given,heads,morae}.tsv were made: run `python nlu/data/derive_spoken.py`.

Readings come from two dictionaries that are installed anyway: unidic-lite (UniDic, BSD licence taken) and
pyopenjtalk's NAIST-jdic (BSD); both compiled dictionaries are read as MeCab lays them out. Neither counts
people. How common a surname is, is estimated: the commonest stand in common_surnames.txt in their order by
common knowledge; all others follow by their dictionary costs (kanji spellings only: kana spellings have costs of
another kind) and by how many spellings share the reading; the share of each rank is read from a piecewise
power law through well-known points of the Japanese population. Given names are ordered by the number of
spellings, with a flat power law. The bigrams of morae, for names in no list, are counted over the listed
surnames; those for companies over the other proper nouns of NAIST-jdic.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from nlu.data.lexicon import NAIST, UNIDIC, entries

DATA = Path(__file__).parent
SHARES = (
    (1, 0.0150),
    (10, 0.0084),
    (100, 0.0022),
    (500, 0.00036),
    (1000, 0.00016),
    (5000, 0.000016),
    (16000, 0.000003),
)
"""(rank, share of the population)"""
MOST_GIVEN = 2500
_KANA = re.compile(r"[ァ-ヴー]{2,9}$")
_NOUN = re.compile(r"[ァ-ヴー]{2,16}$")
_KANJI = re.compile(r"[一-鿿々]")
_MORA = re.compile(r"[ァ-ヴー][ャュョァィゥェォ]?")


def people(part: str) -> dict[str, list[float]]:
    """Reading → costs of its kanji spellings, normal to their dictionary (0 = its usual cost), over both."""
    found: dict[str, list[float]] = defaultdict(list)
    for path, written, read, usual in ((UNIDIC, 8, 17, 9770), (NAIST, 6, 7, 7500)):
        for cost, feature in entries(path):
            if len(feature) <= max(written, read) or feature[3] != part:
                continue
            kana = feature[read]
            if _KANA.fullmatch(kana) and "ヲ" not in kana and kana[0] not in "ンッー" and kana[-1] != "ッ":
                found[kana].append((cost - usual) / 1000 if _KANJI.search(feature[written]) else 1.0)
    return found


def share(rank: int) -> float:
    """The share of the population with the surname of that rank."""
    for (low, high_share), (high, low_share) in pairwise(SHARES):
        if rank <= high:
            part = math.log(rank / low) / math.log(high / low)
            return high_share * math.pow(low_share / high_share, part)
    return SHARES[-1][1]


def surnames() -> dict[str, float]:
    """Reading → cost, -ln of its estimated share."""
    found = people("姓")
    common = (DATA / "common_surnames.txt").read_text(encoding="utf-8").split()
    score = {kana: min(costs) - 0.5 * math.log(len(costs)) for kana, costs in found.items()}
    rest = sorted((kana for kana in found if kana not in set(common)), key=lambda kana: (score[kana], kana))
    return {kana: -math.log(share(rank)) for rank, kana in enumerate([*common, *rest], start=1)}


def given() -> dict[str, float]:
    """Reading → cost of the given names with most spellings."""
    spellings = Counter({kana: len(costs) for kana, costs in people("名").items()})
    kept = sorted(spellings, key=lambda kana: (-spellings[kana], kana))[:MOST_GIVEN]
    weight = {kana: (rank + 30) ** -0.9 for rank, kana in enumerate(kept)}
    total = sum(weight.values())
    return {kana: -math.log(value / total) for kana, value in weight.items()}


def bigrams(names: Iterable[str]) -> list[tuple[str, str, float]]:
    """(mora or "", next mora or "", cost) over the names' types, "" being the edge."""
    pairs: Counter[tuple[str, str]] = Counter()
    for kana in names:
        morae = ["", *_MORA.findall(kana), ""]
        pairs.update(pairwise(morae))
    first: Counter[str] = Counter()
    for (one, _), count in pairs.items():
        first[one] += count
    return [(one, two, -math.log(count / first[one])) for (one, two), count in sorted(pairs.items()) if count > 2]


def proper_nouns() -> set[str]:
    """Readings of the names of places, organisations and things in NAIST-jdic, as pronounced (トーキョー)."""
    found = set()
    for _, feature in entries(NAIST):
        if feature[1] == "固有名詞" and feature[2] != "人名" and len(feature) > 8:
            kana = feature[8].replace("’", "")
            if _NOUN.fullmatch(kana) and kana[0] not in "ンッー" and kana[-1] != "ッ" and "ーー" not in kana:
                found.add(kana)
    return found


def heads() -> list[tuple[str, str]]:
    """(katakana as pronounced, as written) of first words of company names: places, organisations, loan words."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for cost, feature in entries():
        if len(feature) < 13 or not _NOUN.fullmatch(feature[9]) or len(feature[9]) < 3:
            continue
        kind = 0 if feature[2] == "地名" else 1 if feature[1] == "固有名詞" and feature[2] == "一般" else 2
        loan = feature[1] == "普通名詞" and feature[12] == "外" and _NOUN.fullmatch(feature[8])
        if kind < 2 or loan:
            word = (feature[9], feature[8])
            found[word] = min((kind, cost), found.get(word, (kind, cost)))
    chosen = []
    for kind, most in ((0, 1500), (1, 1000), (2, 2500)):
        ranked = sorted((cost, word) for word, (what, cost) in found.items() if what == kind)
        chosen += [word for _, word in ranked[:most]]
    return sorted(set(chosen))


def write(name: str, rows: list[str], head: str) -> None:
    (DATA / name).write_text("\n".join([f"# {head}", *rows]) + "\n", encoding="utf-8")


def main() -> None:
    family, first = surnames(), given()
    made = "made by nlu/data/derive_spoken.py from UniDic and NAIST-jdic (BSD)"
    write(
        "spoken_surnames.tsv", [f"{kana}\t{cost:.2f}" for kana, cost in family.items()], f"surname, -ln share; {made}"
    )
    write("spoken_given.tsv", [f"{kana}\t{cost:.2f}" for kana, cost in first.items()], f"given name, -ln share; {made}")
    write("spoken_heads.tsv", ["\t".join(word) for word in heads()], f"first words of company names; {made}")
    kinds = (("surname", bigrams(family)), ("company", bigrams(proper_nouns())))
    rows = [f"{kind}\t{one}\t{two}\t{cost:.2f}" for kind, pairs in kinds for one, two, cost in pairs]
    write("spoken_morae.tsv", rows, f"kind, mora, next mora, -ln probability; {made}")


if __name__ == "__main__":
    main()
