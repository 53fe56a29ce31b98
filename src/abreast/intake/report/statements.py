# ruff: noqa: E501 - a pattern is read best in one line
"""A report cut into statements: what stands under which heading, about which specimen, of which day."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from abreast.foundation.dates import PartialDate
from abreast.intake.report.dates import FoundDate, find_dates, is_day_first
from abreast.intake.report.spoken import is_spoken
from abreast.intake.report.text import ReportText
from abreast.intake.report.words import read_words

Kind = Literal["pathology", "imaging", "genes", "laboratory", "letter"]
_STOP = re.compile(r"(?<![.])[.!?](?:\s+(?=[\"'(]?[A-Z0-9])|\s*$)|\n|(?<=\w)\s{2,}\d{1,2}\.\s{1,2}(?=[A-Z])")
_STOP_OF_SMALL = re.compile(r"(?<![.])[.!?](?:\s+(?=[\"'(]?[A-Za-z0-9])|\s*$)|\n")
_STOP_OF_SPOKEN = re.compile(
    r"\s+(?=(?:she|he|the patient|patient|last (?:mri|ct|pet|scan|echo)|(?:ct|mri|pet|bone scan|echo) (?:of|chest|brain|shows?|from|scan)|plan|impression|assessment|ejection fraction|ecog|past medical history|family history|labs|on exam|if|genetics|(?:wedge |core |liver |lung |repeat )?biopsy (?:of|on|from|showed)|my recommendation|her (?:mother|father|sister|local doctor|family doctor))\b)|(?<![.])[.!?](?:\s+|\s*$)|\n"
)
"""Where a sentence begins in a dictation without stops."""
_FULL_STOP = re.compile(r"[.!?](?:\s|$)")
_DOT_OF_LIST = re.compile(r"\b[A-Z0-9]{2,8} +\. +[A-Z0-9]{2,8}\b")
"""A dot between the names of a list: "ESR1 . AKT1"."""
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|(?:lab|case|hosp|ref) no|vs|approx|ca|cf|Fig|dept|hosp|resp|incl|max|min|wks?|yrs?|inv|rec|ER|pt|Pt)|\b[A-Z])\.$"
)
_STATUS_NEXT = re.compile(r"(?:POSITIVE|NEGATIVE|EQUIVOCAL|Positive|Negative|Equivocal)\s*(?:[.;,(]|$)")
_NEGATIVE_LIST = re.compile(
    r"[^\n]{0,60}\bno (?:\w+ ){0,3}(?:alterations?|variants?|mutations?)\b|not detected\s*:", re.IGNORECASE
)
_RELATIVE = re.compile(r"(?:maternal|paternal|mother|father|sister|brother|aunt|uncle|cousin|grand)", re.IGNORECASE)
_LONGEST = 700
_A_FEW = 200
_LONGEST_QUOTE = 220
"""A sentence that is longer is shown in part."""
_BESIDE = 90
"""So many letters are shown on each side of what was read, then."""
_A_LIFE = 15
"""A date in the head of a report that is so many years older than another is a birthday, not the day of a sample."""
_CAPITALS = re.compile(r"^\s*[A-Z][A-Z &/,()'-]{5,60}$")
_SIDE = re.compile(
    r"\b(left|right|bilateral|(?:lt|rt)(?=\.?[ -](?:br|ax|chest|mast|lump|side|arm|core|upper|lower|U[OI]Q|L[OI]Q|IDC|ILC|MRM|WLE|partial|total|ovar))|[LR](?=[ -](?:breast|axill|mastectomy|WLE|chest wall|sided|UOQ|UIQ|LOQ|LIQ|IDC|ILC|MRM)))\b",
    re.IGNORECASE,
)
_SPECIMEN = re.compile(
    r"(?:^|\n)\s*+(?:specimen|part|sample|block)?\s*+#?\s*+(?:[A-H1-9]|[A-H](?:,\s?[A-H])+)?[.):]?[^\n]{0,60}?\b(?:breast|liver|bone|lymph node|node|axilla\w*|lung|chest wall|pleura\w*|skin|mastectomy|lumpectomy|excision|core|biopsy|bx)\b[^\n]{0,80}",
    re.IGNORECASE,
)
_TAKEN = (
    r"collect(?:ed|ion)(?: date| on)?|date (?:of )?(?:collect(?:ed|ion)|surgery|procedure|operation|biopsy|exam(?:ination)?|study|scan|service|visit|consultation|clinic|draw)|draw(?:n)?(?: date)?|"
    r"(?:exam|study|scan|procedure|surgery|biopsy|visit|clinic|service|operation|sample|specimen|collection|test|echo|acquisition)(?: date| taken| collected| performed| on)|taken|performed(?: on)?|sampled|exam date|date of op"
)
_TAKEN_LABEL = re.compile(rf"\b(?:{_TAKEN})\s*[:=.]?\s*(?:on\s*)?", re.IGNORECASE)
_DATE_LABEL = re.compile(
    r"(?:^|\s)(?:date|clinic|seen(?: on)?|consultation|visit|visit date|encounter(?: date)?|date of clinic|clinic date|dictated|date dictated|note date)\b[^\n:]{0,30}[:\s]\s*(?:[A-Z][a-z]+day,?\s*)?",
    re.IGNORECASE,
)
_BORN = re.compile(r"(?:d\.?o\.?b\.?|date of birth|born|birth ?date|geb)\W{0,6}$", re.IGNORECASE)
_ISSUED = re.compile(
    r"(?:report(?:ed)?|typed|signed|printed|received|issued|faxed|verified|approved|accession\w*|electronically|transcribed|authori[sz]ed)(?: date| on)?\W{0,4}$",
    re.IGNORECASE,
)

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("imaging", r"\b(?:CT|PET|MRI|(?-i:MR)|bone scan|scintigraphy|ultrasound|mammogra\w+|radiology|imaging)\b(?=[^\n]{0,60}(?:chest|abdomen|brain|breast|scan|contrast|whole|spine|skull|report|centre|center|associates|department|$))|\btechnique:|\bcomparison:"),
    ("genes", r"\b(?:ctdna|cfdna|hereditary|germline|sequencing|genomic|genetics|panel|molecular profil\w+|next[- ]generation|NGS|tumou?r profil\w+|mutational burden|allele (?:fraction|frequency)|microsatellite|genes? (?:tested|analy[sz]ed|assayed)|(?:unknown|uncertain) significance|zygosity)\b"),
    ("laboratory", r"\b(?:reference (?:interval|range)|units|flag|ref\.? range|biological ref)\b"),
    ("letter", r"\bdear (?:dr|doctor|colleague|mr|ms|mrs)|yours sincerely|clinic letter|\b(?:progress|visit|consult(?:ation)?|oncology|oncology clinic) (?:note|letter)\b|\b(?:hx|s/p|year[- ]old|y/o|tumou?r board|MDT|multidisciplinary|outcome|clinic|consult|HPI|treatment summary|second opinion|return visit|date seen|seen in clinic|follow[- ]up visit|known case|reviewed|discharge (?:summary|letter)|admitted|discharged|tumou?r conference|to whom it may concern|proforma|pre-?screening|chart review|nursing note|infusion|prior authorization|problem list|medication list|PMHx?|FHx|prior tx|ECOG|secure message|care plan|survivorship|K/c/o|[ch]/o|Tab|Inj|Adv|referral|transfer of care|office visit|A/P|ROS|oncologic history|MEDS|my (?:doctor|oncologist|cancer|bones|scan|health story)|screening (?:summary|visit|note|log)|Genetic counsel\w+ note)\b|\bI (?:reviewed|saw|met)\b|\bhistory of present illness\b|\bassessment\b|\bHPI\b"),
    ("pathology", r"\b(?:(?:cyto|histo)?patholog\w+|cytolog\w+|specimens?|biopsy|histolog\w+|synoptic|gross description|immunohistochem\w+|IHC|microscopic|excision|mastectomy)\b"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or row. ``section`` is the kind of its part, ``title`` the label it stands under, in small letters.

    ``date``, ``side`` and ``specimen`` are those of the sample that the part is about, when it names one.
    """

    start: int
    end: int
    section: str = ""
    title: str = ""
    date: PartialDate | None = None
    side: str = ""
    specimen: str = ""
    amends: bool = False


