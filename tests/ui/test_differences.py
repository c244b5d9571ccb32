"""Differences on the page: every mark has a word, every text its language, texts stay texts."""

import dataclasses

import pytest

from catalog.choices import Kind, Origin, Role
from catalog.differences import ListDifference, Mark, differences
from catalog.drafts import Draft, DraftPicture, DraftText
from tests.hostile import IMAGE, SCRIPT, TEMPLATE
from tests.ui.test_pages import Tags
from ui.differences import differences_block
from ui.names import Names
from ui.text import speech

BEFORE = Draft(
    "one", texts={"ru": DraftText("Робот моет пол", description="Моет.\nСушит.")},
    kind=Kind.PROTOTYPE, technologies=("robotics",), creators=(Role.AUTHOR,),
)  # fmt: skip
AFTER = Draft(
    "one",
    texts={
        "kk": DraftText("Еден жуатын робот", origin=Origin.MACHINE),
        "ru": DraftText("Робот быстро моет пол", description="Моет.\nСушит."),
    },
    kind=Kind.PRODUCT, technologies=("drones", "robotics"), creators=(Role.AUTHOR,),
    contactable=True,
)  # fmt: skip


def page(before: Draft | None, after: Draft, names: Names, language: str = "ru") -> str:
    return str(differences_block(differences(before, after), names, speech(language)))


def test_what_changed_is_said_in_words_and_in_its_own_language(names: Names) -> None:
    html = page(BEFORE, AFTER, names)
    assert '<div class="k-diff-text" lang="kk"><ins><span class="k-sr" lang="ru"> [' in html
    text = " ".join(Tags(html).text.split())
    assert "Название Қазақша [добавлено: Еден жуатын робот]" in text
    assert "Робот [добавлено: быстро] моет пол" in text
    assert "Вид [удалено: Прототип] [добавлено: Изделие]" in text
    assert "Технологии [добавлено: Дроны] Робототехника" in text
    assert "Можно связаться [удалено: нет] [добавлено: да]" in text
    assert "Описание" not in text


@dataclasses.dataclass(frozen=True)
class Named:
    """Somebody named in an entry, as drafts have it."""

    person: int
    role: Role
    shown: bool


def test_people_are_called_by_their_names(names: Names) -> None:
    people = {7: "Айгүл"}
    before, after = Named(7, Role.AUTHOR, False), Named(7, Role.AUTHOR, True)
    found = (
        ListDifference("named", ((Mark.ADDED, after), (Mark.REMOVED, before)), reordered=False),
        ListDifference("picture_people", ((Mark.KEPT, 7), (Mark.ADDED, 8)), reordered=False),
    )
    text = " ".join(Tags(differences_block(found, names, speech("ru"), people)).text.split())
    assert text == (
        "Люди по именам [добавлено: Айгүл: автор, имя показать] [удалено: Айгүл: автор, без"
        " имени] Кто на снимке Айгүл [добавлено: № 8]"
    )


def test_a_line_end_that_changed_can_be_seen(names: Names) -> None:
    one = Draft("one", texts={"ru": DraftText("Робот", description="Моет пол. Сушит пол.")})
    two = Draft("one", texts={"ru": DraftText("Робот", description="Моет пол.\n\nСушит пол.")})
    assert "↵\n↵\n" in page(one, two, names)
    assert "↵" not in page(None, dataclasses.replace(two, texts={}), names)


def test_nothing_changed_is_said(names: Names) -> None:
    assert "Ничего не изменилось." in page(BEFORE, BEFORE, names)


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_hostile_values_stay_text(names: Names, language: str) -> None:
    bad = f"{SCRIPT}{IMAGE}{TEMPLATE}"
    hostile = Draft(
        "<b>x</b>", texts={"ru": DraftText(bad, bad, bad), "en": DraftText(bad)},
        technologies=(bad,), keywords=(bad,), stand=bad, external_id=bad, hall=bad,
        pictures=(DraftPicture("0" * 64, {"kk": bad}, nobody_recognizable=True),),
    )  # fmt: skip
    milder = dataclasses.replace(
        hostile, texts={"ru": DraftText(f"{bad} и", bad, f"{bad}\n")},
        pictures=(DraftPicture("0" * 64, {"kk": f"{bad}!"}, nobody_recognizable=False),),
    )  # fmt: skip
    for html in (page(None, hostile, names, language), page(milder, hostile, names, language)):
        found = Tags(html)
        assert "script" not in found.tags
        assert not [name for name, _ in found.attributes if name.startswith("on")]
        assert "49" not in found.text
        assert "&amp;lt;" not in html
    assert SCRIPT in Tags(page(None, hostile, names, language)).text
