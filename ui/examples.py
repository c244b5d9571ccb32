"""Queries to offer someone who has asked nothing yet: words that this fair's exhibits go by."""

from collections.abc import Iterable
from itertools import zip_longest

from catalog.languages import language_of
from catalog.records import ExhibitRecord

SHORTEST, LONGEST = 5, 24


def example_queries(exhibits: Iterable[ExhibitRecord], language: str, count: int) -> list[str]:
    """Up to ``count`` keywords in ``language``, each of another field, the same ones every time."""
    by_field: dict[str, list[str]] = {}
    for exhibit in sorted(exhibits, key=lambda exhibit: exhibit.code):
        # A Kazakh word without Kazakh letters looks Russian: trust only what the texts say too.
        certain = set(exhibit.texts) == {language} or language == "kk"
        for keyword in exhibit.keywords if language in exhibit.texts and certain else ():
            if SHORTEST <= len(keyword) <= LONGEST and language_of(keyword) == language:
                by_field.setdefault(exhibit.field.slug if exhibit.field else "", []).append(keyword)
                break
    rounds = zip_longest(*(by_field[field] for field in sorted(by_field)))
    spread = [keyword for turn in rounds for keyword in turn if keyword]
    return list(dict.fromkeys(spread))[:count]
