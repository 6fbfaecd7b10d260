"""What whoever asks for a role tells of the matter: a dealing that there is, or a topic alone, which anybody may have.

Sellers do not know the name of the person whom they want, and name a topic that sounds like business (資料の件) or
claim an earlier talk. Suppliers, clients and authorities name what is between them and the company: an order, an
invoice, a visit, a day. Words alone decide; that somebody sells is for `sales` to say, once it was asked.
"""

from __future__ import annotations

from nlu.tables import DATA, expressions

_WORDS = expressions(DATA / "matter_words.tsv")


def names_dealing(matter: str) -> bool:
    """Whether the matter is one between the caller and the company."""
    return bool(_WORDS["dealing"].search(matter)) and not _WORDS["pitch"].search(matter)
