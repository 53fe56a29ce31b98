"""How far what was read may be trusted to turn somebody away.

A sentence can be read word by word and still be misread as a whole. These are the signs of it; whichever is found, the
part in question becomes residue, so that it decides nothing and is left to ask about:

- much of the sentence is unread: what was read may stand in a definition, or be said of somebody else;
- nobody could meet the requirement, or it would turn everybody away;
- an exclusion would turn people away for what they do *not* have ("no major surgery within 28 days" under the heading
  "Exclusion" is a requirement that strayed there, "or still recovering from surgery" says nothing of who had none);
- a requirement would take only people who have an illness, a side effect or a medicine: nearly always it is meant for
  those who have it ("HIV-infected patients must be on treatment").
"""

from abreast.trials.eligibility.trust.doubt import trusted_rule, trusted_sentence
from abreast.trials.eligibility.trust.study import without_contradictions

__all__ = ["trusted_rule", "trusted_sentence", "without_contradictions"]
