import dataclasses
import time
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.choices import Kind, Origin, Role, Seeking
from catalog.differences import (
    Difference,
    ListDifference,
    Mark,
    PictureDifference,
    PicturesDifference,
    Piece,
    TextDifference,
    ValueDifference,
    differences,
    text_pieces,
)
from catalog.drafts import Draft, DraftPicture, DraftText, Logistics

KEPT, ADDED, REMOVED = Mark.KEPT, Mark.ADDED, Mark.REMOVED
NOTHING = Draft(college="temirqol")


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """The pieces as pairs of a sign and a text."""
    signs = {KEPT: "=", ADDED: "+", REMOVED: "-"}
    return [(signs[one.mark], one.text) for one in text_pieces(before, after)]


def text(title: str = "", summary: str = "", description: str = "") -> DraftText:
    return DraftText(title, summary, description)


def picture(hash_: str, alt: str = "Робот", *, nobody: bool = True) -> DraftPicture:
    return DraftPicture(hash_, {"ru": alt}, nobody)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Робот моет пол", "Робот моет пол", [("=", "Робот моет пол")]),
        ("", "Робот", [("+", "Робот")]),
        ("Робот", "", [("-", "Робот")]),
        (
            "Робот моет пол",
            "Робот быстро моет пол",
            [("=", "Робот"), ("+", " быстро"), ("=", " моет пол")],
        ),
        (
            "Робот моет пол и окна.",
            "Робот красит пол и окна.",
            [("=", "Робот"), ("-", " моет"), ("+", " красит"), ("=", " пол и окна.")],
        ),
        ("Робот моет пол", "Робот моет пол.", [("=", "Робот моет пол"), ("+", ".")]),
        ("один два", "один\n\nдва", [("=", "один"), ("-", " "), ("+", "\n\n"), ("=", "два")]),
        # Nothing in common but a comma: whole sentences, no patchwork.
        ("раз, два три", "five, six", [("-", "раз, два три"), ("+", "five, six")]),
        # A lone comma between two changes is changed with them.
        (
            "Здесь есть кот, пёс и ещё многие другие",
            "Здесь есть рак, гусь и ещё многие другие",
            [
                ("=", "Здесь есть"), ("-", " кот, пёс"), ("+", " рак, гусь"),
                ("=", " и ещё многие другие"),
            ],
        ),
    ],
)  # fmt: skip
def test_text_differs_word_by_word(
    before: str, after: str, expected: list[tuple[str, str]]
) -> None:
    assert pieces(before, after) == expected


WORDS = st.lists(st.sampled_from(["а", "б", "робот", " ", "\n", ",", "-", "ә", "é"]), max_size=40)
TEXTS = st.one_of(st.text(max_size=60), WORDS.map("".join))


@given(TEXTS, TEXTS)
def test_the_difference_holds_both_texts_whole(before: str, after: str) -> None:
    found = TextDifference("title", "ru", text_pieces(before, after))
    assert (found.before, found.after) == (before, after)
    assert all(one.text for one in found.pieces)
    marks = [one.mark for one in found.pieces]
    assert all(mark != following for mark, following in zip(marks, marks[1:], strict=False))
    assert (ADDED, REMOVED) not in set(zip(marks, marks[1:], strict=False))


@given(TEXTS)
def test_equal_texts_are_kept(same: str) -> None:
    assert text_pieces(same, same) == ((Piece(KEPT, same),) if same else ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("а " * 2_500, "а " * 2_400 + "б " * 100),
        ("а б " * 1_250, "б а " * 1_250),
        (",." * 2_500, ".," * 2_500),
        (" ".join(map(str, range(1_100))), " ".join(map(str, range(1_100, 0, -1)))),
    ],
)
def test_the_longest_texts_take_no_time(before: str, after: str) -> None:
    # The standard library's own matcher takes up to 4 seconds.
    began = time.process_time()
    found = TextDifference("description", "ru", text_pieces(before, after))
    assert time.process_time() - began < 1.0
    assert (found.before, found.after) == (before, after)


def test_equal_drafts_have_no_differences() -> None:
    one = Draft("temirqol", texts=MappingProxyType({"ru": text("Робот")}))
    assert differences(one, Draft("temirqol", texts={"ru": text("Робот")})) == ()


