"""The packet for a second opinion: a letter, a summary, what to ask for, and the person's own reports behind it.

The part that is ours is set in one piece, tagged, with the page numbers of everything that follows. The person's PDF
files are put behind it unchanged but for a small page number at the foot of each page and for actions (scripts,
programs to start), which are taken out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from abreast.case import Case, Fact
from abreast.foundation.language import current, say_iso
from abreast.foundation.language import gettext as _
from abreast.outputs.documents.blocks import AnyBlock, Document, Heading, Table, bullets, para
from abreast.outputs.documents.papers import Press
from abreast.outputs.documents.parts import Index, made_on, page_of, title_for
from abreast.outputs.documents.plan_document import timeline_table, treatments_table
from abreast.outputs.documents.typeset import typeset
from abreast.plan.model import Plan
from abreast.plan.words import say_fact

if TYPE_CHECKING:
    import pikepdf

FIRST_QUESTIONS = 3
"""Options and tests that the letter names by themselves."""

STAMP = (200.0, 14.0)
"""Width and height in points of a page number laid over a report; the size of the page in ``stamps.typ``."""

_ABOUT = "what_to_send"
"""The second-opinion entry whose sources stand behind the list of what to ask for."""


@dataclass(frozen=True)
class Attachment:
    """A PDF file of the person: its name as shown, and where it is: a path, or an open file."""

    name: str
    content: Path | BinaryIO


@dataclass(frozen=True)
class _Opened:
    name: str
    pdf: pikepdf.Pdf


# --- the letter ----------------------------------------------------------------------------------------------------


def cover_letter(plan: Plan) -> str:
    """Return a letter to edit, as plain text; what only the person knows stands in brackets."""
    have = " ".join(line.text for line in plan.have.sentences)
    parts = [
        _("[Your name]\n[Your address]\n[Your telephone number]\n[Your date of birth]"),
        say_iso(plan.made),
        _("To: [name of the doctor or center]"),
        _("Request for a second opinion on breast cancer"),
        _("Dear Dr. [name],"),
        _("I ask for your opinion on my breast cancer and on what to do next."),
        _("What my records say: %(have)s") % {"have": have} if have else "",
        _treated(plan),
        _("I would like to know:\n%(list)s") % {"list": "\n".join(f"- {one}" for one in _asked(plan))},
        _(
            "With this letter come a summary, a timeline, and my reports. I have asked for the slides and the scans to "
            "be sent to you. My doctor is [name, hospital, telephone number] and knows that I am asking. Please send "
            "your report to both of us."
        ),
        _("I can be reached at [telephone number or e-mail], best at [time of day]."),
        _("Thank you for your time.\n\n[Your name]"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _treated(plan: Plan) -> str:
    if not plan.have.lines:
        return ""
    unknown = _("start not known")
    lines = (f"{' + '.join(line.drugs)} ({say_iso(line.start) or unknown})" for line in plan.have.lines)
    return _("Treatments so far, with their start: %(list)s.") % {"list": "; ".join(lines)}


def _asked(plan: Plan) -> Iterator[str]:
    yield _("Do you agree with the type and stage? Would your pathologist look at the slides again?")
    for one in plan.tests[:FIRST_QUESTIONS]:
        yield one.question
    yield _("Which treatments would you weigh for me now, and in which order?")
    yield _("Is there a trial for me, at your center or elsewhere?")
    yield _("How long can the decision wait?")


def _paragraphs(letter: str) -> list[list[str]]:
    """Return the letter as paragraphs of lines."""
    blocks = letter.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n\n")
    return [[line.rstrip() for line in block.split("\n") if line.strip()] for block in blocks if block.strip()]


# --- what to ask for -----------------------------------------------------------------------------------------------


def requests(plan: Plan, case: Case) -> tuple[tuple[str, str], ...]:
    """Return what to ask for and from whom; what the record names comes with its day."""
    rows = [
        (_("Every pathology report, with ER, PR and HER2"), _("Pathology, or medical records")),
        (_("Slides of every biopsy and operation"), _("Pathology department")),
        (_("The tissue block, or unstained slides, when the center asks for them"), _("Pathology department")),
        (
            _("Scans on a disc (CT, MRI, PET, bone scan, mammogram), the pictures themselves"),
            _("Radiology"),
        ),
        (_("The report of every scan"), _("Radiology, or medical records")),
        (_("Recent blood tests, with the normal ranges"), _("Laboratory, or your portal")),
        (_("Notes of the last visits, and the plan of treatment"), _("Your oncologist's office")),
        (_("A list of every drug treatment: start, end, and why it ended"), _("Your oncologist's office")),
    ]
    for attribute, words, who in (
        ("surgery", _("The report of the operation: %(what)s"), _("Hospital of the operation")),
        ("radiation", _("The summary of the radiation, with the plan: %(what)s"), _("Radiation department")),
        ("genomic_test", _("The whole report of the gene test: %(what)s"), _("Laboratory of the test")),
    ):
        rows += [(words % {"what": _what(fact, case)}, who) for fact in case.items(attribute)]
    if case.items("variant") and not case.items("genomic_test"):
        rows.append((_("The whole report of the gene test"), _("Laboratory of the test")))
    return tuple(dict.fromkeys(rows))


def _what(fact: Fact, case: Case) -> str:
    return say_fact(fact, case.vocabulary)


# --- our part ------------------------------------------------------------------------------------------------------


def _front(press: Press, letter: str, behind: Sequence[tuple[str, int]]) -> bytes:
    plan = press.plan
    document = Document(
        title=title_for(plan, _("For a second opinion: %(name)s"), _("For a second opinion")),
        about=(made_on(plan),),
        body=tuple(_body(plan, press.case)),
        foot=_("Put together by the patient. Verify against the reports."),
        contents=_("Contents"),
        page_of=page_of(),
    )
    extra = {
        "letter_title": _("Letter"),
        "letter": _paragraphs(letter),
        "behind_title": _("My reports"),
        "behind": [{"title": name, "pages": count} for name, count in behind],
    }
    return typeset(document, language=current(), paper=press.paper, day=press.day, template="packet", extra=extra)


def _body(plan: Plan, case: Case) -> Iterator[AnyBlock]:
    index = Index(plan)
    yield Heading(1, _("Summary"))
    yield bullets([line.text for line in plan.have.sentences]) if plan.have.sentences else para(plan.scope.text)
    if plan.conflicts:
        yield Heading(2, _("Where my record says different things"))
        yield bullets([one.text for one in plan.conflicts])
    if plan.have.lines:
        yield Heading(2, _("Treatments for the cancer, in order"))
        yield treatments_table(plan)
    if plan.timeline:
        yield Heading(1, _("Timeline"))
        yield timeline_table(plan)
    yield Heading(1, _("What to ask for, and send"))
    yield para(_("Ask early. Keep the discs and reports you get, and send copies."))
    rows = tuple((what, who, "", "") for what, who in requests(plan, case))
    yield Table((_("What"), _("From whom"), _("Asked on"), _("Here on")), rows, (6, 4, 2, 2))
    about = next((one for one in plan.second_opinion if one.id == _ABOUT), None)
    if about:
        yield from index.cited(about.sources)
    yield Heading(1, _("My record, and where it comes from"))
    yield index.record()


# --- putting it together -------------------------------------------------------------------------------------------


def write_packet(
    press: Press, stream: BinaryIO, *, letter: str = "", attachments: Sequence[Attachment] = ()
) -> list[str]:
    """Write the packet to a stream; return a sentence for each file that could not be put in, naming it.

    ``letter`` is the person's text; without it, the letter that :func:`cover_letter` proposes. Files stand behind in
    the order given. A file that is damaged, protected by a password, empty or no PDF is left out, and the rest is made.
    """
    import pikepdf

    left_out: list[str] = []
    opened = [one for one in (_open(each, left_out) for each in attachments) if one]
    try:
        behind = [(one.name, len(one.pdf.pages)) for one in opened]
        front = _front(press, letter or cover_letter(press.plan), behind)
        with pikepdf.open(io.BytesIO(front)) as packet:
            if opened:
                _append(packet, opened, press)
            packet.save(stream, deterministic_id=True)
    finally:
        for one in opened:
            one.pdf.close()
    return left_out


def _open(attachment: Attachment, left_out: list[str]) -> _Opened | None:
    """Open a file, or say why it is left out."""
    import pikepdf

    name = attachment.name
    content = attachment.content
    try:
        pdf = pikepdf.open(content)
    except pikepdf.PasswordError:
        left_out.append(
            _("%(file)s is protected by a password: it was left out. Save it without one.") % {"file": name}
        )
        return None
    except pikepdf.PikepdfError:  # the base of PdfError and of QpdfRuntimeError: a damaged file causes both
        left_out.append(_("%(file)s is damaged or is no PDF: it was left out.") % {"file": name})
        return None
    except OSError as error:
        words = _("%(file)s cannot be opened (%(why)s): it was left out.")
        left_out.append(words % {"file": name, "why": error.strerror or ""})
        return None
    try:
        readable = bool([page.mediabox for page in pdf.pages])
    except pikepdf.PikepdfError:
        readable = False
    if not readable:
        left_out.append(_("%(file)s has no pages that can be read: it was left out.") % {"file": name})
        pdf.close()
        return None
    return _Opened(name, pdf)


def _append(packet: pikepdf.Pdf, opened: Sequence[_Opened], press: Press) -> None:
    """Put the files behind our pages, number them, and name them among the bookmarks."""
    import pikepdf

    front = len(packet.pages)
    total = front + sum(len(one.pdf.pages) for one in opened)
    starts: list[tuple[str, int]] = []
    for one in opened:
        starts.append((one.name, len(packet.pages)))
        packet.pages.extend(one.pdf.pages)
    stamps = _stamps(press, front + 1, total)
    with pikepdf.open(io.BytesIO(stamps)) as numbers:
        for place in range(front, total):
            page = packet.pages[place]
            _without_actions(page)
            _stamp(page, numbers.pages[place - front])
    with packet.open_outline() as outline:
        mine = pikepdf.OutlineItem(_("My reports"), front)
        mine.children.extend(pikepdf.OutlineItem(name, place) for name, place in starts)
        outline.root.append(mine)
    with packet.open_metadata(set_pikepdf_as_editor=False) as metadata:
        # The reports of others are not tagged: the whole is no longer PDF/UA, and must not say so.
        if "pdfuaid:part" in metadata:
            del metadata["pdfuaid:part"]


def _stamps(press: Press, first: int, last: int) -> bytes:
    document = Document(title=_("Page numbers"), about=(), body=(), foot="", page_of=page_of())
    extra = {"first": first, "last": last, "of": last}
    return typeset(document, language=current(), paper=press.paper, day=press.day, template="stamps", extra=extra)


def _stamp(page: pikepdf.Page, number: pikepdf.Page) -> None:
    """Lay a page number over the middle of the lower margin of what is shown of a page."""
    import pikepdf

    left, bottom, right, _top = (float(edge) for edge in page.trimbox)
    width, height = STAMP
    middle = (left + right) / 2
    page.add_overlay(number, pikepdf.Rectangle(middle - width / 2, bottom + 2, middle + width / 2, bottom + 2 + height))


def _without_actions(page: pikepdf.Page) -> None:
    """Take out what a page could start: scripts, programs, files of the machine. Links to the web stay."""
    import pikepdf

    if "/AA" in page.obj:
        del page.obj["/AA"]
    notes = page.obj.get("/Annots")
    for note in notes if isinstance(notes, pikepdf.Array) else ():
        if not isinstance(note, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if "/AA" in note:
            del note["/AA"]
        if "/A" in note and not _only_leads_on(note["/A"]):
            del note["/A"]


def _only_leads_on(action: object) -> bool:
    """Return whether an action goes to a place or an address, and nothing follows it (ISO 32000-1, 12.6.2: Next)."""
    import pikepdf

    return (
        isinstance(action, pikepdf.Dictionary)
        and action.get("/S") in (pikepdf.Name.URI, pikepdf.Name.GoTo)
        and "/Next" not in action
    )


__all__ = ["Attachment", "cover_letter", "requests", "write_packet"]
