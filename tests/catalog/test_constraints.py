"""The database itself refuses what must never be, whoever writes it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalog import Store
from tests.conftest import Databases


@pytest.fixture(scope="module")
def lasting_fair(databases: Databases, loaded_fair: str) -> Iterator[Store]:
    """One copy for all statements: whatever is refused changes nothing."""
    url = databases.copy(loaded_fair)
    store = Store(url)
    yield store
    store.close()
    databases.drop(url)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE exhibit SET state = 'lost'",
        "UPDATE exhibit SET kind = 'thing'",
        "UPDATE exhibit SET course = 5",
        "UPDATE exhibit SET team_size = 0",
        "UPDATE exhibit SET stand_number = ''",
        "UPDATE exhibit SET external_id = 'a-1'",
        "UPDATE exhibit SET code = 'ZZZZZZ' WHERE code = 'R2B2T2'",
        "UPDATE exhibit SET hall_id = 99",
        "UPDATE exhibit SET stand_number = 'B-01', hall_id = (SELECT id FROM hall WHERE slug = 'B')",
        "UPDATE exhibit SET updated_at = '1999-01-01 00:00:00'",
        "UPDATE exhibit_text SET title = 'ab'",
        "UPDATE exhibit_text SET language = 'de'",
        "UPDATE exhibit_text SET origin = 'guess'",
        "UPDATE exhibit_technology SET position = position + 10",
        "UPDATE exhibit_keyword SET keyword = ''",
        "UPDATE exhibit_creator SET role = 'mascot'",
        "UPDATE exhibit_seeking SET seeking = 'fame'",
        "UPDATE exhibit_history SET actor = ''",
        "UPDATE edition SET year = 26",
        "UPDATE edition SET ends_on = '2020-01-01'",
        "UPDATE field SET hue = 360",
        "UPDATE college SET name_kk = NULL, name_ru = '', name_en = NULL",
        "UPDATE technology_label SET preferred = true",
        "INSERT INTO technology_broader SELECT id, id FROM technology WHERE slug = 'welding'",
        "INSERT INTO catalog_revision (id, number) VALUES (2, 0)",
        "INSERT INTO used_code (code) VALUES ('abcdef')",
        "INSERT INTO used_code (code) VALUES ('R2B2T2')",
        "DELETE FROM used_code",
        "DELETE FROM college",
        "INSERT INTO edition (slug, year, name_en, gallery_on, is_current, is_demo, is_archive,"
        " demand_kind, demand_technology, demand_title_kk, demand_title_ru) VALUES"
        " ('other', 2027, 'x', true, true, false, false, false, false, false, false)",
    ],
)
def test_the_database_refuses(lasting_fair: Store, statement: str) -> None:
    with pytest.raises(IntegrityError), lasting_fair.writing() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(("column", "limit"), [("title", 150), ("summary", 300),
                                               ("description", 5000)])  # fmt: skip
def test_the_database_counts_characters_not_bytes(fair: Store, column: str, limit: int) -> None:
    fill = text(f"UPDATE exhibit_text SET {column} = :value")
    with fair.writing() as session:
        session.execute(fill, {"value": "🌾" * limit})
    with pytest.raises(IntegrityError), fair.writing() as session:
        session.execute(fill, {"value": "я" * (limit + 1)})
