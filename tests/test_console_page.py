"""The console's own parts in a real browser: the jitter buffer frame by frame, what is folded from the switchboard's
news, and the vendored htmx as its package has it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import Page, browser
from tests.website import nobody, run, website

News = dict[str, object]
STATIC = Path(__file__).parent.parent / "bot" / "web" / "static"

JITTER = """
import("/static/jitter.js").then(({ Jitter }) => {
  const frame = (level) => new Float32Array(320).fill(level);
  const jitter = new Jitter();
  const out = [];
  let sent = 0;
  const seen = [];
  for (const [pushes, pulls] of %s) {
    for (let n = 0; n < pushes; n += 1) jitter.push(frame((sent += 1) / 1000));
    for (let n = 0; n < pulls; n += 1) {
      const got = jitter.pull();
      out.push(got === null ? null : Math.round(got[160] * 1000 * 100) / 100);
    }
    seen.push([jitter.depth, jitter.frames.length]);
  }
  return JSON.stringify({ out, seen, concealed: jitter.concealed, dropped: jitter.dropped });
})
"""


def jitter(tmp_path: Path, steps: list[tuple[int, int]]) -> dict[str, Any]:
    """What the buffer gives when frames 1, 2, 3 … are pushed and pulled in these steps."""
    found: dict[str, Any] = {}

    async def test() -> None:
        async with website(nobody) as site, browser(tmp_path / "profile") as page:
            await page.open(f"{site.http}/phone")
            found.update(json.loads(await page.evaluate(JITTER % json.dumps(steps))))

    run(test)
    return found


def test_even_frames_are_played_in_order_after_a_short_fill(tmp_path: Path) -> None:
    found = jitter(tmp_path, [(1, 1)] * 50)
    assert found["out"][0] is None
    assert found["out"][1:] == list(range(1, 50))
    assert found["concealed"] == found["dropped"] == 0


def test_a_missing_frame_is_repeated_fading_then_silence_and_the_depth_grows(tmp_path: Path) -> None:
    found = jitter(tmp_path, [(2, 2), (0, 5), (1, 1), (1, 1), (1, 1)])
    assert found["out"][:2] == [1, 2]
    concealed = found["out"][2:5]
    assert concealed == sorted(concealed, reverse=True)
    assert 0 < concealed[-1] < concealed[0] < 2
    assert found["out"][5:9] == [None] * 4  # nothing is left to repeat; then the deeper buffer fills
    assert found["out"][9] == 3
    assert found["concealed"] == 3
    assert found["seen"][-1][0] == 3


def test_a_burst_is_worked_off_and_what_cannot_be_heard_in_time_is_dropped(tmp_path: Path) -> None:
    found = jitter(tmp_path, [(30, 1), *[(1, 1)] * 200])
    depth, waiting = found["seen"][-1]
    assert waiting <= depth + 2
    assert found["dropped"] > 20
    played = [level for level in found["out"] if level is not None]
    assert played == sorted(played)


def test_a_play_out_that_stands_still_keeps_a_second_at_most(tmp_path: Path) -> None:
    assert jitter(tmp_path, [(500, 0)])["seen"] == [[2, 50]]


FOLD = """
import("/static/console_state.js").then(({ emptyState, fold, listed, mineOf, wordsOf }) => {
  const state = emptyState();
  const signs = %s.map((news) => fold(state, news).map(({ sign, id, why }) => [sign, id ?? "", why ?? ""]));
  const ids = (calls) => calls.map((call) => call.call_id);
  const { ringing, mine, others } = listed(state);
  return JSON.stringify({
    signs,
    ringing: ids(ringing),
    mine: ids(mine),
    others: ids(others),
    over: [...state.over.keys()],
    words: wordsOf(state, "a").map(({ text, partial }) => [text, Boolean(partial)]),
  });
})
"""


def card(call_id: str, **changed: object) -> dict[str, object]:
    plain = {"call_id": call_id, "began": 1.0, "where": "receptionist", "operator": "", "mode": None}
    return {**plain, "waiting_since": None, **changed}


def snapshot(*calls: dict[str, object], ringing: tuple[str, ...] = ()) -> dict[str, object]:
    return {"kind": "Snapshot", "me": "sato", "operators": [], "calls": [*calls], "ringing": [*ringing]}


def said(n: int, text: str, partial: bool) -> dict[str, object]:
    return {"kind": "Said", "call_id": "a", "n": n, "at": 0.0, "who": "客", "text": text, "partial": partial}


@pytest.fixture(scope="module")
def fold(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Folds each list of news in a page, and tells what is then known."""
    profile = tmp_path_factory.mktemp("fold")
    asked: list[list[dict[str, object]]] = [case for case, _ in CASES]
    answers: list[dict[str, Any]] = []

    async def test() -> None:
        async with website(nobody) as site, browser(profile) as page:
            await page.open(f"{site.http}/phone")
            answers.extend([await _folded(page, news) for news in asked])

    run(test)
    return lambda number: answers[number]


async def _folded(page: Page, news: list[dict[str, object]]) -> dict[str, Any]:
    return dict(json.loads(await page.evaluate(FOLD % json.dumps(news))))


RANG: News = {"kind": "Rang", "call_id": "a", "reason": "苦情", "until": 9.0}
TAKEN: News = {"kind": "Taken", "call_id": "a", "mode": "text"}
OTHER: News = {"kind": "RingStopped", "call_id": "a", "why": "taken", "by": "鈴木"}
ENDED: News = {"kind": "CallEnded", "call_id": "a", "why": "caller"}
CASES: list[tuple[list[dict[str, object]], dict[str, object]]] = [
    ([snapshot(card("b", began=2.0), card("a"))], {"others": ["a", "b"], "ringing": [], "mine": []}),
    ([snapshot(card("a"), ringing=("a",))], {"ringing": ["a"], "signs": [[["rang", "a", ""], ["fresh", "", ""]]]}),
    ([snapshot(card("a")), RANG, RANG], {"ringing": ["a"], "signs": [[["fresh", "", ""]], [["rang", "a", ""]], []]}),
    ([snapshot(card("a")), RANG, TAKEN], {"ringing": [], "mine": ["a"], "others": []}),
    ([snapshot(card("a")), RANG, OTHER], {"ringing": [], "mine": [], "others": ["a"]}),
    ([snapshot(card("a")), OTHER], {"signs": [[["fresh", "", ""]], []]}),
    ([snapshot(card("a")), RANG, TAKEN, ENDED], {"mine": [], "others": [], "over": ["a"]}),
    ([snapshot(card("a")), TAKEN, snapshot()], {"over": ["a"], "mine": []}),
    ([snapshot(card("a", operator="sato", where="returning"))], {"mine": ["a"]}),
    ([snapshot(card("a", operator="sato", where="transferred"))], {"mine": [], "others": ["a"]}),
    ([snapshot(card("a", operator="suzuki", where="held", consulting="sato"))], {"mine": ["a"]}),
    ([said(0, "もし", True), said(0, "もしもし", False), said(0, "遅", True)], {"words": [["もしもし", False]]}),
    ([said(1, "次", False), said(0, "先", True)], {"words": [["先", True], ["次", False]]}),
    ([{"kind": "Unheard of"}], {"signs": [[]]}),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_news_are_folded(fold: Any, number: int) -> None:
    found = fold(number)
    expected = CASES[number][1]
    assert {name: found[name] for name in expected} == expected


def test_htmx_is_the_one_of_its_package() -> None:
    told, name = (STATIC / "htmx.sha256").read_text("ascii").split()
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == told
    assert "0BSD" in (STATIC / "htmx.md").read_text("utf-8")
