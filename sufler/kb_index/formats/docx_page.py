"""Reading a Word document by way of HTML; what could harm is refused before it is read."""

import zipfile
from pathlib import Path
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import mammoth
from defusedxml import sax
from defusedxml.common import DefusedXmlException
from selectolax.lexbor import LexborHTMLParser

from sufler.domain.errors import BadInput
from sufler.kb_index.formats.archive import refuse_bomb
from sufler.kb_index.formats.html_page import items_of
from sufler.kb_index.formats.html_text import Heading
from sufler.kb_index.formats.page import Page
from sufler.kb_index.formats.texts import clean_line

# Of text: the reader holds the whole document as a tree, at some twenty times this.
MAX_XML = 16 << 20
_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='Название'] => h1:fresh",
        *(f"p[style-name='Заголовок {level}'] => h{level}:fresh" for level in range(1, 7)),
        "comment-reference =>",
    ]
)


def docx_page(path: Path, name: str, *, address: str = "") -> Page:
    """The document in a file. Raises BadInput naming it."""
    parts = refuse_bomb(path, name, "a Word document", most_parts=5_000)
    if "word/document.xml" not in parts:
        raise BadInput(f"{name}: is not a Word document")
    if any(part.casefold().endswith("vbaproject.bin") for part in parts):
        raise BadInput(f"{name}: holds macros; save it as a plain .docx")
    _check_xml(path, name)
    try:
        with path.open("rb") as file:
            html = mammoth.convert_to_html(
                file, style_map=_STYLES, convert_image=lambda _image: []
            ).value
    except Exception as error:
        # The reader promises no errors of its own: whatever it stumbles over is the document's.
        raise BadInput(f"{name}: the document is damaged ({type(error).__name__})") from error
    body = LexborHTMLParser(html).body
    items = items_of(body, address) if body is not None else []
    tops = [item.text for item in items if isinstance(item, Heading) and item.level == 1]
    title = tops[0] if len(tops) == 1 else clean_line(Path(name).stem.replace("_", " "))
    return Page(title, items)


def _check_xml(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            inner = [
                part
                for part in archive.infolist()
                if part.filename.casefold().endswith((".xml", ".rels"))
            ]
            if sum(part.file_size for part in inner) > MAX_XML:
                raise BadInput(f"{name}: more than {MAX_XML >> 20} MB of text; divide the document")
            for part in inner:
                with archive.open(part) as stream:
                    sax.parse(stream, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException:
        raise BadInput(f"{name}: holds XML entities and is refused") from None
    except (SAXException, zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise BadInput(f"{name}: the document is damaged ({type(error).__name__})") from None
