"""Write data/judged/corpus.jsonl: the demo fair's exhibits as the judged queries meet them."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from catalog import demo, reading
from catalog.store import Store
from fair import DATA, documents_of
from index import Document
from scripts.edge import sentences

CORPUS = DATA / "judged" / "corpus.jsonl"


@sentences()
def main(
    out: Annotated[Path, typer.Option(help="Where to write it.")] = CORPUS,
) -> None:
    """Write the corpus of the judged set anew from data/demo; run it when the demo changed."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/korme.db")
        store.migrate()
        demo.load(store, DATA, datetime.now(UTC))
        with store.reading() as session:
            edition = reading.current_edition(session)
            assert edition is not None
            documents = documents_of(session, edition.slug)
        store.close()
    lines = [json.dumps(_line(document), ensure_ascii=False) for document in documents]
    out.write_text("\n".join(lines) + "\n", "utf-8")
    typer.echo(f"{len(lines)} exhibits written to {out}.")


def _line(document: Document) -> dict[str, object]:
    texts = {
        text.language: {"title": text.title, "summary": text.summary, "body": text.body}
        for text in document.texts
    }
    first = document.texts[0]
    return {
        "_id": document.code,
        "title": first.title,
        "text": f"{first.summary}\n{first.body}",
        "document": {
            "texts": texts,
            "concepts": document.concepts,
            "keywords": document.keywords,
            "names": document.names,
            "facets": document.facets,
        },
    }


if __name__ == "__main__":
    typer.run(main)
