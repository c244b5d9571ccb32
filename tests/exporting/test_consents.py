"""Whom the site shows: those whose consent holds, by name and in pictures."""

import io
from datetime import UTC, datetime

from PIL import Image

from catalog import Store, consents
from catalog.choices import Scope
from catalog.edition_export import public_edition
from catalog.permissions import COMMAND_LINE
from catalog.pictures import public_picture
from exporting import site_files
from tests.catalog.test_consents import LATER, Team

NOW = datetime(2026, 11, 27, 6, tzinfo=UTC)


def site_of(store: Store) -> dict[str, bytes]:
    with store.reading() as session:

        def picture(key: str) -> bytes | None:
            shown = public_picture(session, key, 960)
            return shown.webp if shown else None

        public = public_edition(session, "fair", by=COMMAND_LINE, now=NOW)
        return {one.path: one.data for one in site_files(public, picture)}


def test_a_name_and_a_picture_are_there_while_the_consents_hold(fair: Store, team: Team) -> None:
    before = site_of(fair)
    consents.revoke_consent(fair, team.minor, Scope.BOTH, by=team.editor, now=LATER)
    after = site_of(fair)

    path, name = f"pictures/{team.picture}.webp", "автор: Алмас Сериков".encode()
    page = f"ru/e/{team.code}.html"
    with Image.open(io.BytesIO(before[path])) as picture:
        assert (picture.format, picture.size) == ("WEBP", (400, 300))
    assert path.encode() in before[page]
    assert name in before[page]
    assert before.keys() - after.keys() == {path}
    assert not [one for one, data in after.items() if team.picture.encode() in data]
    assert name not in after[page]
