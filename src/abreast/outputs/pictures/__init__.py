"""Pictures of a plan as inline SVG: drawn here, nothing loaded, each with its words beside it."""

from abreast.outputs.pictures.icons import Counted, Share, counted, icon_array

__all__ = ["Counted", "Share", "counted", "icon_array"]
