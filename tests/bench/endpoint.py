"""How soon the end of what a caller says is noticed: by words and silence, and by silence alone, at equal false cuts.

`python -m tests.bench.endpoint` prints one JSON object and keeps it in `endpoint.json`. Every utterance is heard by the
product's own ear and engines as a call would hear it; then its end is looked for twice: as the product does, and by a
plain detector that waits for so much silence. Both are made quicker or more patient until they cut into one utterance
in twenty, and the delays of the rest are compared. Synthetic utterances are phrases with pauses as people make them
while they speak (`PAUSE`); with DENWABAN_SHARED set, recordings of people that hold a pause are measured apart. These
are mostly announcements of several whole sentences: that another sentence follows is what words cannot tell, and there
silence alone is as quick.
"""

from __future__ import annotations

import csv
import json
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import soundfile

from bot.listen import SPELLED, grammar, hearing_of
from nlu.expected import Ask, Expected
from nlu.grammars.asked import grammars_for, wants_dictation
from nlu.turns import finished
from nlu.vocabulary import Vocabulary
from voice.audio import INNER_RATE_HZ, Sound
from voice.ear import Ear, PauseHeard, StretchHeard
from voice.endpoint import ANSWER, SPELLING, Ended, Endpoint, Patience, Paused
from voice.engines import DICTATION
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.g711 import ulaw_decode, ulaw_encode
from voice.resample import Resampler, convert
from voice.vad import CHUNK_SECONDS, Vad

Samples = npt.NDArray[np.float64]

PAUSE = (0.42, 0.55)
"""Median in seconds and spread (of the natural logarithm) of a pause inside a turn: nearly log-normal wherever it was
counted, one in ten longer than 0.85 s."""
PAUSED = 0.6
"""Share of the places between phrases at which the caller pauses at all."""
SLOW = 1.6
"""After a filler the pause is so much longer: the word is still being looked for."""
FALSE = 0.05
"""Share of utterances that may be cut into."""
AFTER_SECONDS = 4.0
"""Of the line's noise after the last sound."""
NEVER = Patience(9.0, 9.0, 9.0)
SNR_DB = 25.0
TURNS: tuple[tuple[Ask, tuple[str, ...]], ...] = (
    (
        Ask.OPENING,
        (
            "お世話になっております。",
            "{company}の{name}と申しますが、",
            "営業の栗本様は",
            "いらっしゃいますでしょうか。",
        ),
    ),
    (Ask.OPENING, ("あの、", "{company}の{name}ですけれども、", "先日の見積もりの件で", "お電話しました。")),
    (Ask.OPENING, ("すみません、", "予約をお願いしたいんですが、", "来週の火曜日の", "午後は空いていますか。")),
    (Ask.OPENING, ("もしもし、", "{name}と申します。", "栗本さんをお願いします。")),
    (Ask.CALLER, ("{company}の、", "{name}と申します。")),
    (Ask.CALLER, ("えーと、", "{company}", "営業部の{name}です。")),
    (Ask.CALLER, ("{name}です。",)),
    (Ask.NUMBER, ("電話番号は、", "{n1}の、", "{n2}の、", "{n3}です。")),
    (Ask.NUMBER, ("{m1}の、", "{m2}の、", "{m3}です。")),
    (Ask.NUMBER, ("えーっと、", "{m1}、", "{m2}、", "{m3}。")),
    (Ask.NUMBER, ("{n1}、", "{n2}、", "{n3}になります。")),
    (
        Ask.PURPOSE,
        (
            "先日お送りいただいた見積もりの件で、",
            "えーと、",
            "納期を確認したいことがありまして、",
            "折り返しお電話をいただけますか。",
        ),
    ),
    (Ask.PURPOSE, ("請求書の金額が違っているようなので、", "一度", "確認していただきたいんですが。")),
    (Ask.PURPOSE, ("明日の会議ですが、", "三時から四時に変わりましたと", "お伝えください。")),
    (Ask.PURPOSE, ("至急ご相談したいことがあるんですけど、", "今日中に", "お電話をください。")),
    (Ask.CONFIRM_CALLER, ("はい、", "そうです。")),
    (Ask.CONFIRM_CALLER, ("はい。",)),
    (Ask.CONFIRM_CALLER, ("いえ、", "{name}です。")),
    (Ask.CONFIRM_NUMBER, ("いいえ、", "最後は", "{n3}です。")),
    (Ask.CONFIRM_NUMBER, ("はい、", "間違いありません。")),
)
FILLERS = ("あの、", "えーと、", "えーっと、")
NAMES = ("田中", "江川", "山本", "三浦", "小林", "石田")
COMPANIES = ("スマイル企画", "東和商事", "青葉印刷", "日新電機")
DIGITS = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュウ")


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance as the line brings it, and when it truly ends."""

    ask: Ask
    pcm: bytes
    """8 kHz, mu-law and back."""
    end: float
    """Seconds."""
    number: str = ""
    """The digits in it, where it holds a whole number."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What the ear made of it, whatever may be decided."""

    said: Said
    probabilities: tuple[float, ...]
    judged: dict[int, tuple[float, float]]
    """Pause → (how finished its words are, seconds of work until that is known)."""


