"""The register of colleges and the people as tables, for organizers alone."""

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest

from catalog import Store, list_exports
from catalog.choices import MemberRole
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Refused
from catalog.terms import set_terms
from tests.catalog.entries import OPEN
from tests.catalog.people import someone


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_the_register_is_a_table_in_both_kinds(fair: Store) -> None:
    chief = someone(fair, MemberRole.ORGANIZER)
    someone(fair, MemberRole.COORDINATOR, college="temirqol")
    deadline = datetime(2026, 11, 12, 18, 59, tzinfo=UTC)
    set_terms(
        fair, college="temirqol", edition="fair", quota=4, deadline=deadline, by=COMMAND_LINE,
        now=OPEN,
    )  # fmt: skip

    with fair.reading() as session:
        table = rows_of(
            list_exports.colleges_table(session, "en", edition="fair", by=chief.id, csv=True)
        )
        book = list_exports.colleges_table(session, "ru", edition="fair", by=chief.id)

    lines = {row[0]: dict(zip(table[0], row, strict=True)) for row in table[1:]}
    assert list(lines) == ["empty", "temirqol", "zhasyl-dala"]
    assert lines["temirqol"] == {
        "Address in the catalog": "temirqol",
        "Name (Kazakh)": "«Темірқол» робототехника колледжі",
        "Name (Russian)": "Колледж робототехники «Темірқол»",
        "Name (English)": "",
        "Also called": "КГКП «Политех»; Темиркол",
        # Excel would calculate it.
        "Phone": "'+7 727 000-00-01",
        "E-mail": "",
        "Website": "",
        "Given in": "1",
        "Drafts": "0",
        "Coordinators": "1",
        "Editors": "0",
        "Quota": "4",
        "Own deadline": "2026-11-12 23:59",
    }
    page = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    assert [cell.value for cell in page[1]][:3] == [
        "Адрес в каталоге", "Название (казахский)", "Название (русский)",
    ]  # fmt: skip
    assert page["F3"].value == "+7 727 000-00-01"
    assert page.max_row == 4


def test_the_people_are_a_row_for_each_role(fair: Store) -> None:
    chief = someone(fair, MemberRole.ORGANIZER, login="chief", name="=1+1")
    someone(fair, MemberRole.EDITOR, college="temirqol", login="editor", name="Дана")
    someone(fair, None, login="nobody", name="Ержан")

    with fair.reading() as session:
        table = rows_of(list_exports.people_table(session, "ru", by=chief.id, csv=True))

    assert table[0] == ["Логин", "Имя", "Роль", "Колледж", "Ярмарка", "Заблокирован"]
    mine = {row[0]: row[1:] for row in table[1:] if not row[0].startswith("demo-")}
    assert mine == {
        "chief": ["'=1+1", "организатор", "", "", "нет"],
        "editor": ["Дана", "редактор колледжа", "Колледж робототехники «Темірқол»", "", "нет"],
        "nobody": ["Ержан", "", "", "", "нет"],
    }


@pytest.mark.parametrize("role", [MemberRole.CURATOR, MemberRole.REVIEWER])
def test_others_take_neither(fair: Store, role: MemberRole) -> None:
    who = someone(fair, role)

    with fair.reading() as session, pytest.raises(Refused):
        list_exports.colleges_table(session, "ru", edition="fair", by=who.id)
    with fair.reading() as session, pytest.raises(Refused):
        list_exports.people_table(session, "ru", by=who.id)
