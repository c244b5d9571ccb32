"""Search the fair from the command line."""

import json
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any

import typer
from tqdm import tqdm

from catalog import reading
from catalog.languages import best
from catalog.settings import Settings
from fair import Fair
from index import Reason, ReasonKind, SearchResult
from scripts.edge import sentences


class Language(StrEnum):
    KK = "kk"
    RU = "ru"
    EN = "en"


@sentences()
def main(
    query: Annotated[str, typer.Argument(help="In any of the three languages.")],
    edition: Annotated[str | None, typer.Option(help="An edition's slug; none: current.")] = None,
    technology: Annotated[str | None, typer.Option(help="Only this technology's slug.")] = None,
    college: Annotated[str | None, typer.Option(help="Only this college's slug.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many hits.")] = 10,
    lang: Annotated[Language, typer.Option(help="Language of titles and names.")] = Language.RU,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print the exhibits that fit a query, best first, and why each is there.

    Where nothing fits, the total is 0 and the hits are the nearest.
    """
    # An argument in another encoding comes with halves of characters that can't be printed.
    query = query.encode("utf-8", "replace").decode("utf-8")
    fair = Fair.open(Settings())
    with fair.store.reading() as session:
        slugs = [one.slug for one in reading.editions(session)]
    if not slugs or (edition is not None and edition not in slugs):
        known = f"There are: {', '.join(slugs)}." if slugs else "Run `make demo` first."
        typer.echo(f"There is no edition {edition or 'yet'}. {known}", err=True)
        raise typer.Exit(2)
    chosen = {"technology": technology, "college": college}
    filters = {facet: [slug] for facet, slug in chosen.items() if slug}
    _refuse_unknown(fair, edition or fair.current_edition, filters)
    fair.load_quick_encoder()
    if not fair.has_encoder:
        fair.load_encoder()
    with tqdm(desc="Reading what others are asked", delay=1, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        fair.look_around(edition, progress)
    result = fair.search(query, edition=edition, filters=filters, limit=limit)
    answer = _answer(fair, result, edition, lang.value)
    fair.close()
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _print(answer, result)


def _refuse_unknown(fair: Fair, edition: str, filters: dict[str, list[str]]) -> None:
    with fair.store.reading() as session:
        known = {
            "technology": [one.slug for one in reading.technologies(session, edition)],
            "college": [one.slug for one in reading.colleges(session, edition)],
        }
    for facet, slugs in filters.items():
        for slug in slugs:
            if slug not in known[facet]:
                near = get_close_matches(slug, known[facet]) or known[facet][:3]
                typer.echo(
                    f"There is no {facet} {slug}; some that there are: {', '.join(near)}.", err=True
                )
                raise typer.Exit(2)


def _answer(fair: Fair, result: SearchResult, edition: str | None, language: str) -> dict[str, Any]:
    with fair.store.reading() as session:
        slug = edition or fair.current_edition
        records = reading.exhibits(session, slug, [hit.code for hit in result.hits])
        labels = {one.slug: one.labels for one in reading.technologies(session, slug)}

    def named(values: Any) -> str:
        found = best(values, language)
        return found[1] if found else ""

    def reason(why: Reason) -> str:
        name = named(labels[why.value]) if why.kind is ReasonKind.CONCEPT else why.value
        return f"{why.kind}: {name}" if name else str(why.kind)

    hits = []
    for hit in result.hits:
        # An exhibit withdrawn a moment ago is in the index still, but not in the catalog.
        if record := records.get(hit.code):
            hits.append(
                {
                    "code": hit.code,
                    "title": named({lang: text.title for lang, text in record.texts.items()}),
                    "college": named(record.college.names),
                    "technologies": [named(labels[one]) for one in record.technologies],
                    "score": hit.score,
                    "why": list(map(reason, hit.why)),
                }
            )
    return {
        "query": result.query,
        "corrected": result.correction.query if result.correction else None,
        "took_ms": round(result.took_ms, 1),
        "total": result.total if result.fits else 0,
        "hits": hits,
    }


def _print(answer: dict[str, Any], result: SearchResult) -> None:
    if answer["corrected"]:
        typer.echo(f"Showing results for «{answer['corrected']}».")
    if not result.meaning:
        typer.echo("No encoder: only words were searched, not meaning.")
    if not result.fits:
        typer.echo("Nothing really fits; these are the nearest.")
    typer.echo(f"{answer['total']} found in {answer['took_ms']} ms")
    for hit in answer["hits"]:
        typer.echo(f"\n{hit['code']}  {hit['title']}")
        typer.echo(f"        {hit['college']}")
        typer.echo(f"        {'; '.join(hit['why'])}")


if __name__ == "__main__":
    typer.run(main)
