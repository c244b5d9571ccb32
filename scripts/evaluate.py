"""Measure search quality on folders in BEIR format, with the real index and no database."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from catalog.settings import Settings
from fair import DATA, language_data
from index import Backend, Mode, SearchIndex, SharedEncoder
from index.encoder import model_name, open_encoder
from index.evaluation import DEPTH, Figures, JudgedSet, figures, read_beir, read_concepts
from index.memory import MemoryCache
from scripts.edge import sentences


@sentences()
def main(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="BEIR folders.")],
    mode: Annotated[
        list[Mode] | None, typer.Option(help="Only this half of the search; may be repeated.")
    ] = None,
    tags: Annotated[bool, typer.Option("--tags", help="Also a line for each tag.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a set.")] = False,
) -> None:
    """nDCG@10, MRR@10 and recall@10 of hybrid, dense and lexical search on BEIR folders.

    For each tag also success@3, the share of its queries that were corrected and of those told
    that nothing fits. The vocabulary of technologies in data/ is used as in the app.
    """
    settings = Settings()
    modes = mode or [Mode.HYBRID]
    sets = [read_beir(folder) for folder in folders]
    encoder = None if modes == [Mode.LEXICAL] else _encoder(settings)
    rows = [row for one in sets for row in _measure(one, modes, encoder, settings, tags=tags)]
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
    else:
        _print(rows)


def _encoder(settings: Settings) -> SharedEncoder:
    wanted = settings.encoder_backend
    encoder = open_encoder(settings.model, Backend(wanted) if wanted else None, settings.home)
    return SharedEncoder(model_name(settings.model), encoder)


def _measure(
    judged: JudgedSet,
    modes: Sequence[Mode],
    encoder: SharedEncoder | None,
    settings: Settings,
    *,
    tags: bool,
) -> list[dict[str, object]]:
    language = language_data(settings.home)
    index = SearchIndex(encoder, MemoryCache(), language=language)
    with tqdm(desc=judged.name, unit=" passages", disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        index.refresh(judged.documents, read_concepts(DATA), 1, progress=progress)
    rows = []
    for mode in modes:
        results = {
            query: index.search(text, mode=mode, limit=DEPTH)
            for query, text in judged.queries.items()
        }
        ranked = {query: [hit.code for hit in found.hits] for query, found in results.items()}
        rows.append(_row(judged.name, mode, figures(ranked, judged)))
        if not tags:
            continue
        for tag in sorted({tag for found in judged.tags.values() for tag in found}):
            own = {query: codes for query, codes in ranked.items() if tag in judged.tags[query]}
            measured = figures(own, judged)
            corrected = sum(results[query].correction is not None for query in own)
            refused = sum(not results[query].fits for query in own)
            rows.append(
                _row(f"{judged.name}: {tag}", mode, measured)
                | {
                    "queries": len(own),
                    "success@3": round(measured.success, 4),
                    "corrected": round(corrected / len(own), 4),
                    "nothing fits": round(refused / len(own), 4),
                }
            )
    return rows


def _row(name: str, mode: Mode, found: Figures) -> dict[str, object]:
    return {
        "set": name, "mode": mode.value, "ndcg@10": round(found.ndcg, 4),
        "mrr@10": round(found.mrr, 4), "recall@10": round(found.recall, 4),
        "queries": found.queries,
    }  # fmt: skip


def _print(rows: Sequence[dict[str, object]]) -> None:
    table = Table()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    for column in columns:
        table.add_column(column, justify="left" if column in ("set", "mode") else "right")
    for row in rows:
        table.add_row(*(str(row.get(column, "")) for column in columns))
    Console(width=120).print(table)


if __name__ == "__main__":
    typer.run(main)
