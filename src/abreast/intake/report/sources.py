"""From a file to the text of a report: plain text, PDF with its layout, pictures through tesseract if it is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from abreast.foundation.errors import InputError, Place
from abreast.foundation.language import gettext as _
from abreast.foundation.language import mark, say_number
from abreast.intake.report.ruled import MOST_PAGES as MOST_RULED
from abreast.intake.report.ruled import RuledTable, may_hold_tables, ruled_tables
from abreast.intake.report.text import PAGE_BREAK

MOST_PAGES = 300
MOST_SCANNED = 30
MOST_CHARACTERS = 3_000_000
"""In a PDF, where columns are kept apart by blanks."""

MOST_PLAIN = 500_000
"""In plain text: a report of 300 pages. Reading takes time in proportion to the length, about 1.5 s for 100,000."""

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"RIFF", b"GIF8")
_FEW = 16
_SECONDS = 60
_NO_TESSERACT = mark(
    "it is a picture, and the program tesseract, which reads pictures, is not on this machine; install it (Debian and "
    "Ubuntu: apt install tesseract-ocr; macOS: brew install tesseract; Windows: the installer of UB Mannheim), "
    "or paste the text"
)


@dataclass(frozen=True, slots=True)
class ReportSource:
    """The text of a report, pages divided by form feeds, and what a person should know about how it was got."""

    text: str
    problems: tuple[str, ...] = ()


def is_pdf(content: bytes) -> bool:
    """Return whether a file is a PDF."""
    return b"%PDF-" in content[:1024]


def is_picture(content: bytes) -> bool:
    """Return whether a file is a picture of a kind that tesseract reads."""
    return content.startswith(_PICTURES)


def is_text(content: bytes, file: str) -> bool:
    """Return whether a file is plain text and not a record: no JSON, no XML, no control signs."""
    if file.casefold().endswith((".json", ".ndjson", ".xml", ".jsonl")):
        return False
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] in (b"{", b"<") or head.startswith((b"PK\x03\x04", b"[{", b'["')):
        return False
    return b"\x00" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))


def read_source(content: bytes, file: str) -> ReportSource:
    """Return the text of a file.

    Raises:
        InputError: when it is protected, damaged, a picture that cannot be read here, or holds no words.
    """
    if is_pdf(content):
        source = _pdf(content, file)
    elif is_picture(content):
        source = ReportSource(
            _recognised(content, file),
            (_("%(file)s: read from a picture; compare the words closely") % {"file": file},),
        )
    else:
        source = ReportSource(_decoded(content))
    most = MOST_CHARACTERS if is_pdf(content) else MOST_PLAIN
    if len(source.text) > most:
        shown = _(
            "%(file)s: only the first %(most)s characters were read, and the rest was not; if it holds several "
            "reports, bring them one by one"
        ) % {"file": file, "most": say_number(most)}
        source = ReportSource(source.text[:most], (*source.problems, shown))
    if not re.search(r"\w", source.text):
        raise InputError(_("no words could be found in it"), Place(file))
    return source


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1").replace("\r\n", "\n")


def _pdf(content: bytes, file: str) -> ReportSource:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise InputError(_damage(str(error)), Place(file)) from None
    try:
        return _pages(document, content, file)
    except pypdfium2.PdfiumError:
        raise InputError(_("the PDF is damaged: a page of it cannot be opened"), Place(file)) from None
    finally:
        document.close()


def _damage(error: str) -> str:
    if "password" in error.casefold():
        return _("the PDF is protected with a password; open it, save a copy without one, and use the copy")
    return _("the PDF is damaged or cut off; download it again")


def _pages(document: Any, content: bytes, file: str) -> ReportSource:
    texts: list[str] = []
    problems: list[str] = []
    pictures: list[int] = []
    ruled = 0
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        tables: tuple[RuledTable, ...] = ()
        if ruled < MOST_RULED and _is_upright(page) and may_hold_tables(_drawn(page)):
            ruled += 1
            tables = ruled_tables(content, number, page.get_height())
        text = _layout(page, tables)
        if len(text.strip()) < _FEW and _has_picture(page):
            pictures.append(number + 1)
            text = _scanned(page, file, len(pictures))
        texts.append(text)
        page.close()
    if len(document) > MOST_PAGES:
        said = _("%(file)s: only the first %(most)d of its %(all)d pages were read")
        problems.append(said % {"file": file, "most": MOST_PAGES, "all": len(document)})
    if pictures:
        which = ", ".join(str(number) for number in pictures[:10])
        if shutil.which("tesseract"):
            said = _("%(file)s: page %(which)s read from a picture; compare the words closely")
            problems.append(said % {"file": file, "which": which})
            if len(pictures) > MOST_SCANNED:
                said = _("%(file)s: only %(most)d of its %(all)d pages that are pictures were read")
                problems.append(said % {"file": file, "most": MOST_SCANNED, "all": len(pictures)})
        elif not any(text.strip() for text in texts):
            raise InputError(_(_NO_TESSERACT), Place(file))
        else:
            said = _("%(file)s: page %(which)s not read: %(why)s")
            problems.append(said % {"file": file, "which": which, "why": _(_NO_TESSERACT)})
    return ReportSource(PAGE_BREAK.join(texts), tuple(problems))


def _is_upright(page: Any) -> bool:
    """Return whether places on a page are counted from its own lower left corner, as both libraries then do."""
    box = page.get_mediabox()
    return bool(page.get_rotation() == 0 and box[:2] == (0, 0) and page.get_cropbox() == box)


def _drawn(page: Any) -> int:
    """Return how many lines and boxes are drawn on a page."""
    from pypdfium2 import raw

    return sum(1 for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=3))


def _has_picture(page: Any) -> bool:
    from pypdfium2 import raw

    return any(True for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _layout(page: Any, tables: tuple[RuledTable, ...]) -> str:
    """Return the text of a page: what stands in one line in one line, columns apart, ruled tables by their cells."""
    words = page.get_textpage()
    try:
        boxes = list(_words(words))
    finally:
        words.close()
    return "\n".join(_with_tables(boxes, tables))


def _with_tables(boxes: list[Box], tables: tuple[RuledTable, ...]) -> Iterator[str]:
    """Yield the lines above the first table, its rows, the lines between it and the next, and so on."""
    tables = tuple(one for one in tables if one.has_all_of([box[4] for box in boxes if one.holds(*box[:4])]))
    left = [box for box in boxes if not any(table.holds(*box[:4]) for table in tables)]
    for table in tables:
        above = [box for box in left if box[1] + box[3] > table.bottom + table.top]
        left = [box for box in left if box[1] + box[3] <= table.bottom + table.top]
        yield from _lines(above)
        yield ""
        yield from table.lines
        yield ""
    yield from _lines(left)


Box = tuple[float, float, float, float, str]
"""Left, bottom, right and top of a word, and the word."""


def _words(page: Any) -> Iterator[Box]:
    """Yield the words of a page with their places."""
    from pypdfium2 import raw

    word: list[str] = []
    left = bottom = right = top = 0.0
    for index in range(page.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(page, index))
        if sign.isspace() or sign in "\x00\ufffe\u00ad":
            if word:
                yield left, bottom, right, top, "".join(word)
            word = []
            continue
        a, b, c, d = page.get_charbox(index, loose=True)
        far = word and (a - right > 0.6 * max(c - a, 1.0) or a < left or b > top or d < bottom)
        if far:
            yield left, bottom, right, top, "".join(word)
            word = []
        if not word:
            left, bottom, right, top = a, b, c, d
        word.append(sign)
        right, top, bottom = max(right, c), max(top, d), min(bottom, b)
    if word:
        yield left, bottom, right, top, "".join(word)


def _lines(boxes: list[Box]) -> Iterator[str]:
    if not boxes:
        return
    widths = sorted((right - left) / len(text) for left, _, right, _, text in boxes if len(text) > 2 and right > left)
    width = max(1.0, widths[len(widths) // 2] if widths else 5.0)
    margin = min(left for left, *_ in boxes)
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda one: (-(one[1] + one[3]) / 2, one[0])):
        middle = (box[1] + box[3]) / 2
        if rows and abs(middle - (rows[-1][0][1] + rows[-1][0][3]) / 2) < 0.5 * max(3.0, box[3] - box[1]):
            rows[-1].append(box)
        else:
            rows.append([box])
    previous: float | None = None
    for row in rows:
        bottom, top = row[0][1], row[0][3]
        if previous is not None and previous - top > 1.1 * max(4.0, top - bottom):
            yield ""
        previous = bottom
        line, end = "", margin
        for left, _bottom, right, _top, text in sorted(row):
            gap = left - end
            spaces = 0 if not line else 1 if gap < 1.8 * width else max(3, round(gap / width))
            line += " " * min(spaces, 60) + text
            end = right
        yield line[:2000]


def _scanned(page: Any, file: str, count: int) -> str:
    if not shutil.which("tesseract") or count > MOST_SCANNED:
        return ""
    width, height = page.get_size()
    scale = min(200 / 72, 4000 / max(width, height, 1))
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    if picture.ndim == 3:
        picture = picture[:, :, 0]
    rows, columns = picture.shape
    return _recognised(b"P5\n%d %d\n255\n" % (columns, rows) + picture.tobytes(), file)


def _recognised(content: bytes, file: str) -> str:
    """Return the words of a picture; tesseract gets it through a pipe, so that no copy lies on the disk."""
    program = shutil.which("tesseract")
    if program is None:
        raise InputError(_(_NO_TESSERACT), Place(file))
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            [program, "stdin", "stdout", "--psm", "6", "-c", "preserve_interword_spaces=1"],
            input=content, capture_output=True, timeout=_SECONDS, check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        said = _("reading the picture took longer than %(seconds)d seconds") % {"seconds": _SECONDS}
        raise InputError(said, Place(file)) from None
    if done.returncode != 0:
        raise InputError(_("the picture is damaged or of a kind that cannot be read"), Place(file))
    return done.stdout.decode("utf-8", errors="replace").replace(PAGE_BREAK, "\n")


__all__ = ["MOST_PAGES", "ReportSource", "is_pdf", "is_picture", "is_text", "read_source"]
