"""What the telephone's ear is taught with: texts, lines, labels, and that the sums behind them are right."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import numpy as np
import onnxruntime
import pyopenjtalk
import pytest

from voice.engines.acoustic import BLANK, DATA, Acoustics
from voice.engines.logmel import CARRIED_BINS, filters, log_mel, log_mel_of_line, narrow
from voice.engines.phonemes import transitions
from voice.engines.train import channel, corpus, lessons
from voice.engines.train.labels import columns, occupancy, path
from voice.engines.train.texts import RIVALS, SENTENCES, digits, family_names, for_training, utterance
from voice.engines.train.voices import Spoken, bent


def test_texts_follow_the_seed_and_the_held_out_half_is_never_said() -> None:
    one, same, other = Random(3), Random(3), Random(4)
    assert [utterance(one) for _ in range(30)] == [utterance(same) for _ in range(30)]
    assert [utterance(one) for _ in range(30)] != [utterance(other) for _ in range(30)]
    assert all(for_training(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines())


def test_held_out_surnames_sound_like_none_trained_on() -> None:
    trained, held_out = ({sound for _, sound in family_names(training)} for training in (True, False))
    assert len(trained) > 5000
    assert len(held_out) > 1000
    assert not trained & held_out


def _voice(seconds: float) -> channel.Samples:
    time = np.arange(int(seconds * 16_000)) / 16_000
    tone = sum(np.sin(2 * np.pi * hz * time) / hz for hz in (150, 450, 900, 1500, 2400, 5000))
    return np.asarray(tone * 100 * (np.sin(2 * np.pi * 3 * time) > 0), np.float32)


@pytest.mark.parametrize("seed", range(12))
def test_a_line_keeps_length_and_scale_and_follows_its_seed(seed: int) -> None:
    clean = _voice(1.3)
    line = channel.draw(np.random.default_rng(seed))
    once, again = (channel.carry(clean, line, np.random.default_rng(seed), [clean]) for _ in range(2))
    assert once.shape == (clean.size // 2,)
    assert np.array_equal(once, again)
    assert np.isfinite(once).all()
    assert 0 < np.abs(once).max() <= 1


def test_a_good_line_brings_the_voice_over_and_a_bad_one_noise() -> None:
    clean = _voice(1.0)
    good = channel.Line(60, 3700, 0.0, 0.5, "white", 60.0, False, 0.0, "", "mu", 0.0)
    wanted = np.fft.rfft(clean)[100:3000]

    def likeness(line: channel.Line) -> float:
        got = np.fft.rfft(channel.carry(clean, line, np.random.default_rng(1)))[100:3000]
        return float(np.abs(np.vdot(wanted, got)) / np.linalg.norm(wanted) / np.linalg.norm(got))

    assert likeness(good) > 0.99
    assert likeness(good._replace(law="a")) > 0.99
    assert likeness(good._replace(codec="GSM610")) > 0.8
    assert likeness(good._replace(snr_db=0.0)) < 0.9


def test_noise_about_the_caller_goes_through_the_handset_and_noise_on_the_wire_does_not() -> None:
    line = channel.Line(300, 3400, 0.0, 0.5, "white", 10.0, False, 0.0, "", "mu", 0.0)

    def share_below_the_band(around: bool) -> float:
        sound = channel.carry(_voice(1.0), line._replace(around=around), np.random.default_rng(1))
        power = np.abs(np.fft.rfft(sound)) ** 2
        return float(power[20:120].sum() / power.sum())

    assert share_below_the_band(True) < share_below_the_band(False) / 4


def test_an_exchange_cuts_more_sharply_than_a_handset_what_is_below_the_band() -> None:
    hum = np.sin(2 * np.pi * 150 * np.arange(16_000) / 16_000) + np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    handset = channel.Line(300, 3400, 0.0, 0.5, "white", 60.0, False, 0.0, "", "mu", 0.0)

    def hum_left(line: channel.Line) -> float:
        heard = np.abs(np.fft.rfft(channel.carry(hum.astype(np.float32), line, np.random.default_rng(1))))
        return float(heard[150] / heard[1000])

    assert hum_left(handset._replace(steep=30)) < hum_left(handset) / 4


def test_three_lines_in_four_are_noisy() -> None:
    lines = [channel.draw(np.random.default_rng(seed)) for seed in range(400)]
    noise = [line.snr_db for line in lines]
    assert channel.NOISY_DB[0] <= min(noise)
    assert channel.NOISY_DB[1] < max(noise) <= channel.QUIET_DB[1]
    assert 0.75 < np.mean(np.array(noise) < channel.NOISY_DB[1]) < 0.95


def test_digits_that_sound_alike_or_are_alike_often_follow_each_other() -> None:
    rows = [digits(Random(seed), 11) for seed in range(300)]
    pairs = [pair for row in rows for pair in pairwise(row)]
    assert {len(row) for row in rows} == {11}
    assert {digit for row in rows for digit in row} == set(range(10))
    assert 0.2 < np.mean([one == two for one, two in pairs]) < 0.4
    assert 0.25 < np.mean([two in RIVALS[one] for one, two in pairs]) < 0.5


def test_what_is_kept_of_recordings_is_read_back_and_kept_but_once(tmp_path: Path) -> None:
    said = [Spoken("", "", np.full(length, length % 100, np.int16)) for length in (1_500_000, 900_000, 40_000)]
    for _ in range(2):
        corpus.keep(tmp_path, "people", iter(said))
        shards = sorted(tmp_path.glob("*.npz"))
        assert [shard.name for shard in shards] == ["people-000.npz", "people-001.npz"]
    kept = [spoken for shard in shards for spoken in corpus.read_shard(shard)]
    assert [(one.phonemes, one.samples.size, int(one.samples[0])) for one in kept] == [
        ("", one.samples.size, int(one.samples[0])) for one in said
    ]


def test_people_s_recordings_come_as_they_are_and_bent_and_silence_is_left_out(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    from voice.engines.train.people import recordings

    for name, seconds in (("vm/hello", 1.0), ("silence/1", 1.0), ("long", 9.5), ("short", 0.1)):
        path = (tmp_path / name).with_suffix(".g722")
        path.parent.mkdir(exist_ok=True)
        with av.open(str(path), "w", format="g722") as file:
            stream = file.add_stream("g722", rate=16_000, layout="mono")
            tone = (8000 * np.sin(np.arange(int(seconds * 16_000)) * 0.2)).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(tone[None], layout="mono")
            frame.sample_rate = 16_000
            file.mux([*stream.encode(frame), *stream.encode(None)])
    sizes = [one.samples.size for one in recordings(tmp_path, Random(1))]
    assert len(sizes) == 6
    assert np.allclose(sizes[::2], [144_000, 8_000, 16_000], atol=400)
    assert all(0.8 < bent / whole < 1.25 and bent != whole for whole, bent in zip(sizes[::2], sizes[1::2], strict=True))


def test_where_no_text_is_known_what_the_wide_band_model_hears_is_the_lesson(tmp_path: Path) -> None:
    samples, rate = pyopenjtalk.tts("お電話ありがとうございます")
    corpus.keep(tmp_path, "people", iter([Spoken("", "", bent(samples / 32768, rate, 1.0))]))
    lessons.prepare(tmp_path / "people-000.npz", tmp_path / "lessons.npz", Acoustics())
    (lesson,) = lessons.load(tmp_path / "lessons.npz")
    said = "".join(transitions()[step][1] for step in lesson.steps)
    assert "deNwa" in said
    assert "arigato" in said
    assert lesson.told[0].shape[0] == lesson.heard[0].shape[0] == 1 + lesson.samples.size // 160


def test_features_of_a_line_are_those_of_the_same_sound_brought_up_to_16_khz() -> None:
    chance = np.random.default_rng(5)
    spectrum = np.zeros(8001, complex)
    spectrum[100:3900] = chance.standard_normal(3800) + 1j * chance.standard_normal(3800)
    wide = np.fft.irfft(spectrum, 16_000).astype(np.float32)
    line = (np.fft.irfft(spectrum[:4001], 8000) / 2).astype(np.float32)
    once, other = narrow(log_mel(wide)), log_mel_of_line(line)
    assert once.shape == other.shape == (101, 80)
    assert np.abs(once - other)[2:-2, 10:CARRIED_BINS].mean() < 0.02


def test_warped_filters_move_formants_and_leave_the_edge() -> None:
    centres = {warp: filters(warp).argmax(axis=0) for warp in (0.9, 1.0, 1.12)}
    middle = slice(20, 45)
    assert (centres[0.9][middle] > centres[1.0][middle]).all()
    assert (centres[1.12][middle] < centres[1.0][middle]).all()
    assert (centres[0.9][60:] == centres[1.0][60:]).all()


def _heard(frames: int, steps: dict[int, tuple[str, str]]) -> np.ndarray:
    rows = np.full((frames, BLANK + 1), -12.0, np.float32)
    rows[:, BLANK] = -0.05
    for at, step in steps.items():
        rows[at, columns()[step]] = -0.1
        rows[at, BLANK] = -3.0
    return rows


def test_the_path_takes_the_variant_that_was_heard() -> None:
    rows = _heard(60, {5: ("pau", "k"), 12: ("k", "U"), 20: ("U", "t"), 27: ("t", "o"), 50: ("o", "pau")})
    steps = path(rows, ["k", "u", "pau", "t", "o"])
    assert steps is not None
    assert [transitions()[step] for step in steps] == [
        ("pau", "k"), ("k", "U"), ("U", "t"), ("t", "o"), ("o", "pau"),
    ]  # fmt: skip
    assert path(rows[:3], ["k", "u", "t", "o"]) is None


def test_occupancy_is_that_of_all_ways_counted_one_by_one() -> None:
    rows = np.log(np.random.default_rng(2).dirichlet(np.ones(BLANK + 1), 6)).astype(np.float32)
    steps = np.array([columns()["pau", "a"], columns()["a", "i"], columns()["i", "pau"]])
    counted, whole = np.zeros((6, 3)), 0.0
    for frames in combinations(range(6), 3):
        rest = [frame for frame in range(6) if frame not in frames]
        chance = np.exp(rows[list(frames), steps].sum() + rows[rest, BLANK].sum())
        whole += chance
        counted[list(frames), range(3)] += chance
    assert np.allclose(occupancy(rows, steps), counted / whole, atol=1e-4)


def test_torch_counts_the_same_occupancy_in_a_batch_of_unequal_lengths() -> None:
    torch = pytest.importorskip("torch")
    from voice.engines.train.fit import occupancy as batched

    rows = np.log(np.random.default_rng(3).dirichlet(np.ones(BLANK + 1), (2, 12))).astype(np.float32)
    steps = [np.array([3, 40, 100, 7]), np.array([9, 2])]
    frames = [12, 8]
    filled = torch.zeros(2, 4, dtype=torch.int64)
    for row, one in enumerate(steps):
        filled[row, : len(one)] = torch.from_numpy(one)
    log = torch.from_numpy(rows)
    taken = log.gather(2, filled[:, None].expand(-1, 12, -1))
    real = torch.tensor([[True] * 4, [True, True, False, False]])
    share = batched(log[..., BLANK], taken, real, torch.tensor(frames))
    for row, one in enumerate(steps):
        wanted = occupancy(rows[row, : frames[row]], one)
        assert np.allclose(share[row, : frames[row], : len(one)], wanted, atol=1e-4)
    assert float(share[1, 8:].abs().sum() + share[1, :, 2:].abs().sum()) == 0.0


def test_the_rebuilt_network_is_the_wide_band_model() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from voice.engines.acoustic import wide_model
    from voice.engines.train.network import load

    noise = np.random.default_rng(1).integers(-3000, 3000, 16_000, dtype=np.int16).astype(np.float32) / np.float32(
        32768
    )
    model = onnxruntime.InferenceSession(str(wide_model()), providers=["CPUExecutionProvider"])
    steps, blank = model.run(None, {"input_waveform": noise[None]})
    wanted = np.concatenate((steps[0], blank[0][:, None]), axis=1)
    with torch.no_grad():
        mel = torch.from_numpy(log_mel(noise))
        got = torch.log_softmax(load(wide_model()).eval()(mel[None])[0], dim=1).numpy()
    assert np.abs(np.exp(got) - np.exp(wanted)).max() < 1e-4


def test_a_written_file_is_read_back_as_it_was_so_that_learning_can_go_on_from_it(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from voice.engines.train.export import export, read

    mel = np.random.default_rng(2).normal(-6, 2, (50, 80)).astype(np.float32)
    export(read(DATA / "narrow.onnx"), tmp_path / "again.onnx")
    first, again = (
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"mel": mel})[0]
        for path in (DATA / "narrow.onnx", tmp_path / "again.onnx")
    )
    assert np.abs(first - again).max() < 1e-4
