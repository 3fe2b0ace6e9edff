"""The peer that a user would pick: the same rows merged into .docx files, LibreOffice headless turns them into PDF,
pyHanko signs them (PAdES B-B, same key). The merge itself is not counted. LibreOffice gets all files in one call, so
that it starts only once, which is its fastest way."""
import csv
import json
import os
import re
import subprocess
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "build/tools/venv"
DIGITS = "零壹贰叁肆伍陆柒捌玖"


def capital(yuan):
    """2100 -> 贰仟壹佰元整, enough for the whole yuan below 100,000 of plain.csv."""
    text = ""
    for place, unit in ((10000, "万"), (1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = yuan // place % 10
        if digit:
            text += DIGITS[digit] + unit
        elif text and not text.endswith("零"):
            text += "零"
    return text.rstrip("零") + "元整"


def value(row, field):
    name, _, how = field.partition("|")
    text = row.get(name, "")
    if how == "大写":
        return capital(int(text))
    if how == "千分位":
        return f"{int(text):,}.00"
    if how == "中文日期":
        year, month, day = text.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    return text


def joined_fields(xml):
    """Puts together the fields that Word split over runs, and makes {{…}} of MERGEFIELD."""
    xml = re.sub(r'<w:r>(?:(?!</w:r>).)*<w:fldChar w:fldCharType="begin"/></w:r>\s*<w:r>(?:(?!</w:r>).)*MERGEFIELD (\S+)'
                 r'.*?fldCharType="end"/></w:r>', r"<w:r><w:t>{{\1}}</w:t></w:r>", xml, flags=re.S)
    parts = re.split(r"(<w:p[ >].*?</w:p>)", xml, flags=re.S)
    for i, part in enumerate(parts):
        texts = re.findall(r"<w:t[^>]*>([^<]*)</w:t>", part)
        if any(text.count("{{") != text.count("}}") for text in texts):
            first = True
            def one_run(match):
                nonlocal first
                text, first = ("".join(texts), False) if first else ("", False)
                return f'<w:t xml:space="preserve">{text}</w:t>'
            parts[i] = re.sub(r"<w:t[^>]*>[^<]*</w:t>", one_run, part)
    return "".join(parts)


def merged(xml, row):
    paragraph = r"<w:p>(?:(?!</w:p>).)*"
    if not row["备注"]:
        xml = re.sub(paragraph + r"\{\{#如果 备注\}\}.*\{\{/如果\}\}.*?</w:p>", "", xml, flags=re.S)
    xml = re.sub(paragraph + r"\{\{[#/]如果[^}]*\}\}.*?</w:p>", "", xml, flags=re.S)
    return re.sub(r"\{\{([^}]*)\}\}", lambda match: value(row, match[1]), xml)


def merge(rows, template, folder):
    folder.mkdir()
    with zipfile.ZipFile(template) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts = {name: joined_fields(parts[name].decode()) for name in parts if re.match(r"word/(document|header\d)\.xml", name)}
    for number, row in enumerate(rows, 1):
        row["编号"] = f"SQ2026-{number:05}"
        with zipfile.ZipFile(folder / f"{number:05}.docx", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, merged(texts[name], row) if name in texts else content)


def timed(commands):
    """All at once; the seconds until the last has ended."""
    start = time.monotonic()
    processes = [subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                 for command in commands]
    if any(process.wait() for process in processes):
        raise SystemExit(f"failed: {commands[0][:4]}")
    return time.monotonic() - start


def shares(files, count):
    return [files[i::count] for i in range(count)]


def figures(folder, data, template, password):
    if not (VENV / "bin/pyhanko").exists():
        subprocess.run(["python3", "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin/pip", "install", "--quiet", "pyhanko==0.38.0", "pyhanko-cli"], check=True)
    rows = list(csv.DictReader(open(data, encoding="utf-8")))
    merge(rows, template, folder / "merged")
    documents = sorted((folder / "merged").glob("*.docx"))
    result = {"documents": len(documents)}
    for jobs in (1, 2):
        converted = folder / f"converted-{jobs}"
        result[f"convert-{jobs}"] = timed([
            ["soffice", f"-env:UserInstallation=file://{folder}/profile-{jobs}-{i}", "--headless", "--convert-to", "pdf",
             "--outdir", converted, *share] for i, share in enumerate(shares(documents, jobs))])
        print(f"LibreOffice {jobs} process(es): {len(rows) / result[f'convert-{jobs}']:.1f} documents/s", flush=True)
        pdfs = sorted(converted.glob("*.pdf"))
        assert len(pdfs) == len(rows), "LibreOffice did not convert them all"
        for algorithm in ("rsa2048", "p256"):
            signed = folder / f"signed-{algorithm}-{jobs}"
            signed.mkdir()
            seconds = timed([[VENV / "bin/python", Path(__file__).parent / "sign_with_pyhanko.py",
                              folder / algorithm / "seal.p12", folder / "pw.txt", signed, *share]
                             for share in shares(pdfs, jobs)])
            result[f"sign-{algorithm}-{jobs}"] = seconds
            print(f"pyHanko {algorithm} {jobs} process(es): {len(rows) / seconds:.1f} documents/s", flush=True)
    result["bytes"] = sum(path.stat().st_size for path in (folder / "signed-p256-1").iterdir())
    result["versions"] = [
        subprocess.run(["soffice", "--version"], capture_output=True, text=True).stdout.split("\n")[0].rsplit(" ", 1)[0],
        subprocess.run([VENV / "bin/pip", "list", "--format", "json"], capture_output=True, text=True).stdout]
    hanko = [one["version"] for one in json.loads(result["versions"][1]) if one["name"].lower() == "pyhanko"][0]
    result["versions"][1] = "pyHanko " + hanko
    return result
