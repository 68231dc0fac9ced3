"""Writes the table of settings into README.md and README.ru.md from app/settings.py:
`python tools/settings_table.py`."""

from pathlib import Path
from typing import Any

from sufler.app.settings import Settings, variable_of
from sufler.domain.knowledge import Language
from sufler.domain.texts import CATALOGUE

ROOT = Path(__file__).parents[1]
READMES: dict[Language, Path] = {"en": ROOT / "README.md", "ru": ROOT / "README.ru.md"}
HEADS: dict[Language, str] = {
    "en": "| variable | default | meaning |",
    "ru": "| переменная | по умолчанию | что значит |",
}
BEGINS, ENDS = "<!-- settings: tools/settings_table.py -->", "<!-- /settings -->"


def table(language: Language) -> str:
    """Every setting in one row."""
    rows = [HEADS[language], "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        russian = CATALOGUE.get(f"setting_{name}", {}).get("ru", field.description)
        meaning = field.description if language == "en" else russian
        rows.append(f"| `{variable_of(name)}` | {_default(field.default)} | {meaning} |")
    return "\n".join(rows)


def _default(value: Any) -> str:
    if value in (None, ()):
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def with_table(text: str, language: Language) -> str:
    """`text` with the table between its marks."""
    before, _, rest = text.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n{table(language)}\n{ENDS}{after}"


if __name__ == "__main__":
    for language, file in READMES.items():
        file.write_text(with_table(file.read_text("utf-8"), language), "utf-8")
