"""The dictation ear `whisper`: for real where faster-whisper is installed and DENWABAN_MODELS holds a model of it; else
what can be known without either."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from tests.telephone import caller
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, EngineError
from voice.engines.dictation import Choice, Spoken, chosen
from voice.engines.inline import Engines
from voice.engines.models import find
from voice.engines.whisper import Whisper, transcript_of

INSTALLED = find_spec("faster_whisper") is not None


@cache
def whisper() -> Whisper:
    """The first Whisper model in the models' folder."""
    models = os.environ.get("DENWABAN_MODELS")
    if not INSTALLED or not models:
        pytest.skip("faster-whisper is not installed, or DENWABAN_MODELS names no folder")
    try:
        return Whisper(find("whisper", Path(models)))
    except EngineError as error:
        pytest.skip(str(error))


def spoken(sound: Sound) -> Spoken:
    return Spoken(sound, 8_000, np.zeros((0, 558), np.float32))


def test_a_sentence_over_the_telephone_comes_out_mostly_right() -> None:
    text = "明日の午後三時に予約をお願いします"
    sound = caller(text)
    heard = whisper().transcribe(spoken(sound))
    assert heard.covered
    assert Levenshtein.distance(text, heard.text) / len(text) < 0.5
    assert "予約" in heard.text
    times = [time for word in heard.words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert times[-1] <= sound.seconds
    assert all(0 <= word.confidence <= 1 for word in heard.words)


def test_hints_draw_towards_their_words() -> None:
    heard = whisper().transcribe(spoken(caller("総務部の鈴木様につないでください", 2)), ("栗本", "鈴木", "総務部"))
    assert "総務部の鈴木様" in heard.text


def test_a_stream_hears_what_the_whole_sound_holds() -> None:
    sound = caller("お世話になっております")
    stream = whisper().listen(8_000)
    for at in range(0, len(sound.pcm), 6400):
        stream.push(sound.pcm[at : at + 6400])
    assert stream.partial() == stream.finish().text == whisper().transcribe(spoken(sound)).text != ""


@pytest.mark.parametrize("seconds", [0.0, 0.05, 2.0])
def test_silence_is_not_relied_on(seconds: float) -> None:
    heard = whisper().transcribe(spoken(Sound(bytes(2 * int(seconds * INNER_RATE_HZ)), INNER_RATE_HZ)))
    assert not heard.covered


def test_a_spoilt_model_is_told(tmp_path: Path) -> None:
    if not INSTALLED:
        pytest.skip("faster-whisper is not installed")
    laid(tmp_path / "spoilt")
    with pytest.raises(EngineError, match="cannot be loaded"):
        Whisper(tmp_path / "spoilt").load()


def laid(folder: Path) -> None:
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_bytes(b"{}")


def test_without_the_package_or_a_model_the_remedy_is_told(tmp_path: Path) -> None:
    laid(tmp_path / "base")
    if INSTALLED:
        assert chosen(Choice("whisper", tmp_path)).model == tmp_path / "base"
        with pytest.raises(EngineError, match="put a folder with its files there"):
            chosen(Choice("whisper", tmp_path / "nowhere"))
    else:
        with pytest.raises(EngineError, match=r"denwaban\[whisper\]"):
            chosen(Choice("whisper", tmp_path))
        with pytest.raises(EngineError, match=r"denwaban\[whisper\]"):
            Whisper(tmp_path / "base").load()
    assert chosen(Choice("auto", tmp_path)).engine == "domain"
    with pytest.raises(EngineError, match="holds no Whisper model"):
        Whisper(tmp_path)


def test_the_engines_do_not_load_it_to_be_asked_for_grammars(tmp_path: Path) -> None:
    engines = Engines(Choice("whisper", tmp_path))
    assert engines.transcribe(Sound(bytes(3200), INNER_RATE_HZ), 8_000, []) == ()
    with pytest.raises(EngineError, match="whisper"):
        engines.transcribe(Sound(bytes(3200), INNER_RATE_HZ), 8_000, [DICTATION])


def segment(text: str, start: float, **figures: float) -> Any:
    """As faster-whisper gives one."""
    words = [SimpleNamespace(word=text, start=start, end=start + 1.0, probability=0.5)]
    plain = {"no_speech_prob": 0.1, "avg_logprob": -0.3, "compression_ratio": 1.2}
    return SimpleNamespace(words=words, **(plain | figures))


def test_what_whisper_makes_up_is_not_relied_on() -> None:
    def never() -> bool:
        return False

    sound = transcript_of([segment(" はい", 0.0), segment("そうです", 1.0)], 1.5, never)
    assert (sound.text, sound.covered, sound.words[-1].end_seconds) == ("はいそうです", True, 1.5)
    silent = segment("ご視聴ありがとうございました", 0.0, no_speech_prob=0.9, avg_logprob=-1.3)
    assert transcript_of([silent], 1.5, never).text == ""
    assert not transcript_of([segment("はい", 0.0, avg_logprob=-1.5)], 1.5, never).covered
    assert not transcript_of([segment("はいはいはい", 0.0, compression_ratio=3.0)], 1.5, never).covered
    cut = transcript_of([segment("はい", 0.0), segment("いいえ", 1.0)], 2.0, lambda: True)
    assert (cut.text, cut.covered) == ("はい", False)
