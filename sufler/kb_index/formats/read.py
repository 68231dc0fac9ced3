"""Reading a file or a folder of any known format; what a file is, is told by name and content."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from sufler.domain.errors import BadInput
from sufler.domain.knowledge import Article
from sufler.kb_index.formats.archive import unpack
from sufler.kb_index.formats.csv_file import read_csv
from sufler.kb_index.formats.json_file import read_json, read_jsonl
from sufler.kb_index.formats.page_files import PAGES, read_page, read_pages
from sufler.kb_index.formats.rows import ImportRow
from sufler.kb_index.formats.xlsx_file import read_xlsx

Reader = Callable[[Path, str, Mapping[str, str]], Iterator[ImportRow]]


def _read_zip(path: Path, name: str, mapping: Mapping[str, str]) -> Iterator[ImportRow]:
    with TemporaryDirectory(prefix="sufler-unpacked-") as folder:
        yield from read(unpack(path, name, Path(folder)), mapping=mapping)


READERS: Mapping[str, Reader] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".json": read_json,
    ".zip": _read_zip,
    **dict.fromkeys(PAGES, read_page),
}
_ZIPPED = {".xlsx": "an Excel workbook", ".xlsm": "an Excel workbook",
           ".docx": "a Word document", ".zip": "a ZIP archive"}  # fmt: skip
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_IN_FOLDER = frozenset(READERS) - {".txt", ".zip"}


def files_of(path: Path) -> list[Path]:
    """The file itself, or the importable files below the folder in order of their names. Hidden
    files and a spreadsheet's lock files are passed over. Raises BadInput when there is none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadInput(f"{path}: there is no such file or folder", field="path")
    found = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in _IN_FOLDER
        and file.is_file()
        and not any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
    )
    if not found:
        kinds = ", ".join(sorted(_IN_FOLDER))
        raise BadInput(f"{path}: the folder holds no file that can be imported ({kinds})")
    return found


def read(
    path: Path, *, mapping: Mapping[str, str] | None = None, name: str | None = None
) -> Iterator[ImportRow]:
    """Every row of a file or folder, as a stream. `mapping` gives fields their columns' names;
    `name` is what to call a single file. Raises BadInput naming the file."""
    root = path if path.is_dir() else path.parent
    files = files_of(path)
    if not all(map(_is_page, files)):
        # Beside tables, a README speaks of the tables.
        files = [file for file in files if file.stem.casefold() != "readme"]
    pages = {file.relative_to(root).as_posix(): file for file in files if _is_page(file)}
    if path.is_dir() and pages:
        any_row = False
        for row in read_pages(pages):
            any_row = True
            yield row
        if not any_row:
            raise BadInput(f"{path}: none of its {len(pages)} pages holds a text")
        files = [file for file in files if not _is_page(file)]
    for file in files:
        shown = name or file.relative_to(root).as_posix()
        empty = True
        for row in _reader(file, shown)(file, shown, mapping or {}):
            empty = False
            yield row
        if empty:
            raise BadInput(f"{shown}: holds no articles, at most a header")


def read_articles(path: Path, *, mapping: Mapping[str, str] | None = None) -> list[Article]:
    """All articles of a file or folder. Raises BadInput at the first row that is none."""
    articles: list[Article] = []
    for row in read(path, mapping=mapping):
        if row.article is None:
            raise BadInput(f"{row.at}: {row.reason}")
        articles.append(row.article)
    return articles


def _is_page(file: Path) -> bool:
    return file.suffix.lower() in PAGES


def _reader(path: Path, name: str) -> Reader:
    suffix = Path(name).suffix.lower()
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise BadInput(f"{name}: cannot be read: {error.strerror}", field="path") from None
    if not head:
        raise BadInput(f"{name}: the file is empty")
    if head == _OLE:
        raise BadInput(
            f"{name}: an old or a protected document of Office; save it as .xlsx, .docx or CSV"
        )
    reader = READERS.get(suffix)
    if reader is None:
        kinds = ", ".join(sorted(READERS))
        raise BadInput(f"{name}: unknown kind of file; known are {kinds}", field="path")
    if (head == _ZIP) is not (suffix in _ZIPPED):
        really = "an archive or a workbook" if head == _ZIP else f"not {_ZIPPED[suffix]}"
        raise BadInput(f"{name}: is {really} although its name ends with {suffix}")
    return reader
