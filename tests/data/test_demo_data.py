"""What the demo fair promises: its size, its languages, nobody's name, nothing real."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.data.conftest import DATA, LANGUAGES, Rows, read_lines, repeated

KAZAKH_ONLY = frozenset("әғқңөұүһі")
KEYS = {
    "code", "external_id", "college", "field", "kind", "technologies", "keywords", "hall", "stand",
    "creators", "team_size", "course", "seeking", "specialty_kk", "specialty_ru",
    *(f"{part}_{lang}" for part in ("title", "summary", "description") for lang in LANGUAGES),
}  # fmt: skip
KAZAKH_DICTIONARY = Path("/usr/share/hunspell/kk_KZ")


def languages_of(exhibit: dict[str, Any]) -> tuple[str, ...]:
    return tuple(language for language in LANGUAGES if f"title_{language}" in exhibit)


def share(exhibits: Rows, *languages: str) -> float:
    return sum(languages_of(one) == languages for one in exhibits) / len(exhibits)


def strings(value: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def test_the_fair_is_large_and_varied_enough(exhibits: Rows, colleges: Rows, fields: Rows) -> None:
    assert len(exhibits) >= 120
    assert len({one["college"] for one in exhibits}) >= 20
    assert len({one["field"] for one in exhibits}) >= 12
    assert {one["college"] for one in exhibits} <= {one["slug"] for one in colleges}
    assert {one["field"] for one in exhibits} <= {one["slug"] for one in fields}
    assert min(Counter(one["field"] for one in exhibits).values()) >= 5


def test_the_languages_are_shared_out_as_at_a_real_fair(exhibits: Rows) -> None:
    assert 0.28 <= share(exhibits, "ru") <= 0.40
    assert 0.20 <= share(exhibits, "kk") <= 0.31
    assert sum(len(languages_of(one)) >= 2 for one in exhibits) / len(exhibits) >= 0.25
    assert sum("en" in languages_of(one) for one in exhibits) >= 10
    assert sum(languages_of(one) == LANGUAGES for one in exhibits) >= 5


def test_each_language_has_a_title_a_summary_and_80_to_200_words(exhibits: Rows) -> None:
    for one in exhibits:
        parts = {key[:-3] for key in one if key[-3:] in ("_kk", "_ru", "_en")} - {"specialty"}
        assert parts == {"title", "summary", "description"}, one["code"]
        for language in languages_of(one):
            where = (one["code"], language)
            assert 3 <= len(one[f"title_{language}"]) <= 150, where
            assert 20 <= len(one[f"summary_{language}"]) <= 300, where
            assert 80 <= len(re.findall(r"\w+", one[f"description_{language}"])) <= 220, where
            # Numbers and units are words to the pattern above, not to a reader.
            assert 80 <= len(one[f"description_{language}"].split()) <= 200, where
            assert len(one[f"description_{language}"]) <= 5000, where


def test_each_text_is_in_the_language_it_is_kept_under(exhibits: Rows) -> None:
    for one in exhibits:
        for language in languages_of(one):
            letters = [c for c in one[f"description_{language}"].casefold() if c.isalpha()]
            kazakh = sum(c in KAZAKH_ONLY for c in letters) / len(letters)
            latin = sum("a" <= c <= "z" for c in letters) / len(letters)
            where = (one["code"], language, kazakh, latin)
            # In Kazakh every sixth letter or so is one that Russian lacks; names bring a few.
            assert (kazakh > 0.08) == (language == "kk"), where
            assert (latin > 0.5) == (language == "en"), where


def test_each_exhibit_has_what_a_visitor_needs(exhibits: Rows, technologies: Rows) -> None:
    known = {one["slug"] for one in technologies}
    kinds = {"product", "prototype", "software", "programme", "research", "craft", "service"}
    for one in exhibits:
        assert one["kind"] in kinds, one["code"]
        assert 1 <= len(one["technologies"]) <= 10, one["code"]
        assert set(one["technologies"]) <= known, one["code"]
        assert repeated(one["technologies"]) == set(), one["code"]
        assert len(one["keywords"]) <= 10, one["code"]
        assert 1 <= one["course"] <= 4, one["code"]
        assert set(one["seeking"]) <= {"internship", "pilot", "investment", "hackathon"}
    assert {one["kind"] for one in exhibits} == kinds


def test_each_stand_is_in_a_hall_and_holds_one_exhibit(
    exhibits: Rows, edition: dict[str, Any]
) -> None:
    assert {one["hall"] for one in exhibits} == {hall["slug"] for hall in edition["halls"]}
    assert repeated([one["stand"] for one in exhibits]) == set()
    for one in exhibits:
        assert re.fullmatch(rf"{one['hall']}-\d\d", one["stand"]), one["code"]


def test_codes_are_unique_and_without_letters_that_are_mistaken(exhibits: Rows) -> None:
    codes = [one["code"] for one in exhibits]

    assert repeated(codes) == set()
    assert all(re.fullmatch("[2-9A-HJ-KM-NP-Z]{6}", code) for code in codes)
    assert repeated([one["external_id"] for one in exhibits]) == set()


def test_creators_are_roles_and_nobody_is_named(exhibits: Rows) -> None:
    initials = re.compile(r"\b[^\W\d_]\.\s?[^\W\d_]\.\s?[^\W\d_]{3,}")
    patronymic = re.compile(
        r"\b[А-ЯЁӘҒҚҢӨҰҮҺІ]\w+\s[А-ЯЁӘҒҚҢӨҰҮҺІ]\w+(?:ович|евич|овна|евна|ұлы|қызы|улы|кызы)\b"
    )
    for one in exhibits:
        assert set(one) <= KEYS, one["code"]
        assert set(one["creators"]) <= {"author", "presenter", "supervisor"}, one["code"]
        assert one["creators"].count("author") >= 1, one["code"]
        for text in strings(one):
            assert not initials.search(text), (one["code"], text)
            assert not patronymic.search(text), (one["code"], text)


def test_specialties_are_names_and_never_codes(exhibits: Rows, colleges: Rows) -> None:
    taught = {(college["slug"], name) for college in colleges for name in college["specialties_ru"]}
    for one in exhibits:
        assert (one["college"], one["specialty_ru"]) in taught, one["code"]
        assert not re.search(r"\d", one["specialty_ru"] + one["specialty_kk"]), one["code"]
    for college in colleges:
        names = [name for lang in LANGUAGES for name in college[f"specialties_{lang}"]]
        assert not any(re.search(r"\d", name) for name in names), college["slug"]
        assert len({len(college[f"specialties_{language}"]) for language in LANGUAGES}) == 1


def test_colleges_can_be_reached_only_where_nobody_real_is(colleges: Rows) -> None:
    """The colleges are invented: so are their telephones, and `.example` belongs to nobody."""
    assert repeated([one["slug"] for one in colleges]) == set()
    for language in LANGUAGES:
        names = [one[f"name_{language}"].casefold() for one in colleges]
        assert repeated(names) == set()
        # A name of its own in quotes, which the organizers' list of real colleges doesn't have.
        assert language == "en" or all(re.search("«.+»", name) for name in names)
    for one in colleges:
        assert re.fullmatch(r"\+7 727 000-00-\d\d", one["phone"]), one["slug"]
        assert one["email"].endswith(".example"), one["slug"]
        for address in (one["site"], one["study_url"]):
            assert re.fullmatch(r"https://[a-z-]+\.example(/[a-z]+)?", address), one["slug"]


@pytest.mark.parametrize(
    "path", sorted(DATA.rglob("*.json*")), ids=lambda path: str(path.relative_to(DATA))
)
def test_texts_are_composed_and_free_of_invisible_characters(path: Path) -> None:
    rows = read_lines(path) if path.suffix == ".jsonl" else [path.read_text("utf-8")]
    for text in strings(rows):
        assert unicodedata.is_normalized("NFC", text), text
        # Control, format (direction marks, zero widths), surrogate, private and unassigned.
        odd = {c for c in text if unicodedata.category(c).startswith("C") and c != "\n"}
        assert odd == set(), text


def test_titles_and_summaries_are_one_line(exhibits: Rows) -> None:
    for one in exhibits:
        for language in languages_of(one):
            text = one[f"title_{language}"] + one[f"summary_{language}"]
            assert text.split() == text.split(" "), one["code"]


def kazakh_words(value: Any, *, inside: bool = False) -> Iterator[str]:
    """The Cyrillic words of every Kazakh text in a value.

    A compound gives its parts. An ending added to a number or to a Latin name keeps its hyphen
    (22-сінде gives -сінде): it is no word by itself.
    """
    if isinstance(value, dict):
        for key, part in value.items():
            yield from kazakh_words(part, inside=inside or key.endswith("_kk"))
    elif isinstance(value, list):
        for part in value:
            yield from kazakh_words(part, inside=inside)
    elif inside and isinstance(value, str):
        for compound in re.findall(r"[^\W_]+(?:[-‑][^\W_]+)*", value):
            before = ""
            for part in re.split("[-‑]", compound):
                if re.fullmatch("[а-яёәғқңөұүһі]{2,}", part.lower()):
                    bare = not before or re.search("[а-яёәғқңөұүһі]", before.lower())
                    yield part if bare else f"-{part}"
                before = part


def test_kazakh_words_are_taken_apart_as_a_reader_does() -> None:
    text = "3D-принтерде 22-сінде ашып-жабатын IT-колледжі, 400 г «Қоқыс»."

    assert list(kazakh_words({"title_kk": [text], "title_ru": "Мусор", "a": "б"})) == [
        "-принтерде", "-сінде", "ашып", "жабатын", "-колледжі", "Қоқыс"
    ]  # fmt: skip


def test_reviewed_kazakh_words_are_sorted_and_unique() -> None:
    words = (DATA / "demo" / "kazakh_words.txt").read_text("utf-8").splitlines()

    assert words == sorted({word.lower() for word in words})
    assert all(re.fullmatch("-?[а-яёәғқңөұүһі]+(?:-[а-яёәғқңөұүһі]+)*", word) for word in words)


def test_every_kazakh_word_is_known_or_reviewed(
    exhibits: Rows, colleges: Rows, fields: Rows, edition: dict[str, Any]
) -> None:
    """A word that neither Hunspell nor a reader knows is a mistake until somebody reviews it.

    If the word is right, add it to data/demo/kazakh_words.txt; if not, mend the text.
    """
    if not KAZAKH_DICTIONARY.with_suffix(".dic").exists():
        pytest.skip("Hunspell's Kazakh dictionary isn't here; `apt-get install hunspell-kk`.")
    spylls = pytest.importorskip(
        "spylls.hunspell", reason="spylls isn't installed; requirements-dev.txt brings it."
    )
    dictionary = spylls.Dictionary.from_files(str(KAZAKH_DICTIONARY))
    reviewed = set((DATA / "demo" / "kazakh_words.txt").read_text("utf-8").splitlines())
    # Keywords stand in one list; those with a letter that only Kazakh has are Kazakh.
    keywords = [word for one in exhibits for word in one["keywords"] if KAZAKH_ONLY & set(word)]
    words = set(kazakh_words([exhibits, colleges, fields, edition, {"keywords_kk": keywords}]))

    def known(word: str) -> bool:
        bare = word.removeprefix("-")
        return bool(
            {word.lower(), bare.lower()} & reviewed
            or dictionary.lookup(bare)
            or dictionary.lookup(bare.lower())
        )

    assert len(words) > 3000
    assert sorted(word for word in words if not known(word)) == []


def test_the_showcases_are_in_three_languages_and_of_exhibits_there_are(exhibits: Rows) -> None:
    rows = read_lines(DATA / "demo" / "showcases.jsonl")
    codes = {one["code"] for one in exhibits}

    assert len(rows) == 3
    for one in rows:
        pinned = [pin["code"] for pin in one["pins"]]
        assert {*pinned, one["cover"]} <= codes
        assert len(set(pinned)) == len(pinned)
        assert one["cover"] in pinned
        for part in ("title", "introduction"):
            assert all(one[f"{part}_{language}"] for language in LANGUAGES)
            assert KAZAKH_ONLY & set(one[f"{part}_kk"].casefold())
        for pin in one["pins"]:
            said = [language for language in LANGUAGES if f"note_{language}" in pin]
            assert said in ([], list(LANGUAGES))
