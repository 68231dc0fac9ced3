"""`sufler config`: the settings in force, where each comes from, and what it means."""

from typing import Annotated, Any

import typer
from pydantic import SecretStr

from sufler.app.terminal import AsJson, print_json, print_table

MASKED = "••••••"


def config(as_json: Annotated[bool, typer.Option("--json", help=AsJson)] = False) -> None:
    """Show the settings in force; secrets are masked."""
    from sufler.app.settings import Settings, load_settings, source_of, variable_of

    settings = load_settings()
    shown = {name: _shown(getattr(settings, name)) for name in Settings.model_fields}
    if as_json:
        print_json(shown)
        return
    print_table(
        ("variable", "value", "from", "meaning"),
        (
            (variable_of(name), "" if value is None else value, source_of(name), field.description)
            for (name, field), value in zip(
                Settings.model_fields.items(), shown.values(), strict=True
            )
        ),
    )


def _shown(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return MASKED
    return value if isinstance(value, bool | int | float | None) else str(value)
