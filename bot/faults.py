"""Where the program went wrong, told without a caller's words: kinds and places only."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path


def places(fault: BaseException) -> Iterator[str]:
    """Kind and place of each fault; not its text, which may hold the caller's words."""
    if isinstance(fault, BaseExceptionGroup):
        for each in fault.exceptions:
            yield from places(each)
        return
    frames = traceback.extract_tb(fault.__traceback__)[-3:]
    yield f"{type(fault).__name__} at " + " > ".join(f"{Path(each.filename).name}:{each.lineno}" for each in frames)
