"""An edition as JSON-LD: the shapes, the languages, and that references lead somewhere."""

import json
from dataclasses import replace
from typing import Any

from catalog.choices import Role
from catalog.edition_export import PublicEdition
from catalog.records import CreatorRecord, PinRecord, ShowcaseRecord
from exporting import linked_data


def nodes(public: PublicEdition, kind: str) -> list[dict[str, Any]]:
    # Through text, as whoever gets the file reads it.
    graph = json.loads(json.dumps(linked_data(public)))["@graph"]
    return [node for node in graph if node["@type"] == kind]


def robot_of(public: PublicEdition) -> dict[str, Any]:
    (robot,) = [one for one in nodes(public, "CreativeWork") if one["identifier"] == "R2B2T2"]
    return robot


def test_the_edition_names_its_days_place_and_exhibits(public: PublicEdition) -> None:
    (event,) = nodes(public, "ExhibitionEvent")

    assert linked_data(public)["@context"] == "https://schema.org"
    works = event.pop("workFeatured")
    assert event == {
        "@type": "ExhibitionEvent", "@id": "#edition/fair", "identifier": "fair",
        "name": [{"@value": "Жәрмеңке", "@language": "kk"}, {"@value": "Ярмарка", "@language": "ru"}],
        "startDate": "2026-11-26", "endDate": "2026-11-28",
        "location": {"@type": "Place", "name": [{"@value": "Павильон", "@language": "ru"}]},
    }  # fmt: skip
    assert len(works) == 3
    assert {"@id": "#exhibit/R2B2T2"} in works


def test_an_exhibit_has_its_texts_by_language_and_refers_to_its_college(
    public: PublicEdition,
) -> None:
    assert robot_of(public) == {
        "@type": "CreativeWork", "@id": "#exhibit/R2B2T2", "identifier": "R2B2T2",
        "name": [
            {"@value": "Қоқыс сұрыптау роботы", "@language": "kk"},
            {"@value": "Робот-сортировщик мусора", "@language": "ru"},
        ],
        "abstract": [{"@value": "Сортирует мусор.", "@language": "ru"}],
        "text": [{"@value": "Камера узнаёт пластик и бумагу.", "@language": "ru"}],
        "inLanguage": ["kk", "ru"], "genre": "prototype", "keywords": ["мусор"],
        "about": [{"@id": "#technology/robotics"}, {"@id": "#technology/machine-learning"}],
        "producer": {"@id": "#college/temirqol"},
    }  # fmt: skip


def test_people_are_named_where_their_name_is_public(public: PublicEdition) -> None:
    people = (CreatorRecord(Role.AUTHOR, None), CreatorRecord(Role.AUTHOR, "Алмас Сериков"))
    named = replace(public, exhibits=(replace(public.exhibits[0], people=people),))

    (work,) = nodes(named, "CreativeWork")

    assert work["contributor"] == [{"@type": "Person", "name": "Алмас Сериков"}]


def test_colleges_technologies_and_showcases_are_there(public: PublicEdition) -> None:
    city = ShowcaseRecord(
        "city", "fair", {"ru": "Умный город"}, {}, "город", None, None, None,
        (PinRecord("R2B2T2", {}),), frozenset(),
    )  # fmt: skip

    colleges = nodes(public, "EducationalOrganization")
    (learning,) = [
        one for one in nodes(public, "DefinedTerm") if one["termCode"] == "machine-learning"
    ]

    assert [one["identifier"] for one in colleges] == ["temirqol", "zhasyl-dala"]
    assert (colleges[0]["telephone"], colleges[0]["foundingDate"]) == ("+7 727 000-00-01", "1987")
    assert {"@value": "Машинное обучение", "@language": "ru"} in learning["name"]
    assert learning["alternateName"] == [
        {"@value": "МО", "@language": "ru"}, {"@value": "ML", "@language": "en"},
    ]  # fmt: skip
    assert nodes(replace(public, showcases=(city,)), "Collection") == [
        {
            "@type": "Collection", "@id": "#showcase/city", "identifier": "city",
            "name": [{"@value": "Умный город", "@language": "ru"}],
            "hasPart": [{"@id": "#exhibit/R2B2T2"}],
        }
    ]  # fmt: skip


def test_every_reference_leads_to_a_node(public: PublicEdition) -> None:
    graph = linked_data(public)["@graph"]
    works = nodes(public, "CreativeWork")
    referred = {one["@id"] for work in works for one in [*work["about"], work["producer"]]}

    assert len({node["@id"] for node in graph}) == len(graph) == 1 + 3 + 2 + 4
    assert referred == {
        node["@id"] for node in graph if node["@type"] in ("DefinedTerm", "EducationalOrganization")
    }
