"""The score of understanding: a folder read and scored, and bad ones refused in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from nlu.score.heard import read_heard
from nlu.score.lines import FolderError, read_folder
from nlu.score.whole import Split, as_json, predictions, score
from nlu.train import split

Lines = dict[str, list[dict[str, Any]]]

MEMBERS = {"shop": {"faq": [{"q": ["駐車場はありますか"], "a": "ございます。"}], "beyond": ["値引き"]}}
LINES: Lines = {
    "openings": [
        {
            "id": "o1",
            "text": "複合機の料金の見直しのご案内でお電話しました",
            "reason": "sales",
            "urgent": False,
            "slots": {},
        },
        {
            "id": "o2",
            "text": "森下と申しますが、久保さんをお願いします",
            "reason": "person",
            "urgent": False,
            "slots": {"caller_name": "モリシタ", "staff": "クボ"},
            "hard": True,
        },
    ],
    "numbers": [
        {"id": "n1", "text": "ゼロ三の五五一二の三四八八です", "number": "0355123488", "answer": "given"},
        {"id": "n2", "text": "番号は教えたくありません", "number": "", "answer": "refuse"},
    ],
    "names": [{"id": "p1", "text": "森下です", "caller_name": "モリシタ"}],
    "companies": [
        {
            "id": "c1",
            "text": "株式会社ノース商会です",
            "company": "ノースショウカイ",
            "company_text": "株式会社ノース商会",
        }
    ],
    "times": [
        {
            "id": "t1",
            "now": "2026-11-21T10:30",
            "text": "明日の午後三時に二名で",
            "start": "2026-11-22T15:00",
            "party": 2,
        }
    ],
    "answers": [
        {"id": "a1", "asked": "森下様でいらっしゃいますね", "text": "はい、そうです", "answer": "yes"},
        {
            "id": "a2",
            "asked": "森下様でいらっしゃいますね",
            "text": "いえ、モリタです",
            "answer": "correct",
            "correction": "モリタ",
        },
    ],
    "probes": [
        {
            "id": "b1",
            "opening": "新しい担当の者ですが、ご挨拶で",
            "probe": "どのようなご用件でしょうか",
            "text": "先月納めた机の点検の日取りです",
            "sales": False,
        }
    ],
    "questions": [{"id": "q1", "company": "shop", "text": "駐車場はありますか", "entry": 0}],
}


def written(folder: Path, lines: Lines = LINES) -> Path:
    """The folder, with these lines in it."""
    for part, rows in lines.items():
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{part}.jsonl").write_text(text + "\n", encoding="utf-8")
    (folder / "members.json").write_text(json.dumps(MEMBERS), encoding="utf-8")
    return folder


def figures(folder: Path, lines: Lines = LINES) -> dict[str, Any]:
    return as_json(score(read_folder(written(folder, lines))))


def test_the_json_has_the_keys_that_were_agreed(tmp_path: Path) -> None:
    result = figures(tmp_path)
    assert set(result) == set(LINES)
    agreed = {
        "openings": {"n", "reason_accuracy", "sales", "urgent_f1", "slots"},
        "numbers": {"n", "exact", "given_exact"},
        "names": {"n", "exact"},
        "companies": {"n", "exact"},
        "times": {"n", "exact"},
        "answers": {"n", "accuracy", "correction_exact"},
        "probes": {"n", "sales_recall", "false_refusal_rate"},
        "questions": {"n", "answered", "wrong", "beyond_caught"},
    }
    for part, keys in agreed.items():
        assert keys | {"intervals", "trained_on"} <= set(result[part]), part
    sales = {"refused_recall", "refused_recall_hard", "caught_recall", "caught_recall_hard"}
    sales |= {"false_refusal_rate", "false_refusal_rate_hard", "probed_rate_non_sales"}
    assert sales <= set(result["openings"]["sales"])
    assert set(result["openings"]["slots"]["staff"]) == {"precision", "recall"}
    assert json.loads(json.dumps(result)) == result


def test_right_lines_score_and_wrong_labels_do_not(tmp_path: Path) -> None:
    good = figures(tmp_path)
    assert good["openings"]["reason_accuracy"] == good["numbers"]["exact"] == good["names"]["exact"] == 1
    assert good["companies"]["exact"] == good["answers"]["accuracy"] == good["answers"]["correction_exact"] == 1
    assert good["openings"]["slots"]["staff"] == {"precision": 1, "recall": 1}
    bad: Lines = json.loads(json.dumps(LINES))
    for row in bad["openings"]:
        row["reason"] = "delivery"
    bad["openings"][1]["slots"]["staff"] = "クボタ"
    bad["numbers"][0]["number"] = "0355123489"
    bad["names"][0]["caller_name"] = "モリタ"
    bad["companies"][0]["company"] = "サウスショウカイ"
    bad["answers"][1]["correction"] = "モリヤ"
    result = figures(tmp_path, bad)
    assert result["openings"]["reason_accuracy"] == result["names"]["exact"] == result["companies"]["exact"] == 0
    assert result["openings"]["slots"]["staff"] == {"precision": 0, "recall": 0}
    assert result["numbers"] | {"exact": 0.5, "given_exact": 0} == result["numbers"]
    assert result["answers"] | {"accuracy": 1, "correction_exact": 0} == result["answers"]
    assert result["openings"]["sales"]["false_refusal_rate"] == 0.5, "the sales call now counts as none"


def test_every_rate_has_its_interval_and_number(tmp_path: Path) -> None:
    openings = figures(tmp_path)["openings"]
    low, high, n = openings["intervals"]["sales.false_refusal_rate"]
    assert (low, n) == (0, 1)
    assert 0.7 < high < 0.8
    assert openings["intervals"]["reason_accuracy"][2] == openings["n"] == 2


def test_a_rate_of_nothing_is_none(tmp_path: Path) -> None:
    result = figures(tmp_path, {"openings": LINES["openings"][:1]})["openings"]
    assert result["sales"]["false_refusal_rate"] is None
    assert result["intervals"]["sales.false_refusal_rate"] == [0, 1, 0]


def test_parts_that_are_missing_are_left_out(tmp_path: Path) -> None:
    assert set(figures(tmp_path, {"names": LINES["names"]})) == {"names"}


def test_every_line_is_predicted(tmp_path: Path) -> None:
    lines = {part: rows for part, rows in LINES.items() if part != "questions"}
    found = predictions(score(read_folder(written(tmp_path, lines))))
    assert [each["id"] for each in found] == [row["id"] for rows in lines.values() for row in rows]
    assert found[4]["found"] == {"caller_name": "モリシタ"}


def test_lines_that_were_learnt_from_are_told_apart(tmp_path: Path) -> None:
    known = {**split.kept("names")[0], "id": "other"}
    result = figures(tmp_path, {"names": [known, *LINES["names"]]})["names"]
    assert (result["n"], result["trained_on"], result["seen"]["n"], result["unseen"]["n"]) == (2, 1, 1, 1)
    assert "seen" not in figures(tmp_path, {"names": LINES["names"]})["names"]


def test_held_out_lines_are_counted_and_not_shown(tmp_path: Path) -> None:
    hidden = {**split.measured("names")[0], "caller_name": "アリエナイ"}
    written(tmp_path, {"names": [hidden, *LINES["names"]]})
    (part,) = score(read_folder(tmp_path), Split.HELD_OUT)
    assert [mark.id for mark in part.marks] == [hidden["id"]]
    assert not part.marks[0].right
    assert part.worst == []
    (part,) = score(read_folder(tmp_path), Split.DEV)
    assert [mark.id for mark in part.marks] == ["p1"]


def test_what_was_heard_takes_the_place_of_what_was_written(tmp_path: Path) -> None:
    folder = read_folder(written(tmp_path))
    heard = tmp_path / "heard.txt"
    one = {"id": "p1", "text": "山下です", "kana": "ヤマシタデス", "alternatives": ["森下です"]}
    many = {"id": "n1", "readings": [{"text": "ゼロ三五五一二三四八八", "source": "number", "words": []}]}
    heard.write_text("\n".join(json.dumps(each) for each in (one, many)), encoding="utf-8")
    hearings = read_heard(heard)
    assert hearings["p1"].readings[0].alternatives == ("森下です",)
    result = as_json(score(folder, heard=hearings))
    assert set(result) == {"names", "numbers"}, "what nobody spoke is left out"
    assert (result["names"]["exact"], result["numbers"]["exact"]) == (0, 1)


@pytest.mark.parametrize(
    ("part", "line", "complaint"),
    [
        ("names", "{", "names.jsonl, line 2: not JSON"),
        ("names", "[]", "names.jsonl, line 2: not an object"),
        ("names", '{"id": "x", "text": "はい"}', 'names.jsonl, line 2: "caller_name" is missing'),
        ("names", '{"id": "x", "text": 3, "caller_name": ""}', '"text" is not text: 3'),
        ("names", '{"id": "p1", "text": "はい", "caller_name": ""}', 'the id "p1" is that of line 1 too'),
        (
            "openings",
            '{"id": "x", "text": "はい", "reason": "fun", "urgent": false, "slots": {}}',
            "\"reason\" is 'fun', not one of",
        ),
        ("openings", '{"id": "x", "text": "は", "reason": "sales", "urgent": 0, "slots": {}}', "not true or false: 0"),
        ("times", '{"id": "x", "now": "today", "text": "は", "start": "2026-11-21"}', "'today' is no date"),
        ("times", '{"id": "x", "now": "2026-11-21", "text": "は", "start": {"from": "2026-11-21"}}', "None is no date"),
        ("answers", '{"id": "x", "asked": "は", "text": "は", "answer": "maybe"}', "'maybe', not one of"),
        ("questions", '{"id": "x", "company": "bank", "text": "は", "entry": 0}', 'has no company "bank"'),
        ("questions", '{"id": "x", "company": "shop", "text": "は", "entry": 1}', '"entry" is 1, not 0 to 0'),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, part: str, line: str, complaint: str) -> None:
    path = written(tmp_path) / f"{part}.jsonl"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(FolderError) as error:
        read_folder(tmp_path)
    assert complaint in str(error.value)
    assert f"{part}.jsonl, line 2" in str(error.value)


def test_a_folder_without_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"holds none of openings\.jsonl, numbers\.jsonl"):
        read_folder(tmp_path)
    written(tmp_path, {"questions": LINES["questions"]})
    (tmp_path / "members.json").unlink()
    with pytest.raises(FolderError, match=r"members\.json is missing"):
        read_folder(tmp_path)


@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_no_file_makes_it_fall_over(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("lines")
    (folder / "names.jsonl").write_bytes(data)
    with pytest.raises(FolderError):
        read_folder(folder)


def test_the_command_prints_both_ways(tmp_path: Path) -> None:
    folder, kept = str(written(tmp_path)), tmp_path / "predictions.out"
    run = CliRunner().invoke(app, ["score", folder, "--json", "--only", "names", "--predictions", str(kept)])
    assert json.loads(run.stdout)["names"]["exact"] == 1
    assert json.loads(kept.read_text("utf-8"))["id"] == "p1"
    mislabelled = [{"id": "p2", "text": "森下です", "caller_name": "ベツジン"}]
    shown = CliRunner().invoke(app, ["score", str(written(tmp_path, {**LINES, "names": mislabelled}))])
    assert shown.exit_code == 0
    assert "ベツジン" in shown.stdout
    assert "reason_accuracy" in shown.stdout
    assert "wanted" in shown.stdout
    refused = CliRunner().invoke(app, ["score", str(tmp_path / "nowhere")])
    assert refused.exit_code == 2
