#!/usr/bin/env python3
"""How long documents take, how large they are, and how much memory a packet of 300 pages needs.

python benchmarks/documents.py [--pages 300] [--kilobytes 250]

The sample record's plan is made first (not counted). Each PDF is set twice in one process: the first time typst
starts, reads the fonts and lays out; the second is what a person waits for who presses again. The packet is made in a
process of its own by `abreast documents`, from three files of scanned pages; its peak includes Python, the registry and
the plan.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pikepdf
from PIL import Image

DAY = dt.date(2026, 11, 21)


def scans(path: Path, pages: int, kilobytes: int) -> None:
    """Write a file of scanned pages: one gray JPEG each, of noise, so that nothing compresses away."""
    side = 1100
    with pikepdf.new() as pdf:
        for _ in range(pages):
            noise = Image.frombytes("L", (side, side), os.urandom(side * side))
            stream = io.BytesIO()
            noise.save(stream, "JPEG", quality=max(1, min(95, kilobytes // 12)))
            picture = pikepdf.Stream(pdf, stream.getvalue())
            picture.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": side})
            picture.update({"/Height": side, "/ColorSpace": pikepdf.Name.DeviceGray, "/BitsPerComponent": 8})
            picture.update({"/Filter": pikepdf.Name.DCTDecode})
            page = pdf.add_blank_page(page_size=(612, 792))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
            page.Contents = pikepdf.Stream(pdf, b"q 612 0 0 792 0 0 cm /Im0 Do Q")
        pdf.save(path)


def papers() -> None:
    """Print the time of each PDF, the first and the second time, with its pages and size."""
    from abreast.outputs.documents import Press
    from abreast.outputs.documents.papers import pages
    from abreast.session import load_case, plan_for

    loaded = load_case([], sample=True)
    press = Press(plan_for(loaded, DAY), loaded.case)
    for name in ("summary", "questions", "clinician", "whole"):
        times = []
        for _ in range(2):
            began, worked = time.perf_counter(), time.process_time()
            content: bytes = getattr(press, name)()
            times += [1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)]
        print(
            f"{name}: first {times[0]:.0f} ms (processor {times[1]:.0f}), next {times[2]:.0f} ms (processor "
            f"{times[3]:.0f}); {pages(content)} pages, {len(content) / 1024:.0f} kB"
        )


def packet(total: int, kilobytes: int) -> None:
    """Print time, size and peak memory of a packet of so many pages of reports."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number} scans.pdf" for number in (1, 2, 3)]
        for file in files:
            scans(file, total // 3, kilobytes)
        given = sum(file.stat().st_size for file in files) / 2**20
        attached = [part for file in files for part in ("--attach", str(file))]
        command = [sys.executable, "-m", "abreast", "documents", "--sample", "--out", folder, "--only"]
        subprocess.run([*command, "letter"], check=True, capture_output=True)  # what is read once is read now
        began = time.perf_counter()
        with subprocess.Popen([*command, "packet", *attached], stdout=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        made = Path(folder) / "second-opinion.pdf"
        with pikepdf.open(made) as pdf:
            print(f"packet: {len(pdf.pages)} pages, {made.stat().st_size / 2**20:.0f} MB; reports {given:.0f} MB")
        print(
            f"{seconds:.1f} s with start and plan (processor {used.ru_utime:.1f}), peak {used.ru_maxrss / 1024:.0f} MB"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--kilobytes", type=int, default=250)
    arguments = parser.parse_args()
    papers()
    packet(arguments.pages, arguments.kilobytes)


if __name__ == "__main__":
    main()
