"""What every surface starts from: the files of one person read into a case, and the plan of a case."""

from abreast.session.files import Loaded, load_case, load_uploads, with_answers
from abreast.session.planning import Bench, explain_trial, open_bench, plan_for, registry, study

__all__ = [
    "Bench",
    "Loaded",
    "explain_trial",
    "load_case",
    "load_uploads",
    "open_bench",
    "plan_for",
    "registry",
    "study",
    "with_answers",
]
