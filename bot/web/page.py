"""One page of HTML from its template, for nobody's store: what is on it may be somebody's words."""

from __future__ import annotations

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader

PRIVATE = {"Cache-Control": "no-store"}

_templates = Environment(loader=PackageLoader("bot.web", "pages"), autoescape=True)


def page(name: str, code: int = 200, **values: object) -> Response:
    """The template of that name, filled in."""
    return HTMLResponse(_templates.get_template(name).render(**values), code, headers=PRIVATE)
