"""One case against 10,000 nodes of criteria: cold (every answer worked out) and warm (answers kept in the context).

    python benchmarks/rules.py [NODES]

Rules are random trees over 200 atoms, once sharing their nodes and once decoded from MessagePack, where none is shared.
"""

from __future__ import annotations

import random
import sys
import time

import msgspec

from abreast.disease import derive
from abreast.rules import All, AnyOf, Context, Expression, Not, evaluate, parse_rule
from abreast.rules.expression import walk
from abreast.vocabulary import load_vocabulary
from synthetic import TODAY, patient

ATOMS = """
er.status is positive; her2.status is [low, zero]; her2.status is positive; extent is metastatic; age >= 18; ecog <= 1
ecog <= 2 within 28 days; anc >= 1.5 10*9/L; platelets >= 100 10*9/L; ast <= 3 x ULN; creatinine_clearance >= 50 mL/min
has metastasis(site: brain); has metastasis(site: leptomeninges); has metastasis(site: not bone); lvef >= 50 %
has therapy(drug: cdk4_6_inhibitor, setting: metastatic); no therapy(drug: chemotherapy, end: within 14 days)
count line(setting: metastatic, drug: chemotherapy) >= 2; count line(setting: metastatic) <= 2; pregnant is yes
has variant(gene: ESR1, significance: pathogenic); team "consent"; unread "words"; menopause is postmenopausal
"""


def main(nodes: int = 10_000) -> None:
    """Measure and print."""
    vocabulary = load_vocabulary()
    texts = [text.strip() for line in ATOMS.strip().splitlines() for text in line.split(";")]
    texts += [f"has therapy(drug: {drug})" for drug in list(vocabulary.terms["drug"])[: 200 - len(texts)]]
    atoms = [parse_rule(text, vocabulary) for text in texts]
    draw = random.Random(1)

    def tree(depth: int) -> Expression:
        if depth == 0 or draw.random() < 0.35:
            return draw.choice(atoms)
        kind = draw.choice([All, AnyOf, All, None])
        if kind is None:
            return Not(tree(depth - 1))
        return kind(tuple(tree(depth - 1) for _ in range(draw.randint(2, 4))))

    rules: list[Expression] = []
    count = 0
    while count < nodes:
        rules.append(tree(3))
        count += sum(1 for _ in walk(rules[-1]))
    decoded = msgspec.msgpack.decode(msgspec.msgpack.encode(rules), type=list[Expression])
    case = derive(patient(1, vocabulary), TODAY)
    for name, some in (("shared", rules), ("decoded", decoded)):
        context = Context(case, TODAY)
        for lap in ("cold", "warm"):
            start = time.perf_counter()
            for rule in some:
                evaluate(rule, context)
            print(f"{name:8} {lap}  {count} nodes in {len(some)} rules {(time.perf_counter() - start) * 1000:8.1f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
