"""Invented patients for the benchmarks: no real person, no statistics of real ones; the same ones for the same seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from abreast.case import Case, Fact
from abreast.disease import derive
from abreast.screening.facts import facts_of
from abreast.vocabulary import Vocabulary

TODAY = dt.date(2026, 11, 21)
_LABS = {
    "anc": (3.2, 1.2, "10*9/L"),
    "platelets": (230, 70, "10*9/L"),
    "hemoglobin": (11.9, 1.4, "g/dL"),
    "ast": (32, 18, "U/L"),
    "alt": (30, 18, "U/L"),
    "bilirubin": (0.6, 0.3, "mg/dL"),
    "creatinine": (0.85, 0.2, "mg/dL"),
    "albumin": (3.9, 0.4, "g/dL"),
    "lvef": (60, 6, "%"),
    "qtcf": (428, 18, "ms"),
}
_SITES = ("bone", "liver", "lung", "brain", "lymph_node", "skin")
_ADJUVANT = ("tamoxifen", "letrozole", "anastrozole", "doxorubicin", "paclitaxel", "cyclophosphamide", "trastuzumab")
_METASTATIC = (
    "letrozole",
    "fulvestrant",
    "palbociclib",
    "ribociclib",
    "abemaciclib",
    "capecitabine",
    "paclitaxel",
    "eribulin",
    "everolimus",
    "trastuzumab",
    "pertuzumab",
    "trastuzumab_deruxtecan",
    "sacituzumab_govitecan",
    "pembrolizumab",
    "olaparib",
)
_GENES = ("BRCA1", "BRCA2", "PIK3CA", "ESR1", "TP53", "PTEN", "ERBB2")
_ILLNESSES = ("hypertension", "type_2_diabetes", "deep_vein_thrombosis", "interstitial_lung_disease", "hepatitis_b")


def patient(seed: int, vocabulary: Vocabulary) -> Case:
    """Return one invented case: about 35 facts as a record would state them."""
    from abreast.case import Declaration
    from abreast.foundation.dates import PartialDate
    from abreast.vocabulary import Quantity

    rng = np.random.default_rng(seed)

    def day(before: int, spread: int) -> PartialDate:
        return PartialDate.of(TODAY - dt.timedelta(days=int(before + rng.integers(0, spread))))

    def known(name: str, terms: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(term for term in terms if term in vocabulary.terms[name])

    facts = [
        Fact("birth_date", PartialDate.of(dt.date(int(rng.integers(1945, 1995)), int(rng.integers(1, 13)), 15))),
        Fact("sex", "female" if rng.random() < 0.98 else "male"),
        Fact("er.percent", Quantity.exact(float(rng.choice([0, 5, 60, 90, 95])), "%")),
        Fact("pr.percent", Quantity.exact(float(rng.choice([0, 10, 40, 80])), "%")),
        Fact("her2.ihc", str(rng.choice(["0", "1+", "2+", "3+"]))),
        Fact("ecog", Quantity.exact(float(rng.choice([0, 1, 1, 2]))), date=day(1, 60)),
        Fact("measurable", bool(rng.random() < 0.7)),
        Fact("menopause", str(rng.choice(known("menopause", ("postmenopausal", "premenopausal"))))),
        Fact("m.clinical", "M1"),
    ]
    for name, (mean, spread, unit) in _LABS.items():
        if rng.random() < 0.85:
            value = round(max(float(rng.normal(mean, spread)), mean / 10), 2 if mean < 10 else 0)
            facts.append(Fact(name, Quantity.exact(value, unit), date=day(1, 90)))
    for site in known("site", _SITES):
        if rng.random() < 0.3:
            facts.append(Fact("metastasis", fields={"site": (site,), "date": (day(100, 900),)}))
    for setting, drugs, share, before in (("adjuvant", _ADJUVANT, 0.3, 1500), ("metastatic", _METASTATIC, 0.2, 20)):
        for drug in known("drug", drugs):
            if rng.random() < share:
                start = int(before + rng.integers(100, 900))
                begun, over = (
                    TODAY - dt.timedelta(days=start),
                    TODAY - dt.timedelta(days=int(rng.integers(before, start))),
                )
                facts.append(
                    Fact(
                        "therapy",
                        fields={
                            "drug": (drug,),
                            "setting": (setting,),
                            "start": (PartialDate.of(begun),),
                            "end": (PartialDate.of(over),),
                        },
                    )
                )
    facts += [
        Fact("variant", fields={"gene": (gene,), "significance": ("pathogenic",)})
        for gene in known("gene", _GENES)
        if rng.random() < 0.12
    ]
    facts += [Fact("illness", fields={"kind": (kind,)}) for kind in known("illness", _ILLNESSES) if rng.random() < 0.1]
    complete = [Declaration(name) for name in ("therapy", "metastasis", "illness", "surgery") if rng.random() < 0.7]
    return Case.of(vocabulary, facts, complete)


TURNS_AT_ONCE = 13
"""So many times ``made`` people stand in one batch: 26,000."""


def population(size: int, vocabulary: Vocabulary, made: int = 2000) -> Iterator[pa.RecordBatch]:
    """Yield the facts of ``size`` patients in batches, with what follows from them.

    ``made`` cases are worked out one by one; each further patient is one of them with other blood values, taken on
    other days, and other dates of treatment, so that no two are alike in what makes screening slow.
    """
    base = facts_of((str(seed), derive(patient(seed, vocabulary), TODAY)) for seed in range(made))
    turns = [(turn, min(made, size - start)) for turn, start in enumerate(range(0, size, made))]
    for first in range(0, len(turns), TURNS_AT_ONCE):
        several = [_varied(base, turn, part) for turn, part in turns[first : first + TURNS_AT_ONCE]]
        yield pa.Table.from_batches(several).unify_dictionaries().combine_chunks().to_batches()[0]


def _varied(base: pa.RecordBatch, turn: int, size: int) -> pa.RecordBatch:
    rng = np.random.default_rng(turn)
    numbers = base.column("patient").to_numpy(zero_copy_only=False).astype(np.int64)
    kept = base.filter(pa.array(numbers < size))
    numbers = numbers[numbers < size]
    patients = pa.array(np.char.add(f"{turn}-", numbers.astype(str)), pa.string())
    dates = kept.column("date")
    moved = _moved(dates.dictionary, rng)
    values = kept.column("value")
    shifted = _moved(values.dictionary, rng)
    columns = list(kept.columns)
    columns[0] = patients.dictionary_encode()
    columns[kept.schema.get_field_index("date")] = pa.DictionaryArray.from_arrays(dates.indices, moved)
    columns[kept.schema.get_field_index("value")] = pa.DictionaryArray.from_arrays(values.indices, shifted)
    return pa.record_batch(columns, schema=kept.schema)


def _moved(words: pa.Array, rng: np.random.Generator) -> pa.Array:
    """Return the texts with every full date moved back by up to 60 days and every measured value by up to a tenth."""

    def move(word: str) -> str:
        if len(word) == 10 and word[4] == "-":
            return str(dt.date.fromisoformat(word) - dt.timedelta(days=int(rng.integers(0, 60))))
        number, space, unit = word.partition(" ")
        if space and unit in _UNITS:
            return f"{round(float(number) * rng.uniform(0.9, 1.1), 2):g} {unit}"
        return word

    return pa.array([move(word) for word in words.to_pylist()], pa.string())


_UNITS = {unit for _, _, unit in _LABS.values() if unit != "%"}
