"""Networks of the ear, ready to run: each in the thread that asks it alone, without a word."""

from __future__ import annotations

from pathlib import Path

import onnxruntime


def session(path: Path) -> onnxruntime.InferenceSession:
    """The network in that file. Raises FileNotFoundError where there is none."""
    if not path.is_file():
        raise FileNotFoundError(f"The network {path.name} is missing beside the code: install the package anew.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
