"""How well sales calls are told: rates of what is refused, probed and let through, for the trainer to print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nlu.meaning import SalesOutcome
from nlu.reasons import sales
from nlu.score.rates import Rate, share
from nlu.train import split
from nlu.train.sales_lines import WORTH, Line, by_signs, heard, network_odds, with_network


def _told(name: str, rate: Rate) -> None:
    value = "-" if rate.value is None else f"{rate.value:.3f}"
    print(f"  {name:34s}{value}  {rate.low:.3f}-{rate.high:.3f}  n {rate.n}")


def show(title: str, lines_: list[tuple[bool, SalesOutcome]]) -> None:
    """Rates of (whether it is sales, what was judged)."""
    certain, none = SalesOutcome.CERTAIN, SalesOutcome.NOT_SALES
    print(title)
    _told("refused of sales", share(done is certain for sells, done in lines_ if sells))
    _told("refused or probed of sales", share(done is not none for sells, done in lines_ if sells))
    _told("refused of others", share(done is certain for sells, done in lines_ if not sells))
    _told("probed of others", share(done is SalesOutcome.DOUBTFUL for sells, done in lines_ if not sells))


def crossed_rates(rows: list[Line], scores: Any, found: dict[str, float]) -> None:
    """Of lines that were not learnt from, nor by the network, by the signs and with the network."""

    def pair(row: Line, odds: float) -> tuple[bool, SalesOutcome]:
        probability = 1 / (1 + np.exp(-odds))
        if probability >= found["refused" if row.probed else "certain"]:
            return row.sells, SalesOutcome.CERTAIN
        doubt = not row.probed and probability >= found["doubtful"]
        return row.sells, SalesOutcome.DOUBTFUL if doubt else SalesOutcome.NOT_SALES

    def shown(title: str, some: Sequence[tuple[Line, float]]) -> None:
        show(title, [pair(row, odds) for row, odds in some])
        if hard := [pair(row, odds) for row, odds in some if row.hard]:
            show(f"{title}, hard", hard)

    told = network_odds(rows)
    for how, odds in (
        ("signs alone", by_signs(rows, scores, found)),
        ("network", with_network(rows, scores, told, found)),
    ):
        judged = list(zip(rows, odds.tolist(), strict=True))
        for probed, name in ((False, "openings apart"), (True, "answers")):
            for origin in WORTH:
                some = [
                    (row, one) for row, one in judged if row.apart and row.probed is probed and row.origin == origin
                ]
                if some:
                    shown(f"{name}, crossed, {how}, {origin}", some)


def held_out_rates() -> None:
    given, probes = split.measured("openings"), split.measured("probes")
    for name, openings in (("held out", given), ("held out, heard", heard("openings", given))):
        outcomes = [sales.judge_sales(row["text"], sales.plain_slots(row["text"])).outcome for row in openings]
        pairs = [(row["reason"] == "sales", done) for row, done in zip(openings, outcomes, strict=True)]
        show(f"openings, {name}", pairs)
        show(f"openings, {name}, hard", [pair for row, pair in zip(openings, pairs, strict=True) if row.get("hard")])
    for name, answers in (("held out", probes), ("held out, heard", heard("probes", probes))):
        outcomes = [sales.judge_probe(row["opening"], row["probe"], row["text"]).outcome for row in answers]
        show(f"probes, {name}", [(row["sales"], done) for row, done in zip(answers, outcomes, strict=True)])
