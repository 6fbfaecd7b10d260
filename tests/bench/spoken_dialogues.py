"""How many written calls that end right in text still do through the whole audio path, and what the others lost.

Run `python -m tests.bench.spoken_dialogues FOLDER [--limit N] [--split dev] [OUT.json]` on a folder with
dialogues.jsonl and members.json. Each call is played in text, then spoken on virtual time as `denwaban rehearse
--dialogues` does, and judged alike; it goes into the file as soon as it is over, and one that is there already is not
placed again. Kept are the calls' names and the fields that came out wrong, none of the words.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.company.member_list import MEMBERS, read_members
from bot.company.members import write_members
from bot.rehearsal.dialogue import rehearse_dialogue
from bot.simulation.score import chosen, read_dialogues, score_dialogues
from tests.bench._judged import interval

COMMON = Path(__file__).parent.parent.parent / "scripts" / "common.toml"
OUT = Path(__file__).with_suffix(".json")
SEED = 1

Call = dict[str, Any]
"""Of one call: "text" and "spoken", the fields that were wrong."""


def fields(wrong: Sequence[str]) -> list[str]:
    """Of what is not as expected, without the words."""
    return sorted({each.split(":")[0] for each in wrong})


def summary(calls: Mapping[str, Call]) -> dict[str, Any]:
    """The figures."""
    text = [call for call in calls.values() if not call["text"]]
    both = sum(not call["spoken"] for call in text)
    lost = Counter(field for call in text for field in call["spoken"])
    return {
        "calls": len(calls),
        "right in text": len(text),
        "right when spoken": sum(not call["spoken"] for call in calls.values()),
        "right when spoken, of those right in text": both,
        "interval": interval(both, len(text)) if text else [],
        "what the others lost": dict(lost.most_common()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what written calls come to when they are spoken.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="only so many of the calls; 0 = all")
    parser.add_argument("--split", default="all", help="all, dev or held-out")
    parser.add_argument("out", nargs="?", type=Path, default=OUT)
    options = parser.parse_args()
    rows = chosen(read_dialogues(options.folder), options.split)
    text = {each.id: fields(each.wrong) for each in score_dialogues(options.folder, COMMON, options.split)}
    with tempfile.TemporaryDirectory(prefix="denwaban-") as place:
        root = Path(place) / "scripts"
        write_members(read_members(options.folder / MEMBERS), root, COMMON)
        for row in rows[: options.limit or None]:
            calls: dict[str, Call] = json.loads(options.out.read_text("utf-8"))["each"] if options.out.is_file() else {}
            if row["id"] in calls:
                continue
            folder = Path(place) / row["id"]
            folder.mkdir()
            spoken = rehearse_dialogue(root, row, SEED, folder, lambda _said: None)
            calls[row["id"]] = {"text": text[row["id"]], "spoken": fields(spoken.scored.wrong)}
            print(f"  {row['id']}: {calls[row['id']]}", flush=True)
            whole = summary(calls) | {"load_average": round(os.getloadavg()[0], 1), "each": calls}
            options.out.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