def spelt(digits: str) -> str:
    return "".join(DIGITS[int(digit)] for digit in digits)


def filled(phrases: Sequence[str], chance: Random) -> tuple[list[str], str]:
    """The phrases with names and a number in them, and the number."""
    digits = "".join(str(chance.randrange(10)) for _ in range(8))
    words = {"n1": spelt("03"), "m1": spelt("090"), "name": chance.choice(NAMES), "company": chance.choice(COMPANIES)}
    for group in ("n", "m"):
        words |= {f"{group}2": spelt(digits[:4]), f"{group}3": spelt(digits[4:])}
    whole = "".join(phrases)
    number = f"03{digits}" if "{n1}" in whole else f"090{digits}" if "{m1}" in whole else ""
    return [phrase.format(**words) for phrase in phrases], number


def synthetic(count: int) -> Iterator[Said]:
    """Utterances of phrases with pauses between them; by its number each has its voice, words and pauses."""
    for number in range(count):
        chance = Random(f"endpoint {number}")
        ask, phrases = TURNS[number % len(TURNS)]
        voice, parts, last = OpenJTalk(chance.uniform(-5.0, 4.0), chance.uniform(0.9, 1.2)), list[Samples](), ""
        texts, digits = filled(phrases, chance)
        for phrase, text in zip(phrases, texts, strict=True):
            if parts and chance.random() < PAUSED:
                slow = SLOW if last in FILLERS else 1.0
                seconds = min(2.5, slow * math.exp(chance.gauss(math.log(PAUSE[0]), PAUSE[1])))
                parts.append(np.zeros(int(8000 * seconds)))
            parts.append(convert(voice.speak(text), 8000).samples().astype(np.float64))
            last = phrase
        yield replace(line(ask, np.concatenate(parts), number), number=digits)


def people(folder: Path) -> Iterator[Said]:
    """Recordings of more than one phrase, as sentences of a caller who was asked what it is about."""
    with (folder / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows):
        if float(row["seconds"]) >= 3.0 and row["text"].strip("。").count("。") + row["text"].count("、"):
            samples, rate = soundfile.read(folder / "audio" / row["file"], dtype="int16", always_2d=True)
            whole = convert(Sound(samples[:, 0].astype("<i2").tobytes(), rate), 8000).samples().astype(np.float64)
            yield line(Ask.PURPOSE, whole, number)


def line(ask: Ask, samples: Samples, seed: int) -> Said:
    """Half a second of noise, the speech, and noise for as long as an end may take."""
    levels = np.sqrt(np.mean(samples[: len(samples) // 80 * 80].reshape(-1, 80) ** 2, axis=1))
    loud = levels > levels.max() * 10 ** (-35 / 20)
    end = (int(np.flatnonzero(loud)[-1]) + 1) * 80
    whole = np.concatenate((np.zeros(4000), samples[:end], np.zeros(int(8000 * AFTER_SECONDS))))
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(len(whole)))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 50)), len(whole))
    pink *= np.sqrt(np.mean(levels[loud] ** 2) / np.mean(pink**2)) * 10 ** (-SNR_DB / 20)
    pcm = np.clip(np.rint(whole + pink), -32768, 32767).astype("<i2").tobytes()
    return Said(ask, ulaw_decode(ulaw_encode(pcm)), 0.5 + end / 8000)


