"""Pictures of a plan as inline SVG: drawn here, nothing loaded, each with its words beside it."""

from abreast.outputs.pictures.body import Mark, body_svg, marks, say_spot
from abreast.outputs.pictures.icons import Counted, Share, counted, icon_array

__all__ = ["Counted", "Mark", "Share", "body_svg", "counted", "icon_array", "marks", "say_spot"]
