from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from ui.text import LOCALE, choose_language, speech

ROOT = Path(__file__).parents[2]
KEYWORDS = {
    "say": None, "later": None, "_": None, "count": (1, 2), "later_count": (1, 2),
}  # fmt: skip
Message = str | tuple[str, ...]


def messages_in_source() -> set[Message]:
    """Every sentence that the code and the templates say."""
    everywhere = extract_from_dir(
        ROOT / "ui",
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2")],
        keywords=KEYWORDS,
    )
    found = {message for _, _, message, _, _ in everywhere}
    with (ROOT / "app.py").open("rb"):
        found |= {
            message for _, message, _, _ in extract_from_file("python", ROOT / "app.py", KEYWORDS)
        }
    return found


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_catalog_says_exactly_what_the_source_says(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "korme.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    translated = {message.id for message in catalog if message.id}
    source = messages_in_source()
    assert len(source) > 100
    assert (source - translated, translated - source) == (set(), set())


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_message_is_translated_with_its_values(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "korme.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    for message in catalog:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        assert len(forms) == (catalog.num_plurals if message.pluralizable else 1)
        assert not message.fuzzy
        assert not list(message.check(catalog)), message.id


def test_numbers_take_the_form_their_language_asks_for() -> None:
    def exhibits(language: str, number: int) -> str:
        return speech(language).count("%(num)s exhibit", "%(num)s exhibits", number)

    assert [exhibits("ru", number) for number in (1, 2, 5, 11, 21)] == [
        "1 экспонат", "2 экспоната", "5 экспонатов", "11 экспонатов", "21 экспонат",
    ]  # fmt: skip
    assert [exhibits("kk", number) for number in (1, 2)] == ["1 экспонат", "2 экспонат"]
    assert [exhibits("en", number) for number in (1, 2)] == ["1 exhibit", "2 exhibits"]


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "chosen"),
    [
        ("kk", "ru", "en", "kk"),
        (None, "kk", "ru", "kk"),
        ("xx", "kk", "ru", "kk"),
        (None, None, "de-DE,kk;q=0.8,ru;q=0.7", "kk"),
        (None, None, "en-US,en;q=0.9", "en"),
        (None, None, "ru;q=0,en;q=0.5", "en"),
        (None, None, "de", "ru"),
        (None, "<script>", "", "ru"),
        (None, None, None, "ru"),
    ],
)
def test_language_is_chosen_by_address_then_memory_then_browser(
    asked: str | None, remembered: str | None, accepted: str | None, chosen: str
) -> None:
    assert choose_language(asked, remembered, accepted) == chosen
