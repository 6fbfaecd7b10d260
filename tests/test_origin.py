"""That the weights in the repository are those that its lines, settings and code give: stale ones are noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from nlu.train import split
from nlu.train.learnt import WEIGHTS, Learnt, learnt_from, marks_of, sign
from nlu.train.origin import FILES, NLU, TRAINERS, Origin, origin, read, settings

ANEW = "the stored weights are stale; learn them anew: python -m nlu.train"
LEAST_ALIKE = 0.9
"""Share of the lines looked at in which the code must see what it saw when the weights were learnt."""


@pytest.mark.parametrize("part", WEIGHTS)
def test_weights_come_from_the_lines_and_settings_of_today(part: str) -> None:
    path = WEIGHTS[part]
    stored, now = read(marks_of(path)), origin(part, learnt_from(path))
    assert stored.lines == now.lines, f"{ANEW} {part}"
    assert len(stored.looks) == len(now.looks)
    assert stored.alike(now) >= LEAST_ALIKE, f"{ANEW} {part}"


def copied(tmp_path: Path, part: str) -> tuple[Path, Path]:
    """The lines and the trainer of a part, to be changed."""
    lines, code = tmp_path / "lines", tmp_path / "nlu"
    for pattern in FILES[part]:
        for path in split.LINES.glob(pattern):
            (lines / path.relative_to(split.LINES)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, lines / path.relative_to(split.LINES))
    for name in TRAINERS[part]:
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(NLU / name, code / name)
    return lines, code


def test_a_line_or_a_figure_that_changes_is_noticed_and_a_comment_is_none(tmp_path: Path) -> None:
    lines, code = copied(tmp_path, "answers")
    before = origin("answers", Learnt.LEFT_OUT, lines, code)
    assert before == origin("answers", Learnt.LEFT_OUT)

    trainer = code / TRAINERS["answers"][0]
    written = trainer.read_text("utf-8")
    trainer.write_text("# said\n" + written, "utf-8")
    assert origin("answers", Learnt.LEFT_OUT, lines, code) == before
    trainer.write_text(written.replace("RIDGE = 1.0", "RIDGE = 1.5"), "utf-8")
    assert origin("answers", Learnt.LEFT_OUT, lines, code).lines != before.lines
    trainer.write_text(written, "utf-8")

    own = lines / "own_answers.jsonl"
    told = own.read_text("utf-8")
    own.write_text(told.replace("です", "だ", 1), "utf-8")
    assert origin("answers", Learnt.LEFT_OUT, lines, code).lines != before.lines


def test_held_out_lines_count_only_where_they_are_learnt_from(tmp_path: Path) -> None:
    lines, code = copied(tmp_path, "answers")
    marks = {learnt: origin("answers", learnt, lines, code).lines for learnt in Learnt}
    assert marks[Learnt.ALL] != marks[Learnt.LEFT_OUT]
    hidden = {row["id"] for row in split.measured("answers")}
    path = lines / "answers.jsonl"
    kept = [row for row in path.read_text("utf-8").splitlines() if not any(f'"{key}"' in row for key in hidden)]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    assert origin("answers", Learnt.LEFT_OUT, lines, code).lines == marks[Learnt.LEFT_OUT]


def test_settings_are_the_figures_at_the_head_of_a_module() -> None:
    source = 'FOLDS = 5\n"""Why."""\n_ROUNDS: int = 60  # a comment\nsmall = 1\ndef f() -> None:\n    INSIDE = 2\n'
    assert list(settings(source)) == ["FOLDS = 5", "_ROUNDS = 60"]


def test_marks_are_read_as_they_were_written_and_weights_without_them_are_stale(tmp_path: Path) -> None:
    marks = Origin("00ff", ("01", "02", "03"))
    assert read(str(marks)) == marks
    assert marks.alike(Origin("", ("01", "05", "03"))) == pytest.approx(2 / 3)
    path = tmp_path / "some.npz"
    np.savez_compressed(path, keys=np.arange(3))
    assert read(marks_of(path)) == Origin("", ())
    sign(path, Learnt.ALL, str(marks))
    assert (learnt_from(path), read(marks_of(path))) == (Learnt.ALL, marks)


def test_the_same_lines_give_the_same_weights(tmp_path: Path) -> None:
    pytest.importorskip("scipy", reason="learning needs the extra `train`")
    from nlu.train import fitting, reasons, samples

    few = samples.made(samples.own()[::40], "own")
    paths = [tmp_path / "one.npz", tmp_path / "other.npz"]
    for path in paths:
        reasons.save(reasons.trained(few, fitting.Trust(heat=1.0, doubted=0.7, network=0.5)), path)
        sign(path, Learnt.LEFT_OUT, "some")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with np.load(paths[0]) as stored:
        assert len(stored["keys"]) > 100
