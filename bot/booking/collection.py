"""One CalDAV collection (RFC 4791): its events in a stretch of time, and single ones written or deleted.

Rule: nothing is overwritten unseen unless that is asked for: a new file is written only where there is none, a known
one only as it was last seen (`If-None-Match`, `If-Match`). Requests go to the collection's own host alone, whatever its
answers say. Raises httpx.HTTPError, and ParseError on an answer that is no XML. Left out: what the events mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

import httpx

ANSWER_SECONDS = 20.0
"""Patience with the server; nobody waits for it on the telephone."""

SUFFIX = ".ics"
_DAV, _CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:prop><d:getetag/><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">
<c:time-range start="{start}" end="{end}"/>
</c:comp-filter></c:comp-filter></c:filter>
</c:calendar-query>"""


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a collection."""

    href: str
    """Its path on the server."""
    etag: str
    text: str
    """iCalendar."""


class Collection:
    """A collection that we may write to."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = httpx.URL(url if url.endswith("/") else f"{url}/")
        auth = httpx.BasicAuth(user, password) if user else None
        self._client = httpx.AsyncClient(auth=auth, timeout=ANSWER_SECONDS, trust_env=False)

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def list(self, since: float, until: float) -> list[Item]:
        """The files whose events touch that stretch of time (seconds since the epoch)."""
        query = _QUERY.format(start=_stamp(since), end=_stamp(until))
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        answer = await self._client.request("REPORT", self._url, content=query.encode(), headers=headers)
        answer.raise_for_status()
        found = []
        for response in ElementTree.fromstring(answer.content).iter(f"{_DAV}response"):
            href = response.findtext(f"{_DAV}href", "").strip()
            text = response.findtext(f".//{_CALDAV}calendar-data", "")
            if href and text:
                found.append(Item(httpx.URL(href).raw_path.decode("ascii"), _etag(response), text))
        return found

    async def put(self, name: str, content: bytes, etag: str | None) -> str:
        """Write a file: a new one of that name (`etag` ""), the one at that path as it was seen, or whatever is there
        (None). Its new etag; "" where the server does not tell."""
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"} if etag is not None else {}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = await self._client.put(self._place(name), content=content, headers=headers)
        answer.raise_for_status()
        return str(answer.headers.get("etag", ""))

    async def delete(self, href: str, etag: str) -> None:
        """Delete a file as it was seen; one that is gone already will do."""
        answer = await self._client.delete(self._place(href), headers={"If-Match": etag} if etag else {})
        if answer.status_code not in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            answer.raise_for_status()

    def _place(self, name: str) -> httpx.URL:
        if name.startswith("/"):
            return self._url.copy_with(raw_path=name.encode("ascii"))
        return self._url.join(f"{name}{SUFFIX}")


def _etag(response: ElementTree.Element) -> str:
    return response.findtext(f".//{_DAV}getetag", "").strip()


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y%m%dT%H%M%SZ")
