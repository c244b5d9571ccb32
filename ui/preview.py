"""An entry as visitors will see it, before they do."""

from catalog.drafts import Draft
from catalog.languages import LANGUAGES
from catalog.records import (
    CollegeBrief,
    ExhibitRecord,
    PictureRecord,
    TextRecord,
)
from ui.names import Names


def record_of(code: str, draft: Draft, names: Names) -> ExhibitRecord:
    """The public record that a draft would make; a language without a title isn't there."""
    college = names.colleges.get(draft.college)
    halls = {hall.slug: hall.names for hall in names.edition.halls}
    return ExhibitRecord(
        code=code,
        edition_slug=names.edition.slug,
        texts={
            language: TextRecord(text.title, text.summary, text.description, text.origin)
            for language in LANGUAGES
            if (text := draft.texts.get(language)) and text.title
        },
        college=CollegeBrief(college.slug, college.names, college.short_names)
        if college
        else CollegeBrief(draft.college, {}, {}),
        field=names.fields.get(draft.field or ""),
        kind=draft.kind,
        specialty=names.specialties.get(draft.specialty or "", {}),
        specialty_slug=draft.specialty,
        technologies=draft.technologies,
        keywords=draft.keywords,
        hall=draft.hall,
        hall_names=halls.get(draft.hall or "", {}),
        stand=draft.stand,
        creators=draft.creators,
        team_size=draft.team_size,
        course=draft.course,
        seeking=tuple(sorted(draft.seeking)),
        contactable=draft.contactable,
        pictures=tuple(PictureRecord(one.hash, one.alt) for one in draft.pictures),
    )
