"""A PDF written by hand, small enough to read: one text object a line, in a fixed font."""

from __future__ import annotations


def pdf_of(pages: list[str], *, encrypt: str = "") -> bytes:
    """Return a PDF with these pages of text; ``encrypt`` puts an Encrypt entry that no password opens."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")
    kids = []
    for page in pages:
        rows = []
        for number, line in enumerate(page.split("\n")):
            text = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            rows.append(f"BT /F1 9 Tf 30 {800 - 12 * number} Td ({text}) Tj ET")
        stream = "\n".join(rows).encode("latin-1", "replace")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    secret = b""
    if encrypt:
        fill = b"<" + b"41" * 32 + b">"
        secret = b" /Encrypt << /Filter /Standard /V 1 /R 2 /O " + fill + b" /U " + fill + b" /P -4 >> /ID [<41><41>]"
    out += b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, secret, start)
    return out
