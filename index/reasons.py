"""Why each hit of a page is there, from where the words of the query stand."""

from collections.abc import Collection, Iterable, Sequence

from index.contents import Card, Contents, Places, name_terms
from index.explain import Reason, ReasonKind
from index.ranking import Ranking
from index.words import Group, Where


def reasons(contents: Contents, ranking: Ranking, places: Places) -> list[tuple[Reason, ...]]:
    """The reasons for each of the given documents, likeliest to convince first."""
    understood = ranking.understood
    words = [group for group, _ in understood.groups]
    by_document = map(tuple, contents.standing(words, places).T.tolist())
    below = {slug: contents.understanding.below(slug) for slug in understood.concepts}
    near = (Reason(ReasonKind.MEANING),) if words and ranking.nearness is not None else ()
    # Most hits of a page have the same words in the same way.
    known: dict[tuple[int, ...], tuple[tuple[Reason, ...], list[Group]]] = {}
    found = []
    for place, where in zip(places.tolist(), by_document, strict=True):
        if where not in known:
            worded = (
                *_joined(ReasonKind.WORDS, _standing(words, where, Where.IN_TEXT)),
                *_joined(ReasonKind.TRANSLATION, _standing(words, where, Where.TRANSLATED)),
            )
            known[where] = worded, _standing(words, where, Where.APART)
        worded, apart = known[where]
        if not (below or apart):
            found.append(worded or near)
            continue
        card = contents.cards[place]
        concepts = [one for s, narrower in below.items() if (one := _tagged(card, s, narrower))]
        names: list[str] = []
        keywords: list[Group] = []
        for group in apart:
            labelled = contents.understanding.labelled(group.own)
            by_label = [slug for slug in card.concepts if slug in labelled]
            named = [name for name in card.names if not group.own.isdisjoint(name_terms(name))]
            concepts += by_label
            names += named
            if not (by_label or named):
                keywords.append(group)
        own = (
            *(Reason(ReasonKind.CONCEPT, slug) for slug in dict.fromkeys(concepts)),
            *(Reason(ReasonKind.NAME, name) for name in names[:1]),
            *worded,
            *_joined(ReasonKind.KEYWORD, keywords),
        )
        found.append(own or near)
    return found


def _standing(words: Sequence[Group], where: Sequence[int], kind: Where) -> list[Group]:
    if kind not in where:
        return []
    return [group for group, own in zip(words, where, strict=True) if own == kind]


def _joined(kind: ReasonKind, groups: Iterable[Group]) -> tuple[Reason, ...]:
    words = ", ".join(group.word for group in groups)
    return (Reason(kind, words),) if words else ()


def _tagged(card: Card, slug: str, narrower: Collection[str]) -> str | None:
    """The concept itself or a narrower one, whichever the document is tagged with."""
    if slug in card.concepts:
        return slug
    return next((own for own in card.concepts if own in narrower), None)
