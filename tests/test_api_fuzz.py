"""Whatever is sent to the API, nobody gets an error of the server: schemathesis makes requests from its description.

Half of the requests keep to the description and half do not; half are about what exists and half about anything. As
each role over SQLite, and as an admin over PostgreSQL, which refuses texts that SQLite takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from tests.people import OURS, Browser, Town, browser, town
from tests.postgres import postgres

__all__ = ["postgres"]

EXISTING = {"call_id": OURS, "line_call_id": f"line-of-{OURS}", "key": "mori", "field": "purpose"}


def operations(at: Town) -> Iterator[Any]:
    """All that the description has."""
    described = at.app.openapi()
    # of the answers only the code counts here
    for found in schemathesis.openapi.from_dict(described).get_all_operations():
        assert isinstance(found, Ok), "the description is broken"
        yield found.ok()


def cases(operation: Any) -> st.SearchStrategy[Case[Any]]:
    """Requests as they should be and as they should not."""
    named = [part.strip("{}") for part in operation.path.split("/") if part.startswith("{")]
    existing = {name: EXISTING[name] for name in named}
    kinds: list[st.SearchStrategy[Case[Any]]] = [
        operation.as_strategy(generation_mode=mode, **fixed)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        for fixed in ({}, {"path_parameters": existing} if existing else {})
    ]
    return st.one_of(kinds)


async def answer(one: Browser, case: Case[Any]) -> httpx.Response:
    """What a browser gets that sends this."""
    asked = requests.Request(**case.as_transport_kwargs(base_url=str(one.client.base_url))).prepare()
    told = {name: str(value).encode("utf-8", "surrogatepass") for name, value in asked.headers.items()}
    headers = {name.encode("latin-1", "replace"): value for name, value in told.items()}
    headers[b"X-CSRF-Token"] = one.csrf.encode()
    body = asked.body.encode("utf-8", "surrogatepass") if isinstance(asked.body, str) else asked.body
    assert asked.method is not None
    assert asked.url is not None
    assert body is None or isinstance(body, bytes)
    return await one.client.request(asked.method, asked.url, headers=[*headers.items()], content=body)


@pytest.mark.parametrize(
    ("who", "database", "examples"),
    [("", "sqlite", 2), ("ono", "sqlite", 3), ("sato", "sqlite", 4), ("admin", "sqlite", 5), ("admin", "postgres", 4)],
)
def test_no_request_brings_an_error_of_the_server(
    tmp_path: Path, request: pytest.FixtureRequest, who: str, database: str, examples: int
) -> None:
    at = town(tmp_path / "denwaban.db" if database == "sqlite" else request.getfixturevalue("postgres"), tmp_path)
    count: list[int] = []

    async def test() -> None:
        async with browser(at, who) as one:
            loop = asyncio.get_running_loop()
            for operation in operations(at):
                await asyncio.to_thread(fuzz, operation, one, loop)

    def fuzz(operation: Any, one: Browser, loop: asyncio.AbstractEventLoop) -> None:
        @settings(
            max_examples=examples,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(cases(operation))
        def asked(case: Case[Any]) -> None:
            got = asyncio.run_coroutine_threadsafe(answer(one, case), loop).result()
            count.append(got.status_code)
            assert got.status_code < 500, (case.as_curl_command(), got.text)

        asked()

    asyncio.run(test())
    at.store.close()
    assert len(count) >= 20 * examples
    if who == "admin":
        assert set(count) >= {200, 404, 422}
