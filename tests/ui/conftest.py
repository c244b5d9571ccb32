"""A small fair made of records, without a database, for pages and cards."""

import pytest

from catalog.choices import Kind, Origin, Role, Seeking
from catalog.records import (
    CollegeBrief,
    CollegeRecord,
    EditionRecord,
    ExhibitRecord,
    FieldRecord,
    HallRecord,
    SpecialtyRecord,
    TechnologyRecord,
    TextRecord,
)
from ui.names import Names


def text(title: str, summary: str = "", description: str = "") -> TextRecord:
    return TextRecord(title, summary, description, Origin.ORIGINAL)


def exhibit_of(code: str = "ABC234", **changes: object) -> ExhibitRecord:
    """An exhibit with everything an exhibit may have but pictures; `changes` replace values."""
    values: dict[str, object] = {
        "code": code,
        "edition_slug": "test",
        "texts": {"ru": text("Робот", "Сортирует мусор.", "Он **сортирует** мусор.")},
        "college": CollegeBrief("one", {"ru": "Первый колледж"}, {"ru": "ПК"}),
        "field": FieldRecord("robotics", {"ru": "Робототехника"}, 210),
        "kind": Kind.PROTOTYPE,
        "specialty": {"ru": "Мехатроника"},
        "specialty_slug": "mehatronika",
        "technologies": ("robotics",),
        "keywords": ("мусор",),
        "hall": "A",
        "hall_names": {"ru": "Зал A"},
        "stand": "A-01",
        "creators": (Role.AUTHOR, Role.AUTHOR, Role.SUPERVISOR),
        "team_size": 3,
        "course": 2,
        "seeking": (Seeking.PILOT,),
        "contactable": True,
        "pictures": (),
        **changes,
    }
    return ExhibitRecord(**values)  # type: ignore[arg-type]


@pytest.fixture
def names() -> Names:
    college = CollegeRecord(
        slug="one", names={"ru": "Первый колледж", "kk": "Бірінші колледж"}, short_names={},
        aliases=(), address={"ru": "ул. Первая, 1"}, about={}, phone="+7 727 000-00-01",
        email=None, site="https://one.example/", study_url="javascript:alert(1)", founded=1990,
        specialties=(SpecialtyRecord("mehatronika", {"ru": "Мехатроника"}),), exhibit_count=1,
    )  # fmt: skip
    robotics = TechnologyRecord(
        slug="robotics", labels={"ru": "Робототехника", "kk": "Роботтехника", "en": "Robotics"},
        alternatives={"ru": ("роботы",)}, broader=(), narrower=("drones",), exhibit_count=1,
    )  # fmt: skip
    drones = TechnologyRecord(
        slug="drones", labels={"ru": "Дроны"}, alternatives={}, broader=("robotics",),
        narrower=(), exhibit_count=0,
    )  # fmt: skip
    return Names(
        edition=EditionRecord(
            slug="test", year=2026, names={"ru": "Проба"}, venue={}, starts_on=None, ends_on=None,
            gallery_on=True, is_demo=True, is_current=True,
            halls=(HallRecord("A", {"ru": "Зал A"}),),
        ),
        technologies={"robotics": robotics, "drones": drones},
        colleges={"one": college},
        fields={"robotics": FieldRecord("robotics", {"ru": "Робототехника"}, 210)},
        specialties={"mehatronika": {"ru": "Мехатроника"}},
    )  # fmt: skip
