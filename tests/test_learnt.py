"""What weights say they were learnt from, and that a score of held-out lines warns where it is no such thing."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from bot.score import Results, json_text, show
from nlu.score.whole import Part
from nlu.tables import rows
from nlu.train import split
from nlu.train.learnt import LINES, WEIGHTS, Learnt, learnt_from, seen, sign


def test_weights_are_read_as_before_they_were_signed(tmp_path: Path) -> None:
    arrays, table = tmp_path / "some.npz", tmp_path / "some.tsv"
    np.savez_compressed(arrays, keys=np.arange(5))
    table.write_text("# How it was made.\nsign\tyes\nno\t0.5\n", encoding="utf-8")
    before = rows(table)
    for path in (arrays, table):
        assert learnt_from(path) is Learnt.LEFT_OUT
        for learnt in (Learnt.ALL, Learnt.LEFT_OUT, Learnt.ALL):
            sign(path, learnt)
            assert learnt_from(path) is learnt
    with np.load(arrays) as stored:
        assert stored.files == ["keys"]
        assert stored["keys"].tolist() == [0, 1, 2, 3, 4]
    assert rows(table) == before
    assert table.read_text("utf-8").count("learnt from") == 1


def test_the_same_weights_signed_alike_are_the_same_file(tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        np.savez_compressed(tmp_path / name, keys=np.arange(5))
        sign(tmp_path / name, Learnt.ALL)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_all_that_is_learnt_is_signed_and_names_its_lines() -> None:
    assert set(WEIGHTS) == set(LINES)
    for path in WEIGHTS.values():
        assert learnt_from(path) in set(Learnt)
    assert {part for parts in LINES.values() for part in parts} <= set(split.PARTS)
    assert not seen("names"), "nothing is learnt from them"


def test_every_line_has_an_id_of_its_own() -> None:
    ids = [
        json.loads(row)["id"] for file in split.LINES.glob("*.jsonl") for row in file.read_text("utf-8").splitlines()
    ]
    assert not {one for one, times in Counter(ids).items() if times > 1}


def test_held_out_lines_are_learnt_from_only_where_it_is_said() -> None:
    hidden = {row["id"] for row in split.measured("openings")}
    assert hidden
    assert not hidden & {row["id"] for row in split.kept("openings")}
    with split.learning(every=True):
        assert hidden < {row["id"] for row in split.kept("openings")}
        with split.learning(every=False):
            assert not hidden & {row["id"] for row in split.kept("openings")}
        assert {row["id"] for row in split.measured("openings")} == hidden
    assert not hidden & {row["id"] for row in split.kept("openings")}


@pytest.mark.parametrize("known", [("probes",), ()])
def test_a_score_of_lines_that_were_learnt_from_says_so(known: tuple[str, ...]) -> None:
    results = Results((Part("probes", ()),), None, shown=False, seen=known)
    printed = io.StringIO()
    show(results, Console(file=printed, width=400), worst=0)
    assert ("learnt from the held-out lines of probes" in printed.getvalue()) is bool(known)
    assert ('"seen": true' in json_text(results)) is bool(known)