def test_values_and_lists_differ_each_in_its_way() -> None:
    before = Draft(
        "temirqol", texts={"ru": text("Робот"), "kk": text("Робот")}, kind=Kind.PROTOTYPE,
        technologies=("robotics", "welding", "drones"), creators=(Role.AUTHOR, Role.AUTHOR),
        seeking=frozenset({Seeking.PILOT}), team_size=3, keywords=("а", "б"),
    )  # fmt: skip
    after = Draft(
        "temirqol", texts={"ru": text("Новый робот"), "en": text("A robot")}, kind=Kind.PRODUCT,
        technologies=("drones", "robotics", "lasers"), creators=(Role.AUTHOR, Role.SUPERVISOR),
        seeking=frozenset({Seeking.PILOT, Seeking.HACKATHON}), contactable=True,
        keywords=("б", "а"),
    )  # fmt: skip
    assert differences(before, after) == (
        TextDifference("title", "kk", (Piece(REMOVED, "Робот"),)),
        TextDifference("title", "ru", (Piece(REMOVED, "Робот"), Piece(ADDED, "Новый робот"))),
        TextDifference("title", "en", (Piece(ADDED, "A robot"),)),
        ValueDifference("kind", Kind.PROTOTYPE, Kind.PRODUCT),
        ListDifference(
            "technologies",
            ((KEPT, "drones"), (KEPT, "robotics"), (ADDED, "lasers"), (REMOVED, "welding")),
            reordered=True,
        ),
        ListDifference("keywords", ((KEPT, "б"), (KEPT, "а")), reordered=True),
        ListDifference(
            "creators",
            ((KEPT, Role.AUTHOR), (ADDED, Role.SUPERVISOR), (REMOVED, Role.AUTHOR)),
            reordered=False,
        ),
        ValueDifference("team_size", 3, None),
        ListDifference(
            "seeking", ((ADDED, Seeking.HACKATHON), (KEPT, Seeking.PILOT)), reordered=False
        ),
        ValueDifference("contactable", False, True),
    )


def test_what_the_stand_needs_differs_field_by_field() -> None:
    before = dataclasses.replace(NOTHING, logistics=Logistics(power_watts=500, fire=True))
    after = dataclasses.replace(NOTHING, logistics=Logistics(power_watts=1_500))
    assert differences(before, after) == (
        ValueDifference("power_watts", 500, 1_500),
        ValueDifference("fire", True, False),
    )


def test_origin_of_a_text_is_a_value_of_its_language() -> None:
    before = Draft("temirqol", texts={"kk": DraftText("Робот", origin=Origin.MACHINE)})
    after = Draft("temirqol", texts={"kk": DraftText("Робот", origin=Origin.PERSON)})
    assert differences(before, after) == (
        ValueDifference("origin", Origin.MACHINE, Origin.PERSON, "kk"),
    )
    found = differences(NOTHING, before)
    assert found[1:] == (ValueDifference("origin", None, Origin.MACHINE, "kk"),)
    assert len(differences(before, NOTHING)) == 1


def test_a_first_draft_is_added_whole() -> None:
    whole = Draft("temirqol", texts={"ru": text("Робот")}, technologies=("drones",))
    assert differences(None, whole) == (
        ValueDifference("college", None, "temirqol"),
        TextDifference("title", "ru", (Piece(ADDED, "Робот"),)),
        ListDifference("technologies", ((ADDED, "drones"),), reordered=False),
    )


def test_pictures_are_known_by_what_they_show() -> None:
    before = dataclasses.replace(NOTHING, pictures=(picture("a"), picture("b"), picture("c")))
    after = dataclasses.replace(
        NOTHING, pictures=(picture("c"), picture("a", "Робот моет", nobody=False), picture("d"))
    )
    alt = TextDifference("alt", "ru", (Piece(KEPT, "Робот"), Piece(ADDED, " моет")))
    said = ValueDifference("nobody_recognizable", True, False)
    assert differences(before, after) == (
        PicturesDifference(
            "pictures",
            (
                PictureDifference(KEPT, picture("a", "Робот моет", nobody=False), 2, (alt, said)),
                PictureDifference(ADDED, picture("d"), 3),
                PictureDifference(REMOVED, picture("b"), 2),
            ),
            reordered=True,
        ),
    )


SLUGS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6).map(tuple)


@given(SLUGS, SLUGS)
def test_a_list_difference_holds_the_new_list_and_every_old_value(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    found: tuple[Difference, ...] = differences(
        dataclasses.replace(NOTHING, technologies=before),
        dataclasses.replace(NOTHING, technologies=after),
    )
    if before == after:
        assert found == ()
        return
    (one,) = found
    assert isinstance(one, ListDifference)
    assert tuple(value for mark, value in one.values if mark is not REMOVED) == after
    assert sorted(value for mark, value in one.values if mark is not ADDED) == sorted(before)
