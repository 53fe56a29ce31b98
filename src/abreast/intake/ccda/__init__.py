"""C-CDA, the XML documents that portals and hospitals hand out: entries become FHIR resources, notes become reports."""

from abreast.intake.ccda.reader import is_document, read_document

__all__ = ["is_document", "read_document"]
