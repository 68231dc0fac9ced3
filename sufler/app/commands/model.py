"""`sufler model`: prepare an encoder, and list those that are prepared."""

from pathlib import Path
from typing import Annotated

import typer

from sufler.app.terminal import AsJson, print_json, print_table, say, steps
from sufler.domain.errors import SuflerError

app = typer.Typer(no_args_is_help=True, help="Prepare the encoder, and list those prepared.")


@app.command("prepare")
def prepare(
    source: Annotated[
        str | None,
        typer.Argument(
            help="default, or a sentence-transformers model by name or path "
            "(default: the setting SUFLER_MODEL)."
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Even when it is there and sound.")
    ] = False,
) -> None:
    """Turn a sentence-transformers model into the file that serves; once per model."""
    from sufler.app.settings import load_settings
    from sufler.kb_index.encoder import ensure_model, load_encoder
    from sufler.kb_index.encoder.manifest import MANIFEST_FILE

    settings = load_settings(model=source)
    folder = settings.model_folder
    if again:
        (folder / MANIFEST_FILE).unlink(missing_ok=True)
    with steps(f"Preparing {settings.model}") as tell:
        ensure_model(folder, settings.model, tell)
    encoder = load_encoder(folder, 1)
    say(f"{encoder.model_id} is ready in {folder} ({encoder.dimension} dimensions)")
    if settings.model != load_settings().model:
        say(f"To serve with it: SUFLER_MODEL={settings.model}")
    encoder.close()


@app.command("list")
def listed(as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False) -> None:
    """List the prepared encoders, and which one is in use."""
    from sufler.app.settings import load_settings

    settings = load_settings()
    folders = sorted(settings.model_folder.parent.glob("*/manifest.json"))
    rows = [_row(file.parent, file.parent == settings.model_folder) for file in folders]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    else:
        say("No encoder is prepared yet. Run: sufler model prepare")


def _row(folder: Path, in_use: bool) -> dict[str, object]:
    from sufler.kb_index.encoder.manifest import verified_manifest

    row: dict[str, object] = {"folder": str(folder), "in_use": in_use}
    try:
        manifest = verified_manifest(folder)
    except SuflerError as error:
        return {**row, "model": "", "source": "", "dimension": "", "state": error.message}
    return {
        **row,
        "model": manifest.model_id,
        "source": manifest.source,
        "dimension": manifest.dimension,
        "state": "sound",
    }
