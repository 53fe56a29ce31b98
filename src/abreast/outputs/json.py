"""A plan as JSON. The schema is published in ``docs/plan.schema.json``."""

from __future__ import annotations

from typing import Any

import msgspec

from abreast.foundation.decoding import from_json
from abreast.foundation.errors import DecodingError, InputError, Place
from abreast.foundation.language import gettext as _
from abreast.plan.model import SCHEMA_VERSION, Plan


def plan_json(plan: Plan) -> bytes:
    """Return the plan as indented UTF-8 JSON; reading it back with :func:`read_plan` gives an equal plan."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=1) + b"\n"


def read_plan(content: bytes, file: str) -> Plan:
    """Read a plan that :func:`plan_json` wrote.

    Raises:
        InputError: when the file is not a plan, or is one of another schema version.
    """
    try:
        plan = from_json(content, Plan)
    except DecodingError as error:
        raise InputError(_("expected a plan in JSON: %(why)s") % {"why": error}, Place(file)) from None
    if plan.schema != SCHEMA_VERSION:
        raise InputError(
            _("expected a plan of schema %(known)d, found %(found)d") % {"known": SCHEMA_VERSION, "found": plan.schema},
            Place(file),
        )
    return plan


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a plan."""
    schema = msgspec.json.schema(Plan)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "abreast plan",
        "version": SCHEMA_VERSION,
        **schema,
    }
