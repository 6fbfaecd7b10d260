"""Measures the gist on written speech of sixty callers: points that must survive, and words that must not.

Run `python -m tests.bench.gist [--show HALF]`. Half of the lines served for tuning, the other half only for measuring;
`--show` prints the gists of one half. Then how long a gist takes. Writes `gist.json` beside this file.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from nlu.identity.callers import introduced
from nlu.identity.directory import find_staff
from nlu.normalize import normalize
from nlu.reasons.gist import Spans, gist, headline
from nlu.vocabulary import Person, Vocabulary

LINES = Path(__file__).with_name("gist_lines.jsonl")
KINDS = ("short", "middle", "long")
OURS = Vocabulary(
    company="花水木商事",
    company_kana="ハナミズキショウジ",
    staff=(
        Person("kurimoto", "栗本", "クリモト", "賢治", "ケンジ", "営業部", "主任"),
        Person("sato", "佐藤", "サトウ", "香", "カオリ", "経理課"),
        Person("tamura", "田村", "タムラ", "進", "ススム", "製造部", "部長"),
    ),
    departments=(("営業部", "エイギョウブ"), ("経理課", "ケイリカ"), ("製造部", "セイゾウブ")),
)
_SIGNS = re.compile(r"[、。…?？\s]")


def lines(half: str) -> list[dict[str, Any]]:
    """The lines of one half, "tuned" or "measured"."""
    rows = (json.loads(line) for line in LINES.read_text("utf-8").splitlines())
    return [row for row in rows if row["half"] == half]


def gist_of(row: dict[str, Any]) -> str:
    """What a report would give of it."""
    return gist(*_read(row))


def _read(row: dict[str, Any]) -> tuple[str, Spans, Spans]:
    """The text with the places of introductions and of people asked for."""
    text = normalize(row["text"])
    caller = introduced(text)
    return text, caller.spans, find_staff(text, OURS, caller.spans).spans


def plain(text: str) -> str:
    """Without punctuation: where a sentence was cut does not matter."""
    return _SIGNS.sub("", text)


def measure(half: str) -> dict[str, Any]:
    """Shares of points and of unwanted words kept, and the length left, by kind of speech."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        rows = [row for row in lines(half) if row["id"].startswith(kind)]
        gists = [gist_of(row) for row in rows]
        pairs = list(zip(rows, gists, strict=True))
        points = [plain(point) in plain(made) for row, made in pairs for point in row["keep"]]
        unwanted = [words in made for row, made in pairs for words in row["drop"]]
        found[kind] = {
            "n": len(rows),
            "points": len(points),
            "kept": round(sum(points) / len(points), 3),
            "unwanted": len(unwanted),
            "unwanted_kept": round(sum(unwanted) / len(unwanted), 3),
            "length": round(sum(map(len, gists)) / sum(len(row["text"]) for row in rows), 3),
            "longest": max(map(len, gists)),
        }
    return found


def speed() -> dict[str, float]:
    """Milliseconds of a gist alone, in a warm process: ordinary utterances, and one of 10,000 characters."""
    gist_of(lines("tuned")[0])
    spent = []
    for row in lines("tuned"):
        read = _read(row)
        begun = perf_counter()
        gist(*read)
        spent.append((perf_counter() - begun) * 1000)
    whole = "。".join(row["text"] for half in ("tuned", "measured") for row in lines(half))
    text = normalize(whole)[:10_000]
    begun = perf_counter()
    gist(text, (), ())
    long = (perf_counter() - begun) * 1000
    spent.sort()
    return {"median_ms": round(spent[len(spent) // 2], 2), "max_ms": round(spent[-1], 2), "ms_10000": round(long, 1)}


def show(half: str) -> None:
    """Every gist of a half, with what is missing from it and what should not be there."""
    for row in lines(half):
        made = gist_of(row)
        print(f"{row['id']} {len(made)}/{len(row['text'])} {headline(made)!r}: {made}")
        missing = [point for point in row["keep"] if plain(point) not in plain(made)]
        unwanted = [words for words in row["drop"] if words in made]
        if missing or unwanted:
            print(f"    missing {missing} unwanted {unwanted}")


def main(arguments: list[str]) -> None:
    """Print and keep the figures, or show one half."""
    if arguments[:1] == ["--show"]:
        show(arguments[1])
        return
    result = {half: measure(half) for half in ("tuned", "measured")} | {"speed": speed()}
    for half in ("tuned", "measured"):
        for kind, figures in result[half].items():
            print(half, kind, figures)
    print(result["speed"])
    written = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    Path(__file__).with_suffix(".json").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
