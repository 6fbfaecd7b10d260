"""`make bench`: every measurement in turn, or those that are named (`python -m tests.bench calls`).

Each is a module of its own and a process of its own, so that none disturbs another, and writes its results as
JSON beside itself. Those that need the shared data (DENWABAN_SHARED) say so and are left out without it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ON_SHARED_DATA = frozenset({"acoustic", "dictation"})


def main(names: list[str]) -> int:
    """Run the named measurements, all if none is named; the number of those that failed."""
    known = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"no such measurement: {', '.join(unknown)}; there are {', '.join(known)}")
    failed = 0
    for name in names or known:
        if name in ON_SHARED_DATA and not os.environ.get("DENWABAN_SHARED"):
            print(f"{name}: left out; set DENWABAN_SHARED to the folder of the shared data to measure it")
            continue
        print(f"{name}:", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
