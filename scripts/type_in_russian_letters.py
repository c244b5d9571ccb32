"""Write a BEIR folder anew with its queries as people type Kazakh on a Russian keyboard."""

import json
import shutil
from pathlib import Path
from typing import Annotated

import typer

from index.evaluation import read_beir
from scripts.edge import sentences

# As in Kazakh without its own letters: қ to к, ғ to г, and so on; capitals stay capitals.
_KAZAKH, _RUSSIAN = "қғңөұүіәһ", "кгноууиах"
_TYPED = str.maketrans(_KAZAKH + _KAZAKH.upper(), _RUSSIAN + _RUSSIAN.upper())


def typed_in_russian_letters(text: str) -> str:
    """A text with each Kazakh letter replaced by the Russian one it is typed with."""
    return text.translate(_TYPED)


@sentences()
def main(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A BEIR folder.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write.")],
) -> None:
    """Write DIR's set to OUT with its queries typed in Russian letters; the corpus stays."""
    read_beir(folder)
    if out.resolve() == folder.resolve():
        raise typer.BadParameter("OUT has to be another folder than DIR.")
    (out / "qrels").mkdir(parents=True, exist_ok=True)
    for name in ("corpus.jsonl", "qrels/test.tsv"):
        shutil.copyfile(folder / name, out / name)
    changed, written = 0, []
    for line in (folder / "queries.jsonl").read_text("utf-8").split("\n"):
        if not line.strip():
            continue
        query = json.loads(line)
        typed = typed_in_russian_letters(query["text"])
        changed += typed != query["text"]
        written.append(json.dumps({**query, "text": typed}, ensure_ascii=False))
    (out / "queries.jsonl").write_text("\n".join(written) + "\n", "utf-8")
    typer.echo(f"{len(written)} queries written to {out}, {changed} of them changed.")


if __name__ == "__main__":
    typer.run(main)
