"""A plan as JSON, as one HTML page, and on the terminal. Outputs render and decide nothing."""

from abreast.outputs.html import plan_html
from abreast.outputs.json import plan_json, plan_schema, read_plan
from abreast.outputs.terminal import print_plan

__all__ = ["plan_html", "plan_json", "plan_schema", "print_plan", "read_plan"]
