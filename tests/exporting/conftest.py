"""The small fair, as it is exported."""

from datetime import UTC, datetime

import pytest

from catalog import Store
from catalog.edition_export import PublicEdition, public_edition
from catalog.permissions import COMMAND_LINE
from tests.catalog.conftest import fair, loaded_fair, sqlite_fair
from tests.catalog.test_consents import team

__all__ = ["fair", "loaded_fair", "sqlite_fair", "team"]


@pytest.fixture(scope="module")
def public(sqlite_fair: Store) -> PublicEdition:
    with sqlite_fair.reading() as session:
        now = datetime(2026, 11, 27, 6, tzinfo=UTC)
        return public_edition(session, "fair", by=COMMAND_LINE, now=now)
