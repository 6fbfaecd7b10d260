"""May this sound interrupt us?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from voice.floor import RULES, Scene, Verdict, judge

SPEAKING = Scene(speaking=True, protected=False, run_seconds=0.0, speech_seconds=0.0, backchannel=None)


@pytest.mark.parametrize(
    ("run", "total", "backchannel", "verdict"),
    [
        (0.0, 0.0, None, Verdict.IGNORE),
        (0.2, 0.2, None, Verdict.WAIT),
        (0.35, 0.35, None, Verdict.WAIT),
        (0.0, 0.35, True, Verdict.WAIT),
        (0.0, 0.35, False, Verdict.STOP),
        (0.55, 0.55, None, Verdict.STOP),
        (0.55, 0.9, True, Verdict.STOP),
        (0.3, 0.8, None, Verdict.WAIT),
        (0.3, 1.1, None, Verdict.STOP),
        (0.0, 1.1, True, Verdict.WAIT),
    ],
)
def test_backchannels_wait_and_speech_stops(
    run: float, total: float, backchannel: bool | None, verdict: Verdict
) -> None:
    scene = replace(SPEAKING, run_seconds=run, speech_seconds=total, backchannel=backchannel)
    assert judge(scene) is verdict
    assert judge(replace(scene, protected=True)) is Verdict.IGNORE
    assert judge(replace(scene, speaking=False)) is Verdict.IGNORE


def test_longer_speech_never_weakens_the_verdict() -> None:
    order = [Verdict.IGNORE, Verdict.WAIT, Verdict.STOP]
    verdicts = [order.index(judge(replace(SPEAKING, run_seconds=n / 50, speech_seconds=n / 50))) for n in range(60)]
    assert verdicts == sorted(verdicts)
    assert verdicts[int(RULES.run_seconds * 50)] == 2
