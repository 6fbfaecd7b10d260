"""Scoring the ears on a folder of recordings: what the line does to them, what counts as an error, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from bot.score_speech import Condition, FolderError, as_json, carried, plain, reading, rows_of, score
from voice.audio import Sound
from voice.engines.free import drawn_out, morae_of, plain_phonemes, sounds_of
from voice.engines.openjtalk import OpenJTalk

HEADER = "file\trate_hz\tsource\ttext\tkana\n"


def folder_of(path: Path, said: dict[str, tuple[str, str]]) -> Path:
    """`said`: file → (source, katakana)."""
    (path / "audio").mkdir()
    lines = []
    for name, (source, kana) in said.items():
        sound = OpenJTalk().speak(kana)
        soundfile.write(path / "audio" / name, sound.samples(), sound.rate_hz, subtype="PCM_16")
        lines.append(f"{name}\t{sound.rate_hz}\t{source}\t{kana}\t{kana}\n")
    (path / "transcripts.tsv").write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def tone(seconds: float, rate: int = 16_000, hz: float = 1_000.0) -> Sound:
    at = np.arange(int(seconds * rate)) / rate
    return Sound((8_000 * np.sin(2 * np.pi * hz * at)).astype("<i2").tobytes(), rate)


def test_the_command_prints_one_object_with_all_and_each_source(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"a.flac": ("one", "ヤマモト"), "b.flac": ("two", "ナガサキ")})
    done = CliRunner().invoke(
        app, ["score-speech", str(folder), "--codec", "pcmu", "--snr", "20", "--no-dictation", "--json"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert set(told) == {"all", "sources"}
    assert set(told["sources"]) == {"one", "two"}
    for figures in (told["all"], *told["sources"].values()):
        assert set(figures) == {"n", "seconds", "phoneme_error", "kana_error", "character_error"}
    assert told["all"]["n"] == 2
    assert told["all"]["seconds"] == pytest.approx(sum(one["seconds"] for one in told["sources"].values()), abs=0.11)
    assert told["all"]["kana_error"] < 0.7
    assert told["all"]["character_error"] is None


def test_errors_are_counted_against_what_was_said(tmp_path: Path) -> None:
    rows = rows_of(folder_of(tmp_path, {"a.flac": ("one", "カキ"), "b.flac": ("two", "トウキョウ")}))
    heard = iter(((("k", "a", "k", "u"), "カク"), (("t", "o", "o", "ky", "o", "u"), "トウキョウ")))
    *_, tallies = score(rows, Condition(), lambda sound, band: next(heard))
    told = as_json(tallies)
    assert told["sources"]["one"]["kana_error"] == 0.5  # type: ignore[index]
    assert told["sources"]["one"]["phoneme_error"] == 0.25  # type: ignore[index]
    assert told["sources"]["one"]["character_error"] == 0.5  # type: ignore[index]
    assert told["sources"]["two"]["kana_error"] == 0.0  # type: ignore[index]
    assert told["all"]["kana_error"] == pytest.approx(1 / 6, abs=1e-4)  # type: ignore[index]


@pytest.mark.parametrize("noise", ["pink", "babble", "white"])
@pytest.mark.parametrize("snr", [20.0, 5.0])
def test_noise_lies_so_far_under_the_speech(noise: str, snr: float) -> None:
    sound = tone(2.0)
    quiet, _ = carried(sound, Condition("none"), "a")
    noisy, _ = carried(sound, Condition("none", snr, noise), "a")  # type: ignore[arg-type]
    clean = quiet.samples().astype(float)
    added = noisy.samples().astype(float) - clean
    inside = slice(8_000, -8_000)
    ratio = 10 * np.log10(np.mean(clean[inside] ** 2) / np.mean(added[inside] ** 2))
    assert ratio == pytest.approx(snr, abs=1.5)


def test_silence_does_not_count_as_speech() -> None:
    sound = Sound(tone(1.0).pcm + bytes(2 * 16_000 * 9), 16_000)
    noisy, _ = carried(sound, Condition("none", 10.0, "white"), "a")
    rest = noisy.samples()[-16_000 * 5 :].astype(float)
    assert 20 * np.log10(8_000 / np.sqrt(2) / np.sqrt(np.mean(rest**2))) == pytest.approx(10, abs=1)


@pytest.mark.parametrize("codec", ["pcmu", "pcma"])
def test_a_telephone_carries_its_band_alone(codec: str) -> None:
    for hz, kept in ((1_000.0, True), (150.0, False), (3_700.0, False)):
        line, band = carried(tone(1.0, hz=hz), Condition(codec), "a")  # type: ignore[arg-type]
        assert band == 8_000
        middle = line.samples()[8_000:-8_000].astype(float)
        assert (np.sqrt(np.mean(middle**2)) > 1_000) == kept, hz


def test_without_a_codec_the_band_is_the_recordings_own() -> None:
    assert carried(tone(0.5), Condition(), "a")[1] == 16_000
    assert carried(tone(0.5, rate=8_000), Condition(), "a")[1] == 8_000
    assert carried(tone(0.5, rate=48_000), Condition(), "a")[1] == 16_000


def test_the_same_recording_gets_the_same_noise_every_time() -> None:
    sound, condition = tone(0.5), Condition("pcmu", 15.0, "pink")
    assert carried(sound, condition, "a") == carried(sound, condition, "a")
    assert carried(sound, condition, "a") != carried(sound, condition, "b")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("トウキョウ", "トーキョー"),
        ("オオノ", "オーノ"),
        ("ケイサツ", "ケーサツ"),
        ("ツヅク", "ツズク"),
        ("ハナヂ", "ハナジ"),
    ],
)
def test_spellings_of_one_sound_are_equal(one: str, other: str) -> None:
    assert morae_of(sounds_of(one)) == morae_of(sounds_of(other))


@pytest.mark.parametrize(("kana", "count"), [("キャット", 3), ("シンヨウ", 4), ("オノ", 2), ("オオノ", 3), ("ア", 1)])
def test_morae_are_counted(kana: str, count: int) -> None:
    assert len(morae_of(sounds_of(kana))) == count


def test_devoicing_and_pauses_do_not_count() -> None:
    assert plain_phonemes(("pau", "s", "U", "pau", "k", "I")) == ("s", "u", "k", "i")


def test_a_vowel_that_lasts_for_two_is_long_unless_it_was_heard_as_two() -> None:
    heard = [(0, "o"), (30, "k"), (35, "o"), (45, "a"), (70, "a"), (95, "pau")]
    assert drawn_out(heard, 120) == ("o", "o", "k", "o", "a", "a", "pau")
    assert drawn_out([(0, "o"), (30, "u"), (40, "s"), (45, "U")], 50) == ("o", "u", "s", "U")
    assert drawn_out([(0, "n"), (4, "e")], 30) == ("n", "e", "e")
    assert drawn_out([], 30) == ()


def test_readings_and_texts_are_brought_to_one_form() -> None:
    assert reading("オペレータワ、スデニ。") == "オペレータワスデニ"
    assert reading("PBX") == ""
    assert plain("ＡＢ、はい。 １２") == "abはい12"


@given(st.text(max_size=30))
def test_no_transcript_breaks_the_score(text: str) -> None:
    plain(text)
    kana = reading(text)
    assert not kana or morae_of(sounds_of(kana))


@given(st.lists(st.sampled_from(("a", "o", "u", "e", "i", "k", "N", "cl", "pau", "U", "sh")), max_size=20))
def test_any_phonemes_have_morae(phonemes: list[str]) -> None:
    assert (not morae_of(phonemes)) == (not plain_phonemes(phonemes))


def test_folders_that_cannot_be_scored_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"no transcripts\.tsv"):
        rows_of(tmp_path)
    (tmp_path / "transcripts.tsv").write_text("file\ttext\na.flac\tあ\n", encoding="utf-8")
    with pytest.raises(FolderError, match="kana"):
        rows_of(tmp_path)
    (tmp_path / "transcripts.tsv").write_text(HEADER + "a.flac\t8000\tone\tあ\tア\n", encoding="utf-8")
    with pytest.raises(FolderError, match=r"a\.flac"):
        rows_of(tmp_path)
    (tmp_path / "transcripts.tsv").write_text(HEADER + "a.flac\t8000\tone\tあ\n", encoding="utf-8")
    with pytest.raises(FolderError, match=r"line 2: it lacks columns"):
        rows_of(tmp_path)
    (tmp_path / "transcripts.tsv").write_bytes("file\ttext\n".encode("utf-16"))
    with pytest.raises(FolderError, match=r"not UTF-8"):
        rows_of(tmp_path)
    done = CliRunner().invoke(app, ["score-speech", str(tmp_path), "--codec", "mp3"])
    assert done.exit_code == 2
    assert "pcmu" in done.output
