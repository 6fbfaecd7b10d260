"""Networks of the ear that are not there, or damaged, are told by name with what to install."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.engines import EngineError
from voice.engines.acoustic import DATA, wide_model
from voice.network import of_wheel, session


def test_a_network_runs_and_a_cut_one_is_told(tmp_path: Path) -> None:
    assert [one.name for one in session(DATA / "narrow.onnx").get_inputs()] == ["mel"]
    cut = tmp_path / "narrow.onnx"
    with pytest.raises(EngineError, match=r"narrow\.onnx is missing.*install the package anew"):
        session(cut)
    for size in (0, 1000, 1_000_000):
        cut.write_bytes((DATA / "narrow.onnx").read_bytes()[:size])
        with pytest.raises(EngineError, match=r"narrow\.onnx cannot be read .*install the package anew"):
            session(cut)


def test_a_wheel_s_network_is_found_and_a_missing_wheel_named() -> None:
    assert wide_model().is_file()
    for module, file in (("no_such_package", "model.onnx"), ("pydomino", "no_such_model.onnx")):
        with pytest.raises(EngineError, match=rf"{file} is missing: install the-wheel, whose"):
            of_wheel(module, file, "the-wheel")
