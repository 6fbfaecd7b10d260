"""What the product's own ears make of the written lines, spoken by synthetic callers over a telephone.

Run `python -m tests.bench.heard [--shard 0/2] PART.jsonl…`: for each file of lines that understanding learns from or is
measured on, writes `heard_PART.jsonl` into the folder `heard` beside it: the id and the readings. Lines whose very text
the dictation's language model learnt are left out: it would write them all too well. Every line has its own voice
(pitch, pace) and telephone line (noise, level), drawn by its id; one that is there already is not spoken again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from bot.listen import hearing_of
from bot.rehearsal.channel import Channel, draw
from bot.rehearsal.plan import Telephone
from nlu.expected import Ask, Expected
from nlu.grammars.asked import grammars_for, wants_dictation
from nlu.hearing import Hearing, Reading, Word
from nlu.vocabulary import Vocabulary
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, Arc, Grammar
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.engines.train.texts import for_training
from voice.g711 import ulaw_decode, ulaw_encode
from voice.resample import convert

ASKED = {
    "openings": Ask.OPENING,
    "numbers": Ask.NUMBER,
    "names": Ask.NAME,
    "companies": Ask.COMPANY,
    "times": Ask.WHEN,
    "probes": Ask.PROBE,
    "questions": Ask.PURPOSE,
}
LINE_RATE_HZ = 8_000
SILENCE_SECONDS = 0.25


def main() -> None:
    """Speak and hear the lines of each file."""
    parser = argparse.ArgumentParser(description="Hear written lines over a telephone.")
    parser.add_argument("files", nargs="+", type=Path, metavar="PART.jsonl")
    parser.add_argument("--shard", default="0/1", help="N/M: the lines whose number leaves N when divided by M")
    options = parser.parse_args()
    which, of = (int(part) for part in options.shard.split("/"))
    engines = Engines()
    for path in options.files:
        asked = next(ask for part, ask in ASKED.items() if part in path.stem)
        out = path.parent / "heard" / f"heard_{path.stem}.jsonl"
        out.parent.mkdir(exist_ok=True)
        there = {json.loads(line)["id"] for line in out.read_text("utf-8").splitlines()} if out.is_file() else set()
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        wanted = [row for row in rows if not for_training(row["text"]) and row["id"] not in there][which::of]
        for row in wanted:
            line = {"id": row["id"], "readings": list(_plain(hear(engines, row["id"], row["text"], asked)))}
            with out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


def hear(engines: Engines, key: str, text: str, asked: Ask) -> Hearing:
    """One line spoken by the voice and over the line of its id. Raises EngineError."""
    chance = Random(key)
    said = OpenJTalk(chance.uniform(-5.0, 4.0), chance.uniform(0.9, 1.15)).speak(text)
    channel = Channel(draw(Telephone(), chance.randrange(10**6)), chance.randrange(10**6))
    rest = np.zeros(int(SILENCE_SECONDS * LINE_RATE_HZ), np.int16)
    voice = np.concatenate([rest, channel.voice(said), rest])
    size = LINE_RATE_HZ // 50
    frames = [channel.frame(voice[at : at + size], size) for at in range(0, len(voice) - size, size)]
    line = Sound(ulaw_decode(ulaw_encode(b"".join(frames))), LINE_RATE_HZ)
    networks = grammars_for(Expected(asked), Vocabulary())
    grammars = [Grammar(each.name, tuple(Arc(*arc) for arc in each.arcs), each.finals) for each in networks]
    if wants_dictation(asked):
        grammars.append(DICTATION)
    return hearing_of(engines.transcribe(convert(line, INNER_RATE_HZ), LINE_RATE_HZ, grammars), Expected(asked))


def _plain(heard: Hearing) -> Iterator[dict[str, Any]]:
    """Readings as JSON; times of words are left out, and words where none has a label."""
    for reading in heard.readings:
        told = any(word.label for word in reading.words)
        words = [[word.text, word.kana, word.label, round(word.confidence, 2)] for word in reading.words if told]
        yield {**asdict(reading), "confidence": round(reading.confidence, 3), "words": words}


def hearing(line: dict[str, Any]) -> Hearing:
    """The hearing that a line of `heard_PART.jsonl` holds."""
    readings = []
    for each in line["readings"]:
        words = tuple(Word(*word) for word in each["words"])
        readings.append(Reading(**{**each, "words": words, "alternatives": tuple(each["alternatives"])}))
    return Hearing(tuple(readings))


if __name__ == "__main__":
    main()
