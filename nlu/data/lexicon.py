"""The entries of a compiled MeCab dictionary, for the scripts beside it that derive tables from one.

The file is a header of ten 32-bit numbers and the name of a character set, a double array, the tokens (16 bytes: ids,
cost, offset of the features), and the features, ended by zeros; little endian, UTF-8.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyopenjtalk
import unidic_lite

UNIDIC = Path(unidic_lite.DICDIR) / "sys.dic"
NAIST = Path(pyopenjtalk.__file__).parent / "dictionary" / "sys.dic"
HEAD_BYTES = 72
_TOKEN = np.dtype([("id", "<u2", 3), ("cost", "<i2"), ("feature", "<u4"), ("compound", "<u4")])


def entries(path: Path = UNIDIC) -> Iterator[tuple[int, list[str]]]:
    """(cost, features) of each entry, in the order of the file."""
    raw = path.read_bytes()
    *_, array_bytes, token_bytes, feature_bytes, _ = struct.unpack_from("<10I", raw)
    first = HEAD_BYTES + array_bytes
    table = np.frombuffer(raw, _TOKEN, count=token_bytes // _TOKEN.itemsize, offset=first)
    texts = raw[first + token_bytes : first + token_bytes + feature_bytes]
    for cost, place in zip(table["cost"].tolist(), table["feature"].tolist(), strict=True):
        yield cost, texts[place : texts.index(b"\0", place)].decode().split(",")