@dataclass(frozen=True)
class Report:
    """A report, ready to be read."""

    words: ReportText

    @property
    def norm(self) -> str:
        """The plain text."""
        return self.words.norm

    def of(self, statement: Statement) -> str:
        """Return the plain words of a statement."""
        return self.norm[statement.start : statement.end]

    def around(self, start: int, end: int) -> str:
        """Return the words at a place with the sentence or row they stand in, cut near them when it is long.

        "Brain metastases" may be denied by the word before: who is to say whether it was read rightly sees both.
        """
        at = bisect.bisect_right(self._statement_starts, start) - 1
        low, high = start, end
        if at >= 0:
            low, high = min(start, self.statements[at].start), max(end, self.statements[at].end)
        if high - low > _LONGEST_QUOTE:
            low, high = self._word_at(max(low, start - _BESIDE)), self._word_at(min(high, end + _BESIDE))
        return " ".join(self.words.quote(low, high).split())

    def _word_at(self, place: int) -> int:
        """Return a place that cuts no word: that of the space before it, or the place itself."""
        space = self.norm.rfind(" ", max(0, place - 20), place)
        return place if place in (0, len(self.norm)) or space < 0 else space

    @cached_property
    def _statement_starts(self) -> list[int]:
        return [one.start for one in self.statements]

    @cached_property
    def day_first(self) -> bool:
        """Whether 04/05/2024 is the fourth of May here."""
        return is_day_first(self.norm)

    @cached_property
    def dates(self) -> tuple[FoundDate, ...]:
        """All dates but those of birth."""
        return tuple(
            one
            for one in find_dates(self.norm, self.day_first)
            if not _BORN.search(self.norm[max(0, one.start - 24) : one.start])
        )

    @cached_property
    def _date_starts(self) -> list[int]:
        return [one.start for one in self.dates]

    def dates_in(self, start: int, end: int) -> tuple[FoundDate, ...]:
        """Return the dates between two places."""
        starts = self._date_starts
        low, high = bisect.bisect_left(starts, start), bisect.bisect_left(starts, end)
        return self.dates[low:high]

    @cached_property
    def date(self) -> PartialDate | None:
        """The day of which the report speaks: the sample taken, the scan done, the person seen."""
        for pattern in (_TAKEN_LABEL, _DATE_LABEL):
            for match in pattern.finditer(self.norm):
                near = self.dates_in(match.end(), match.end() + 14)
                if near and near[0].date.day and not _ISSUED.search(self.norm[match.end() : near[0].start]):
                    return near[0].date
        head = self.norm[: max(600, len(self.norm) // 6)]
        latest = max((one.date.year for one in self.dates if one.start < len(head)), default=0)
        for one in self.dates:
            before = self.norm[max(0, one.start - 24) : one.start]
            if (
                one.start < len(head)
                and one.date.day
                and not _ISSUED.search(before)
                and latest - one.date.year < _A_LIFE
            ):
                return one.date
        return None

    @cached_property
    def case(self) -> str:
        """The number that a meeting gives to this person's case ("Case 4 of 9"), or ""."""
        first = _CASE_NAMED.search(self.norm[:600])
        return first[1] if first else ""

    @cached_property
    def is_small(self) -> bool:
        """Whether the report is written in small letters throughout, so that none begins a sentence."""
        return is_spoken(self.words.text)

    @property
    def stop(self) -> re.Pattern[str]:
        """What ends a sentence here: a stop, and in a dictation without stops the words that begin a new one."""
        if not self.is_small:
            return _STOP
        stops = len(_FULL_STOP.findall(self.norm))
        return _STOP_OF_SPOKEN if stops * _A_FEW < len(self.norm) else _STOP_OF_SMALL

    @cached_property
    def is_amended(self) -> bool:
        """Whether a part of the report takes back what an earlier version said."""
        return bool(_TAKES_BACK.search(self.norm))

    @cached_property
    def kind(self) -> Kind:
        """What sort of report this is, by the words that it uses most."""
        head = self.norm[:4000]
        scores = {
            kind: len({match.group(0).casefold() for match in re.finditer(pattern, head, re.IGNORECASE)})
            for kind, pattern in _KINDS
        }
        scores["letter"] *= 2
        if _SCAN_TITLE.search(self.norm[:300]):
            scores["imaging"] += 5
        if _TISSUE_TITLE.search(self.norm[:300]):
            scores["pathology"] += 6
        if _NOTE_TITLE.search(self.norm[:160]):
            scores["letter"] += 6
        top = self.norm[:400]
        for kind, pattern in _KINDS:
            if re.search(pattern, top, re.IGNORECASE):
                scores[kind] += 1 if kind != "letter" else 2
        if re.search(r"\b(?:technique|comparison|findings)\s*:", head, re.IGNORECASE) and re.search(
            r"\b(?:CT|PET|MRI|scan)\b", head
        ):
            scores["imaging"] += 4
        if sum(bool(_RESULT_ROW.match(line[:160])) for line in head.split("\n")) >= 4:
            scores["laboratory"] += 6
        best = max(scores, key=lambda kind: scores[kind])
        return best if scores[best] else "letter"

    @cached_property
    def side(self) -> str:
        """The side of the cancer, when the report names only one."""
        sides = {_side(match[1] or match[2]) for match in _SIDE_OF_BREAST.finditer(self.norm)}
        return sides.pop() if len(sides) == 1 else ""

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, in order."""
        return tuple(_statements(self))


_SCAN_TITLE = re.compile(
    r"(?:^|\n)[^\n]{0,30}?\b(?:CT(?![- ]guided)|PET(?:[/-]CT)?|MRI(?![- ]guided)|(?-i:MR)(?![- ]guided)|bone scan|scintigraphy|US BREAST|ultrasound(?![- ]guided)|mammogra\w+|x-?ray|FES|NM|EXAM:)\b(?![^\n]{0,20}\b(?:shows?|showed)\b)",
    re.IGNORECASE,
)
_TISSUE_TITLE = re.compile(
    r"(?:^|\n)[^\n.]{0,40}?\b(?:(?:cyto|histo)?patholog(?:y|ic(?:al)?)|cytology|biopsy|histology)\b[^\n.]{0,24}\b(?:report|consultation|addendum)\b(?! (?:of|from|dated|shows?))|(?:^|\n)[^\n.]{0,20}?\b(?:second )?review of (?:outside|submitted|referred|external) (?:slides|material|blocks)",
    re.IGNORECASE,
)
_NOTE_TITLE = re.compile(
    r"\b(?:treatment|infusion|nursing|chemo\w*|progress|clinic|visit|consult\w*)(?: day)? (?:notes?|flow ?sheet)\b|\bflow ?sheet\b",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(r"\b(?:amend(?:ed|ment)|correct(?:ed|ion)|revis(?:ed|ion)|in error)\b", re.IGNORECASE)
_CASE = re.compile(r"\s*(?:case (?:no\.? ?)?|(?:patient|pt|row) (?=\d{1,3} of \d))(\d{1,3})\b(?!-)", re.IGNORECASE)
_CASE_NAMED = re.compile(
    r"(?:^|\n)\s*(?:case (?:no\.? ?)?|(?:patient|pt|row) (?=\d{1,3} of \d))(\d{1,3})\b(?!-)", re.IGNORECASE
)
_RANGE_HEAD = re.compile(r"(?:reference|standard|normal) (?:range|interval|value)s?\s*:?", re.IGNORECASE)
"""A head that patient portals print over the one line of limits that follows."""
_RESULT_ROW = re.compile(
    r"\s*[A-Za-z][\w ,()/.#-]{1,38}?(?:\s*\|\s*|\s{2,})[<>]?\d+(?:\.\d+)?[^\n]{0,44}?(?:\d+(?:\.\d+)?\s?-\s?\d+(?:\.\d+)?|[<>]\s?\d)"
)
_SIDE_OF_BREAST = re.compile(
    r"(?:(?<=laterality: )|(?<=laterality  ))(left|right)\b|\b(left|right|lt|rt|[LR])[\s-]+(?:sided\s+)?(?:(?:invasive|upper|lower|outer|inner|central|partial|total|modified|radical|simple|skin-sparing|primary|G\d|grade \d|segmental)[\s-]+){0,3}"
    r"(?:breast|mastectomy|lumpectomy|IDC|ILC|WLE|MRM|axill\w+|chest wall|wide local|quadrantectomy)\b",
    re.IGNORECASE,
)


def _side(word: str) -> str:
    low = word.casefold()
    return "left" if low in ("left", "lt", "l") else "right" if low in ("right", "rt", "r") else "bilateral"


def side_near(text: str, at: int) -> str:
    """Return the side that is named nearest to a place of a text, or ""."""
    found = [(abs(match.start() - at), _side(match[1])) for match in _SIDE.finditer(text)]
    return min(found)[1] if found else ""


@lru_cache(maxsize=1)
def _headings() -> re.Pattern[str]:
    content = read_words("sections.yaml")
    capitals = content.pop("capitals")
    kinds = "|".join(
        f"(?P<{kind}>(?:{'|'.join(f'(?:{one})' for one in texts)}){_HEAD_ENDS}"
        + (f"|(?-i:{capitals[kind]})(?=\\s+[A-Za-z\\d-])" if kind in capitals else "")
        + ")"
        for kind, texts in content.items()
    )
    return re.compile(rf"^[\s*=#_-]*(?:\d{{1,2}}[.)]\s*)?(?:{kinds})", re.IGNORECASE)


_HEAD_ENDS = r"\s*(?:[:=]|[-*=_ ]*$)"


def _statements(report: Report) -> list[Statement]:
    part = _Part(report)
    found: list[Statement] = []
    for line, start in _lines(report.norm):
        if part.enter(line, start):
            found += [
                Statement(low, high, part.section, part.title, part.date, part.side, part.specimen, part.amends)
                for low, high in _sentences(report.norm, start, start + len(line), report.stop)
            ]
            part.leave()
    return found


@dataclass
class _Part:
    """Where in a report the reader is: under which head, in which sample. Changes from line to line."""

    report: Report
    section: str = ""
    title: str = ""
    amends: bool = False
    inline: bool = False
    """The head stands in one line with its words; the next empty or labelled line ends it."""
    once: bool = False
    """The head is of the one line that follows."""
    date: PartialDate | None = None
    side: str = ""
    specimen: str = ""

    def enter(self, line: str, start: int) -> bool:
        """Take in a line; return whether there is anything to read in it."""
        text = line.strip()
        if not text:
            ends = self.section in ("general", "indication", "comparison", "family")
            if self.inline and (ends or (self.section == "history" and self.report.kind == "pathology")):
                self._end()
            return False
        case = _CASE.match(line)
        if case and self.report.case and case[1] != self.report.case:
            self.section, self.title, self.inline = "general", "another case", False
            return True
        head = _headings().match(line[:120])
        if head and not (head.end() == len(line[:120]) and len(line) > 120):
            if self._head(head, line, text):
                return False
        elif _CAPITALS.match(line) and len(text.split()) <= 7:
            if self.section in ("general", "family") or (self.section == "superseded" and _ends_superseded(text)):
                self.section = "other"
            self.title = text.casefold()
        else:
            self._label(line, text)
        if _SPECIMEN.match("\n" + line[:160]):
            self._sample(line, text, start)
        return True

    def leave(self) -> None:
        """End a head that is of one line only."""
        if self.once:
            self.section, self.once = "other", False

    def _end(self) -> None:
        self.section, self.inline = "other", False

    def _head(self, head: re.Match[str], line: str, text: str) -> bool:
        """Take a head; return whether the line holds nothing else."""
        kind = head.lastgroup or "other"
        if kind == "background":
            kind = "general" if self.report.kind in ("genes", "pathology") else "history"
        alone = not line[head.end() :].strip()
        if kind == "superseded" and not self.report.is_amended:
            kind = "diagnosis" if alone or "diagnos" in head[0].casefold() else "other"
        stays = self.section == "superseded" and kind in ("diagnosis", "specimens", "findings")
        if not stays or _ends_superseded(text):
            self.section = kind
        self.title = head[0].strip(" :*=#-_\n").casefold()
        self.inline = not alone
        self.once = alone and bool(_RANGE_HEAD.fullmatch(text))
        self.amends = kind == "amended" or (self.amends and kind not in ("superseded", "gross", "general"))
        return alone and kind != "amended"

    def _label(self, line: str, text: str) -> None:
        label = _LABELLED.match(line)
        if label:
            self.title = label[1].casefold()
            listed = self.section in ("history", "medicines", "past")
            apart = listed and line[:1].isalpha() and not _IN_A_LIST.match(label[1])
            if (self.section == "family" or self.inline or apart) and not _RELATIVE.match(text):
                self._end()
        elif self.inline and (self.section in ("indication", "comparison") or _NEGATIVE_LIST.match(text)):
            self._end()

    def _sample(self, line: str, text: str, start: int) -> None:
        if self.section in ("gross", "comparison", "general", "family", "superseded", "plan"):
            return
        if not (_SAMPLE_LABEL.match(line) or line.isupper()):
            return
        norm = self.report.norm
        for one in self.report.dates_in(start, start + len(line)):
            if not _ISSUED.search(norm[max(start, one.start - 24) : one.start]):
                self.date = one.date if one.date.day else self.date
                break
        named = _SIDE.search(line)
        self.side = _side(named[1]) if named else self.side
        self.specimen = text[:80]


_LABELLED = re.compile(r"\s*(?:\d{1,2}[.)]\s*|[-*+]\s+)?([A-Z][\w /,&()-]{1,34}?)\s*:(?!\d)")
_SAMPLE_LABEL = re.compile(r"\s*(?:specimen|part|sample|block)\b|\s*[A-H1-9](?:,\s?[A-H])*[.):]\s", re.IGNORECASE)
_SECOND_HEAD = re.compile(
    r"(?:(?<!\s)\s{2,}+|(?<=[.;])\s++)(?=(?:F(?:amily )?Hx|Family history|PMHx?|PSH|Social(?: history)?|Allergies|Plan|Impression|Assessment|Past medical history|Clinical history)\s*:)",
    re.IGNORECASE,
)
_IN_A_LIST = re.compile(
    r".*(?:line|therap|treatment|regimen|adjuvant|metastatic|surg|radi|chemo|endocrine|hormon|systemic|local|cycle|\d{4}|current|prior|medic|drug)",
    re.IGNORECASE,
)
"""Labels that stand inside a list of treatments or medicines and do not end it."""


def _lines(norm: str) -> Iterator[tuple[str, int]]:
    """Yield the lines with their places; a second head in a line ("HTN.   FHx: mother ...") begins one of its own."""
    position = 0
    for line in norm.split("\n"):
        low = 0
        for match in _SECOND_HEAD.finditer(line):
            if line[low : match.start()].strip():
                yield line[low : match.end()], position + low
                low = match.end()
        yield line[low:], position + low
        position += len(line) + 1


def _ends_superseded(text: str) -> bool:
    return bool(re.search(r"\b(?:amend|correct|revis|current|new|updated|end of)", text, re.IGNORECASE))


def _pieces(norm: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence whole, or in pieces when it is longer than a sentence can be: that keeps the time linear."""
    while high - low > _LONGEST:
        cut = norm.rfind(" ", low + _LONGEST // 2, low + _LONGEST)
        cut = cut if cut > 0 else low + _LONGEST
        yield low, cut
        low = cut
    yield low, high


def _sentences(norm: str, start: int, end: int, stops: re.Pattern[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    first = start
    for stop in stops.finditer(norm, start, end):
        if (
            _STATUS_NEXT.match(norm, stop.end())
            or _ABBREVIATION.search(norm, max(first, stop.start() - 8), stop.start() + 1)
            or norm[first : stop.start()].strip(" *-").isdigit()
            or _DOT_OF_LIST.search(norm, max(first, stop.start() - 9), stop.end() + 9)
        ):
            continue
        spans.append((first, stop.start() + 1))
        first = stop.end()
    spans.append((first, end))
    return [piece for low, high in spans if norm[low:high].strip() for piece in _pieces(norm, low, high)]


__all__ = ["Report", "Statement", "side_near"]
