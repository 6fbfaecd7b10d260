"""Did the call come to what its plan expects? Every way in which it did not, in words. Pure.

Rule: judged are the report as it was written and the receptionist's words; nothing else of hers is seen. A plan's key
that is left out is not judged; a call without a report fails, whatever was expected.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.rehearsal.plan import Expectations, Plan
from bot.rehearsal.play import Played
from bot.reporting.account import Account
from nlu.kana import canonical

_OUTCOMES_WITHOUT_MAIL = ("nothing",)


def failures(plan: Plan, played: Played, account: Account | None) -> list[str]:
    """Empty where the call passed."""
    expects = plan.written.expects
    found = list(_words(expects, "".join(played.words)))
    if played.ended == "gave up":
        found.append("the caller gave up: the call did not come to an end")
    if account is None:
        return [*found, "no report: the receptionist did not finish the call"]
    return [*found, *_outcome(expects, account), *_facts(expects, account), *_promises(expects, account)]


def _words(expects: Expectations, words: str) -> Iterator[str]:
    if not words:
        yield "the receptionist said nothing"
    for text in expects.must_say:
        if text not in words:
            yield f"never said: {text}"
    for text in expects.must_not_say:
        if text in words:
            yield f"should not have said: {text}"


def _outcome(expects: Expectations, account: Account) -> Iterator[str]:
    if account.outcome != expects.outcome:
        yield f"outcome: expected {expects.outcome}, reported {account.outcome}"
    if expects.outcome not in _OUTCOMES_WITHOUT_MAIL and not account.text:
        yield "no mail was written"


def _facts(expects: Expectations, account: Account) -> Iterator[str]:
    wanted = {"name": expects.name, "company": expects.company, "staff": expects.staff}
    for key, value in (*wanted.items(), ("number", "-".join(expects.number) or None)):
        fact = account.facts.get(key)
        got = fact.value if fact else ""
        if value is not None and not _same(key, value, got):
            yield f"{key}: expected {value}, reported {got or 'nothing'}"
        elif value is not None and account.text and not _shown(key, got, account.text):
            yield f"{key}: {got} is not in the mail"
    for item, status in expects.status.items():
        fact = account.facts.get(item)
        if fact is None or fact.status != status:
            yield f"{item}: expected {status}, reported {fact.status if fact else 'not heard'}"


def _promises(expects: Expectations, account: Account) -> Iterator[str]:
    if expects.urgent is not None and account.urgent is not expects.urgent:
        yield f"urgent: expected {expects.urgent}, reported {account.urgent}"
    if expects.callback_promised is not None and account.callback_promised is not expects.callback_promised:
        yield f"callback_promised: expected {expects.callback_promised}, reported {account.callback_promised}"
    for text in expects.told:
        if not any(text in told for told in account.told):
            yield f"told: expected {text}, reported {'、'.join(account.told) or 'nothing'}"
    gist = account.facts["purpose"].value if "purpose" in account.facts else ""
    for text in expects.purpose:
        if text not in gist:
            yield f"purpose: expected {text}, reported {gist or 'nothing'}"


def _same(key: str, expected: str, got: str) -> bool:
    """A number by its digits, a name by its sound."""
    if key == "number":
        return expected.replace("-", "") == got.replace("-", "")
    if key == "staff":
        return expected == got
    return bool(got) and canonical(expected) == canonical(got)


def _shown(key: str, value: str, text: str) -> bool:
    return value.replace("-", "") in text.replace("-", "") if key == "number" else value in text