def follow(said: Said, engines: Engines) -> Followed:
    """Hear it to its end, each pause's words judged."""
    expected, ear = Expected(said.ask), Ear(8000)
    grammars = [grammar(network) for network in grammars_for(expected, Vocabulary())]
    if wants_dictation(said.ask) or not grammars:
        grammars.append(DICTATION)
    ear.expect(NEVER)
    judged = {}
    for at in range(0, len(said.pcm), 320):
        for event in ear.push(said.pcm[at : at + 320]):
            began = time.process_time()
            if isinstance(event, StretchHeard):
                engines.transcribe(event.sound, 8000, grammars, going=True)
            elif isinstance(event, PauseHeard):
                text = hearing_of(engines.transcribe(event.sound, 8000, grammars), expected).text
                judged[event.index] = (finished(text, expected), time.process_time() - began)
    inner = Resampler(8000, INNER_RATE_HZ).push(said.pcm)
    return Followed(said, tuple(Vad().push(inner)), judged)


def ended(one: Followed, patience: Patience, by_words: bool) -> float:
    """When the first utterance was taken for ended."""
    endpoint, waiting = Endpoint(), list[tuple[float, int, float]]()
    endpoint.patience = patience
    for probability in one.probabilities:
        for change in endpoint.feed(probability, CHUNK_SECONDS):
            if isinstance(change, Ended):
                return endpoint.now
            if isinstance(change, Paused) and by_words and change.index in one.judged:
                worth, work = one.judged[change.index]
                waiting.append((endpoint.now + work, change.index, worth))
        for due, index, worth in waiting:
            if due <= endpoint.now:
                endpoint.judge(index, worth)
    return endpoint.now


def scaled(patience: Patience, scale: float) -> Patience:
    return replace(
        patience,
        unknown=patience.unknown * scale,
        finished=patience.finished * scale,
        unfinished=patience.unfinished * scale,
    )


def outcome(heard: Sequence[Followed], scale: float | None, silence: float = 0.0) -> tuple[float, list[float]]:
    """Share of utterances that are cut into, and the delays of the others; with no `scale` by `silence` alone."""
    delays = []
    for one in heard:
        own = SPELLING if one.said.ask in SPELLED else ANSWER
        patience = Patience(silence, silence, silence) if scale is None else scaled(own, scale)
        delays.append(ended(one, patience, scale is not None) - one.said.end)
    whole = [delay for delay in delays if delay > 0]
    return 1 - len(whole) / len(delays), whole


def told(cut: float, delays: Sequence[float], setting: float) -> dict[str, float]:
    p50, p90 = np.percentile(delays, (50, 90))
    return {
        "setting": round(setting, 2),
        "cut_into": round(cut, 3),
        "delay_mean": round(float(np.mean(delays)), 3),
        "delay_p50": round(float(p50), 3),
        "delay_p90": round(float(p90), 3),
    }


def compared(heard: Sequence[Followed]) -> dict[str, object]:
    """Both ways at equal false cuts, and the product as it is set."""
    silences, scales = np.arange(0.25, 3.0, 0.05), np.arange(0.4, 2.5, 0.05)
    plain = next(
        (told(*found, silence) for silence in silences if (found := outcome(heard, None, silence))[0] <= FALSE), None
    )
    words = next((told(*found, scale) for scale in scales if (found := outcome(heard, scale))[0] <= FALSE), None)
    work = [seconds for one in heard for _, seconds in one.judged.values()]
    return {
        "utterances": len(heard),
        "pauses": sum(len(one.judged) for one in heard),
        "as_set": told(*outcome(heard, 1.0), 1.0),
        "words_and_silence": words,
        "silence_alone": plain,
        "work_at_a_pause_ms": {"p50": round(1000 * float(np.median(work))), "max": round(1000 * max(work))},
    }


def figures() -> dict[str, object]:
    engines, count = Engines(), int(os.environ.get("DENWABAN_BENCH_UTTERANCES", "200"))
    made: dict[str, object] = {"synthetic": compared([follow(said, engines) for said in synthetic(count)])}
    if shared := os.environ.get("DENWABAN_SHARED", ""):
        made["people"] = compared([follow(said, engines) for said in people(Path(shared) / "speech")])
    return made


if __name__ == "__main__":
    text = json.dumps(figures(), ensure_ascii=False, indent=1)
    Path(__file__).with_suffix(".json").write_text(text + "\n", "utf-8")
    print(text)
