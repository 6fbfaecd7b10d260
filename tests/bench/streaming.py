"""What hearing callers while they speak costs and saves: seconds of a core per second of speech, and work at the end.

`python -m tests.bench.streaming` prints one JSON object and keeps it in `streaming.json`. Utterances of the bench
`endpoint` are heard twice over, second by second as a call hears them, and at once; both are compared with one another
and, where a number was asked for, with what was said.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein

from bot.listen import grammar, hearing_of
from nlu.expected import Ask, Expected
from nlu.grammars.asked import grammars_for, wants_dictation
from nlu.hearing import Hearing
from nlu.phone import find_number
from nlu.vocabulary import Vocabulary
from tests.bench.endpoint import Said, synthetic
from voice.ear import Ear, PauseHeard, StretchHeard, UtteranceEnded
from voice.endpoint import RECORDING
from voice.engines import DICTATION
from voice.engines.inline import Engines


class Heard(NamedTuple):
    """One utterance, both ways."""

    ask: Ask
    speech: float
    """Seconds."""
    ear: float
    """Seconds of work on sound alone: is it speech, is it ours."""
    engines: float
    """Of the recognisers, all that was done while it was spoken."""
    last: float
    """Of these what was left to do when the last pause came."""
    at_once: float
    """The same where all is heard at the last pause."""
    streamed: Hearing
    whole: Hearing


def hear(said: Said, engines: Engines) -> Heard | None:
    """None where nothing was heard."""
    expected, ear, spent, last = Expected(said.ask), Ear(8000), 0.0, 0.0
    grammars = [grammar(network) for network in grammars_for(expected, Vocabulary())]
    if wants_dictation(said.ask) or not grammars:
        grammars.append(DICTATION)
    ear.expect(RECORDING)
    ended, streamed, began = None, Hearing(()), time.process_time()
    for at in range(0, len(said.pcm), 320):
        for event in ear.push(said.pcm[at : at + 320]):
            start = time.process_time()
            if isinstance(event, StretchHeard):
                engines.transcribe(event.sound, 8000, grammars, going=True)
            elif isinstance(event, PauseHeard):
                streamed = hearing_of(engines.transcribe(event.sound, 8000, grammars), expected)
                last = time.process_time() - start
            elif isinstance(event, UtteranceEnded):
                ended = ended or event
            spent += time.process_time() - start
    whole_time = time.process_time() - began
    if ended is None:
        return None
    engines.utterances.forget(engines.utterances.hear(ended.sound, 8000, going=False))
    start = time.process_time()
    whole = hearing_of(engines.transcribe(ended.sound, 8000, grammars), expected)
    at_once = time.process_time() - start
    seconds = len(said.pcm) / 16_000
    speech = ended.end_seconds - ended.start_seconds
    return Heard(said.ask, speech, (whole_time - spent) * speech / seconds, spent, last, at_once, streamed, whole)


def numbers(heard: Sequence[Hearing], said: Sequence[str]) -> float:
    """Share of numbers heard rightly."""
    found = [find_number(hearing.text) for hearing in heard]
    return round(
        float(np.mean([one is not None and one.digits == right for one, right in zip(found, said, strict=True)])), 3
    )


def figures() -> dict[str, object]:
    engines, count = Engines(), int(os.environ.get("DENWABAN_BENCH_UTTERANCES", "100"))
    pairs = [(said, heard) for said in synthetic(count) if (heard := hear(said, engines))]
    speech = sum(heard.speech for _, heard in pairs)
    texts = [(heard.streamed.text, heard.whole.text) for _, heard in pairs]
    differing = sum(Levenshtein.distance(*pair) for pair in texts) / sum(len(whole) for _, whole in texts)
    asked = [(heard, said.number) for said, heard in pairs if said.number and said.ask is Ask.NUMBER]
    last, at_once = (
        [1000 * value for value in column] for column in zip(*((h.last, h.at_once) for _, h in pairs), strict=True)
    )
    long = [1000 * heard.last for _, heard in pairs if heard.speech >= 4.0]
    return {
        "utterances": len(pairs),
        "seconds_of_speech": round(speech),
        "core_seconds_per_second": {
            "ear": round(sum(heard.ear for _, heard in pairs) / speech, 3),
            "engines_while_spoken": round(sum(heard.engines for _, heard in pairs) / speech, 3),
            "engines_at_once": round(sum(heard.at_once for _, heard in pairs) / speech, 3),
        },
        "work_at_the_last_pause_ms": {
            "streamed": {"p50": round(float(np.median(last))), "p95": round(float(np.percentile(last, 95)))},
            "at_once": {"p50": round(float(np.median(at_once))), "p95": round(float(np.percentile(at_once, 95)))},
            "streamed, 4 s of speech and more": {"n": len(long), "p95": round(float(np.percentile(long, 95)))},
        },
        "characters_that_differ": round(differing, 4),
        "numbers_right": {
            "n": len(asked),
            "streamed": numbers([heard.streamed for heard, _ in asked], [right for _, right in asked]),
            "at_once": numbers([heard.whole for heard, _ in asked], [right for _, right in asked]),
        },
    }


if __name__ == "__main__":
    text = json.dumps(figures(), ensure_ascii=False, indent=1)
    Path(__file__).with_suffix(".json").write_text(text + "\n", "utf-8")
    print(text)
