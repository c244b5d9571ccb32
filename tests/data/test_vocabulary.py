"""What the vocabulary of technologies promises, whatever reads it."""

import re
from collections import defaultdict

from tests.data.conftest import LANGUAGES, Rows, repeated

KEYS = {
    "slug", "broader", *(f"{part}_{language}" for part in ("label", "alt") for language in LANGUAGES)
}  # fmt: skip


def folded(label: str) -> str:
    return " ".join(label.casefold().replace("ё", "е").split())


def test_there_are_enough_technologies_in_three_languages(technologies: Rows) -> None:
    assert len(technologies) >= 120
    assert repeated([one["slug"] for one in technologies]) == set()
    for one in technologies:
        assert set(one) == KEYS, one["slug"]
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one["slug"])
        for language in LANGUAGES:
            label = one[f"label_{language}"]
            assert label == label.strip() != "", one["slug"]
            assert all(other == other.strip() != "" for other in one[f"alt_{language}"])


def test_technologies_go_by_other_names_and_abbreviations(technologies: Rows) -> None:
    with_others = {
        language: sum(bool(one[f"alt_{language}"]) for one in technologies) / len(technologies)
        for language in LANGUAGES
    }
    named = {
        folded(other): one["slug"]
        for one in technologies
        for language in LANGUAGES
        for other in one[f"alt_{language}"]
    }

    assert min(with_others.values()) > 0.75
    # Artificial intelligence, as DESIGN.md has it, and what colleges say every day.
    for short, slug in {"ии": "artificial-intelligence", "ai": "artificial-intelligence",
                        "жи": "artificial-intelligence", "ml": "machine-learning",
                        "чпу": "cnc", "iot": "internet-of-things"}.items():  # fmt: skip
        assert named[short] == slug


def test_no_label_names_two_technologies(technologies: Rows) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for one in technologies:
        for language in LANGUAGES:
            for label in (one[f"label_{language}"], *one[f"alt_{language}"]):
                named[folded(label)].add(one["slug"])

    assert {label: slugs for label, slugs in named.items() if len(slugs) > 1} == {}


def test_a_technology_has_no_label_twice_in_one_language(technologies: Rows) -> None:
    for one in technologies:
        for language in LANGUAGES:
            labels = [
                folded(label) for label in (one[f"label_{language}"], *one[f"alt_{language}"])
            ]
            assert repeated(labels) == set(), one["slug"]


def test_broader_terms_exist_and_never_lead_back(technologies: Rows) -> None:
    broader = {one["slug"]: one["broader"] for one in technologies}
    assert {slug for slugs in broader.values() for slug in slugs} <= broader.keys()
    # Whoever can be taken away once all that is broader is gone is in no circle.
    left = dict(broader)
    while free := [slug for slug, above in left.items() if not set(above) & left.keys()]:
        for slug in free:
            del left[slug]

    assert left == {}
    assert sum(bool(above) for above in broader.values()) > len(broader) / 2
