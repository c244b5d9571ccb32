"""The database itself refuses what must never be, whoever writes it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalog import Store
from tests.conftest import Databases

PEOPLE = (
    "INSERT INTO account (id, login, name, language, password_hash, is_demo, created_at) VALUES"
    " (1, 'aigul', 'A', 'kk', '$argon2id$x', false, '2026-11-01 00:00:00'),"
    " (2, 'serik@college.kz', 'S', 'ru', NULL, false, '2026-11-01 00:00:00')",
    "INSERT INTO membership (account_id, role, college_id, created_at)"
    " SELECT 1, 'editor', id, '2026-11-01 00:00:00' FROM college WHERE slug = 'temirqol'",
    "INSERT INTO invitation (id, kind, token_hash, whom, role, created_at, expires_at) VALUES"
    f" (1, 'invite', '{'a' * 64}', '', 'curator', '2026-11-01 00:00:00', '2026-11-15 00:00:00')",
    "INSERT INTO sign_in (token_hash, account_id, created_at, last_seen_at, expires_at) VALUES"
    f" ('{'b' * 64}', 1, '2026-11-02 00:00:00', '2026-11-02 00:00:00', '2026-11-16 00:00:00')",
    "INSERT INTO attempt (key, since, count) VALUES ('k', '2026-11-01 00:00:00', 1)",
    "INSERT INTO audit_entry (at, account_id, action, object_kind, object_id) VALUES"
    " ('2026-11-01 00:00:00', 1, 'block', 'account', '2')",
    "INSERT INTO notice (id, account_id, kind, parameters, created_at) VALUES"
    " (1, 2, 'accepted', '{}', '2026-11-01 00:00:00')",
    "INSERT INTO outbox (notice_id, state, attempts, next_at) VALUES"
    " (1, 'waiting', 0, '2026-11-01 00:00:00')",
    "INSERT INTO showcase (id, edition_id, slug, title_ru, query, state, created_at, version)"
    " SELECT 1, id, 'city', 'Город', '', 'draft', '2026-11-01 00:00:00', 1 FROM edition",
    "INSERT INTO showcase_exhibit (showcase_id, exhibit_id, position)"
    " SELECT 1, id, 0 FROM exhibit WHERE code = 'R2B2T2'",
)


@pytest.fixture(scope="module")
def lasting_fair(databases: Databases, loaded_fair: str) -> Iterator[Store]:
    """One copy for all statements: whatever is refused changes nothing."""
    url = databases.copy(loaded_fair)
    store = Store(url)
    with store.writing() as session:
        for statement in PEOPLE:
            session.execute(text(statement))
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
        "UPDATE account SET login = 'Aigul' WHERE id = 1",
        "UPDATE account SET login = 'aigul'",
        "UPDATE account SET login = 'ab'",
        "UPDATE account SET name = ''",
        "UPDATE account SET language = 'de'",
        "UPDATE account SET password_hash = 'secret'",
        "UPDATE membership SET role = 'king'",
        "UPDATE membership SET college_id = NULL",
        "UPDATE membership SET role = 'organizer'",
        "INSERT INTO membership (account_id, role, college_id, created_at)"
        " SELECT account_id, role, college_id, created_at FROM membership",
        "UPDATE invitation SET role = NULL",
        "UPDATE invitation SET kind = 'reset'",
        "UPDATE invitation SET role = 'editor'",
        "UPDATE invitation SET account_id = 1",
        "UPDATE invitation SET token_hash = 'secret'",
        "UPDATE invitation SET expires_at = created_at",
        "UPDATE invitation SET used_at = expires_at, revoked_at = expires_at",
        "UPDATE invitation SET used_by = 1",
        "UPDATE sign_in SET token_hash = 'secret'",
        "UPDATE sign_in SET last_seen_at = '2026-11-01 00:00:00'",
        "UPDATE sign_in SET expires_at = created_at",
        "UPDATE sign_in SET account_id = 99",
        "UPDATE attempt SET count = 0",
        "UPDATE audit_entry SET account_id = 2",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry (at, action, object_kind, object_id) VALUES"
        " ('2026-11-01 00:00:00', '', 'account', '2')",
        "UPDATE notice SET kind = ''",
        "UPDATE notice SET read_at = '2026-10-01 00:00:00'",
        "UPDATE outbox SET state = 'lost'",
        "UPDATE outbox SET state = 'sent'",
        "UPDATE outbox SET attempts = -1",
        "INSERT INTO outbox (notice_id, state, attempts, next_at)"
        " SELECT notice_id, state, attempts, next_at FROM outbox",
        "UPDATE showcase SET title_ru = NULL",
        "UPDATE showcase SET state = 'lost'",
        "UPDATE showcase SET state = 'published'",
        "UPDATE showcase SET version = 0",
        "UPDATE showcase SET starts_at = '2026-11-02 00:00:00', ends_at = '2026-11-02 00:00:00'",
        "INSERT INTO showcase (edition_id, slug, title_ru, query, state, created_at, version)"
        " SELECT edition_id, slug, title_ru, query, state, created_at, version FROM showcase",
        "INSERT INTO showcase_exhibit (showcase_id, exhibit_id, position)"
        " SELECT 1, id, 0 FROM exhibit WHERE code <> 'R2B2T2'",
        "UPDATE showcase_exhibit SET position = -1",
        "UPDATE showcase_exhibit SET position = NULL, note_ru = 'x'",
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
