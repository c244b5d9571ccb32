import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index import glossary
from index.glossary import Entry, Found, Glossary, read_glossary

COAL: Entry = {"kk": ["көмір"], "ru": ["уголь"], "en": ["coal"]}
ACTIVE: Entry = {
    "kk": ["белсендірілген көмір"],
    "ru": ["активный углерод"],
    "en": ["activated carbon"],
}
HAND: Entry = {"kk": ["қол"], "ru": ["рука"], "en": ["hand"]}
LAKE: Entry = {"kk": ["көл"], "ru": ["озеро"], "en": ["lake"]}
SUN: Entry = {"kk": ["күн"], "ru": ["солнце"], "en": ["sun"]}
DAY: Entry = {"kk": ["тәулік", "күн"], "ru": ["день"], "en": ["day"]}
HEAT: Entry = {"kk": ["жылу"], "ru": ["тепло"], "en": ["heat", "warmth"]}
YEAR: Entry = {"kk": ["жыл"], "ru": ["год"], "en": ["year"]}
# Russian «такое» must not become the Kazakh cap, however alike their stems.
CAP: Entry = {"kk": ["тақия"], "ru": ["тюбетейка"], "en": ["skullcap"]}

GLOSSARY = Glossary([COAL, ACTIVE, HAND, LAKE, DAY, SUN, YEAR, HEAT, CAP])


@pytest.mark.parametrize(
    ("found", "language", "meanings"),
    [
        (["көмірді"], "kk", (COAL,)),
        (["озером"], "ru", (LAKE,)),
        (["lakes"], "en", (LAKE,)),
        (["активного", "углерода"], "ru", (ACTIVE,)),
        (["белсендірілген", "көмірмен"], "kk", (ACTIVE,)),
        (["қолдың"], "kk", (HAND,)),
        (["көлдің"], "kk", (LAKE,)),
        (["кол"], "kk", (HAND, LAKE)),
        (["күннің"], "kk", (SUN, DAY)),
        (["жылуымен"], "kk", (HEAT,)),
        (["такое"], "ru", ()),
        (["уголь"], "en", ()),
    ],
)
def test_a_term_is_known_in_every_form(
    found: Sequence[str], language: str, meanings: tuple[Entry, ...]
) -> None:
    assert GLOSSARY.meanings(found, language) == meanings


def test_other_forms_can_be_left_out() -> None:
    assert GLOSSARY.meanings(["озеро"], "ru", inflected=False) == (LAKE,)
    assert GLOSSARY.meanings(["озером"], "ru", inflected=False) == ()


def test_recognize_takes_the_longest_terms_one_after_another() -> None:
    query = "сүзгі белсендірілген көмірмен көмір".split()

    assert GLOSSARY.recognize(query, "kk") == [Found(1, 3, (ACTIVE,)), Found(3, 4, (COAL,))]


@pytest.mark.parametrize(
    ("query", "language", "starts"),
    [
        (["озера", "қолы"], "kk", [0, 1]),
        (["озера", "қолы"], "ru", [0]),
        (["озера", "қол"], "ru", [0, 1]),
        (["lake", "озера"], "kk", [0, 1]),
    ],
)
def test_words_of_other_languages_count_as_they_are_spelled(
    query: Sequence[str], language: str, starts: Sequence[int]
) -> None:
    assert [term.start for term in GLOSSARY.recognize(query, language)] == starts


def test_equivalents_are_told_by_language_without_names_of_several_words() -> None:
    glossary = Glossary([{"kk": ["мұнара"], "ru": ["башня", "вышка"], "en": ["tower", "oil rig"]}])

    assert glossary.equivalents("вышки", "ru") == {
        "kk": {"мунара"}, "ru": {"башн", "вышк"}, "en": {"tower"},
    }  # fmt: skip


def test_a_found_term_is_called_by_the_first_name_of_its_likeliest_meaning() -> None:
    found = Found(0, 1, ({"kk": ["жылу"], "en": []}, HEAT))

    assert (found.name("kk"), found.name("en"), found.name("de")) == ("жылу", "heat", None)


def test_an_empty_glossary_knows_nothing() -> None:
    assert Glossary().recognize(["су", "water"], "kk") == []


def test_read_glossary_reads_one_entry_a_line(tmp_path: Path) -> None:
    path = tmp_path / "glossary.jsonl"
    path.write_text(f"{json.dumps(COAL)}\n\n{json.dumps(HAND)}\n", "utf-8")

    assert read_glossary(path) == [COAL, HAND]


def test_what_is_prepared_is_stemmed_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [COAL, ACTIVE, HAND, LAKE, DAY, SUN, YEAR, HEAT, CAP]
    prepared, fresh = Glossary(entries), Glossary(entries)
    expected = [fresh.meanings([word], "ru") for word in ("озером", "рукой", "тепла")]
    same = fresh.equivalents("тепла", "ru")
    prepared.prepare()

    def refuse(text: str, language: str) -> list[str]:
        raise AssertionError(f"{text} is stemmed again.")

    monkeypatch.setattr(glossary, "document_terms", refuse)
    monkeypatch.setattr(glossary, "name_terms", refuse)

    assert [prepared.meanings([word], "ru") for word in ("озером", "рукой", "тепла")] == expected
    assert expected == [(LAKE,), (HAND,), (HEAT,)]
    assert prepared.equivalents("тепла", "ru") == same
