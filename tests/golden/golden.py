"""run [--update] [NAME…]: sets the cases of tests/fidelity and the four sample templates (a row of rows/*.csv each)
with our engine and compares text and pixels with pages/NAME.txt and pages/NAME.png. For every difference it prints
the page; build/golden/NAME.png then shows golden | now | what differs, in red. Status 1 when anything differs."""
import argparse
import difflib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = Path(os.environ.get("SHANQI_BUILD", ROOT / "build/release"))
GOLDEN, WORK = HERE / "pages", ROOT / "build/golden"
TEMPLATES = ("agreement", "letter", "certificate", "materials")
NOTICES = "──── notices ────"

DOTS_PER_INCH = 48
LEVELS = 16  # of grey, so that the checked-in files are small
# The tolerance: what another version of the rasteriser may do to the edges of glyphs, and no line, dot or fill may.
# Both pages are blurred over 3 x 3 pixels; a pixel differs when it is 16 of 255 away; so many may, on a page.
BLUR_RADIUS, GREY_MAX, PIXELS_MAX = 1, 16, 8
GAP = 4  # white columns between the pages in a golden file


def make_corpus():
    """{name: (file, rows or None)}"""
    for command in ([ROOT / "tests/fidelity/corpus", WORK / "corpus"], [BUILD / "make_sample", "--out", WORK / "sample"]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    cases = {file.stem: (file, None) for file in sorted((WORK / "corpus").glob("*.docx"))}
    return cases | {f"sample_{name}": (WORK / f"sample/{name}.docx", HERE / f"rows/{name}.csv") for name in TEMPLATES}


def set_pages(name, file, rows):
    """The text of a case with its notices, and its pages as grey pictures."""
    pdf = WORK / f"{name}.pdf"
    done = subprocess.run([BUILD / "tests/fidelity/docx_to_pdf", file, pdf, *([rows] if rows else [])],
                          capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        return f"{done.stderr}\n", []
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True, timeout=30).stdout
    text = "".join(line.rstrip(" ") for line in text.splitlines(keepends=True))
    pictures = subprocess.run(["pdftoppm", "-r", str(DOTS_PER_INCH), "-gray", pdf], capture_output=True, check=True, timeout=30).stdout
    return text + (f"{NOTICES}\n{done.stderr}" if done.stderr else ""), list(read_grey(pictures))


def read_grey(data):
    """The pictures of a PGM stream (P5, 8 bits), as few greys as the golden ones have."""
    while data:
        _, size, _, _ = data.split(b"\n", 3)
        width, height = map(int, size.split())
        begin = len(b"P5\n") + len(size) + 1 + len(b"255\n")
        picture = Image.frombytes("L", (width, height), data[begin:begin + width * height])
        step = 255 / (LEVELS - 1)
        yield picture.point([round(round(grey / step) * step) for grey in range(256)])
        data = data[begin + width * height:]


def joined(pages):
    """All pages of a case in one picture; the first row of pixels of a gap is black: there a page ends."""
    sheet = Image.new("L", (sum(page.width + GAP for page in pages), max(page.height for page in pages)), 255)
    x = 0
    for page in pages:
        sheet.paste(page, (x, 0))
        x += page.width + GAP
        sheet.putpixel((x - GAP, 0), 0)
        sheet.putpixel((x - GAP, page.height - 1), 0)
    return sheet


def write_small(sheet, path):
    palette = sheet.point([round(grey / 255 * (LEVELS - 1)) for grey in range(256)]).convert("P")
    palette.putpalette([value for level in range(LEVELS) for value in [round(level * 255 / (LEVELS - 1))] * 3])
    palette.save(path, optimize=True, bits=(LEVELS - 1).bit_length())


def differing(golden, now):
    """1 where a pixel differs."""
    blurred = [picture.filter(ImageFilter.BoxBlur(BLUR_RADIUS)) for picture in (golden, now)]
    return ImageChops.difference(*blurred).point([255 * (grey > GREY_MAX) for grey in range(256)])


def compare_pictures(name, pages):
    golden_path = GOLDEN / f"{name}.png"
    golden = Image.open(golden_path).convert("L") if golden_path.exists() else Image.new("L", (1, 1), 255)
    now = joined(pages) if pages else Image.new("L", (1, 1), 255)
    problems = []
    if golden.size != now.size:
        problems.append(f"{len(pages)} pages, {now.width} x {now.height} pixels instead of {golden.width} x {golden.height}")
    size = (max(golden.width, now.width), max(golden.height, now.height))
    golden, now = golden.crop((0, 0, *size)), now.crop((0, 0, *size))
    marks, x = differing(golden, now), 0
    for number, page in enumerate(pages, 1):
        count = marks.crop((x, 0, x + page.width + GAP, size[1])).histogram()[255]
        x += page.width + GAP
        if count > PIXELS_MAX:
            problems.append(f"page {number}: {count} pixels differ")
    if problems:
        red = Image.merge("RGB", (now, *[ImageChops.subtract(now, marks)] * 2))
        shown = Image.new("RGB", (size[0], size[1] * 3 + 2 * GAP), "blue")
        for row, picture in enumerate((golden, now, red)):
            shown.paste(picture, (0, row * (size[1] + GAP)))
        shown.save(WORK / f"{name}.png")
        problems.append(f"look at {(WORK / name).relative_to(ROOT)}.png (golden, now, the difference in red)")
    return problems


def compare_text(name, text):
    path = GOLDEN / f"{name}.txt"
    golden = path.read_text() if path.exists() else ""
    problems = []
    for number, (old, new) in enumerate(pages_of(golden, text), 1):
        if old == new:
            continue
        lines = [line for line in difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0) if line[:3] not in ("---", "+++")]
        problems.append(f"page {number}: the text differs\n    " + "\n    ".join(lines[:12]))
    return problems


def pages_of(golden, text):
    old, new = golden.split("\f"), text.split("\f")
    count = max(len(old), len(new))
    return zip(old + [""] * (count - len(old)), new + [""] * (count - len(new)))


def update(cases, results):
    GOLDEN.mkdir(exist_ok=True)
    for name, (text, pages) in zip(cases, results):
        if not pages:
            sys.exit(f"{name}: {text}")
        (GOLDEN / f"{name}.txt").write_text(text)
        write_small(joined(pages), GOLDEN / f"{name}.png")
    size = sum(file.stat().st_size for file in GOLDEN.iterdir())
    print(f"golden: {len(cases)} cases written, all together {size / 1e6:.2f} MB: look at them before you commit")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*", help="only these cases")
    options.add_argument("--update", action="store_true", help="makes today's pages the golden ones")
    chosen = options.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    cases = make_corpus()
    left_over = {file.stem for file in GOLDEN.glob("*.*")} - set(cases)
    cases = {name: case for name, case in cases.items() if not chosen.names or name in chosen.names}
    with ThreadPoolExecutor(2) as workers:
        results = list(workers.map(lambda item: set_pages(item[0], *item[1]), cases.items()))
    if chosen.update:
        for name in left_over:
            for file in GOLDEN.glob(f"{name}.*"):
                file.unlink()
        update(cases, results)
        return 0
    problems = {name: ["golden pages without a case"] for name in left_over}
    for name, (text, pages) in zip(cases, results):
        found = compare_text(name, text) + compare_pictures(name, pages)
        if found:
            problems[name] = found
    for name, found in problems.items():
        print(f"{name}\n  " + "\n  ".join(found))
    print(f"golden: {len(cases)} cases, {sum(len(pages) for _, pages in results)} pages, {len(problems)} differ")
    return 1 if problems else 0


sys.exit(main())
