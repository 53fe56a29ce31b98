"""FHIR R4 out: the case as an mCODE bundle, the plan as a document bundle."""

from abreast.outputs.fhir.case_bundle import case_bundle, case_fhir
from abreast.outputs.fhir.plan_bundle import plan_bundle, plan_fhir

__all__ = ["case_bundle", "case_fhir", "plan_bundle", "plan_fhir"]
