#!/usr/bin/env python3
"""The rules of the house that no compiler knows (docs/architecture.md): who may include whom, no cycle of
rooms, messages in both languages, nothing left behind. Prints every breach; exit status 1 when there is one."""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = {"base": 0, "office": 1, "store": 1, "http": 1, "seal": 2, "modules": 3, "app": 4}
# Layer 1 rooms do not know each other; seal may use office/pdf only.
ALLOWED = {"base": {"base"}, "office": {"base", "office"}, "store": {"base", "store"}, "http": {"base", "http"},
           "seal": {"base", "seal", "office/pdf"}, "modules": {"base", "office", "store", "http", "seal", "modules"},
           "app": set(LAYERS)}
problems = []


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
                         cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [p for p in out.splitlines() if (ROOT / p).is_file()]


def room_of(path):  # "src/office/pdf/x.hpp" -> "office/pdf"; "src/seal/x.hpp" -> "seal"
    parts = pathlib.PurePath(path).parts[1:-1]
    return "/".join(parts[:2]) if parts and parts[0] in ("office", "modules") else (parts[0] if parts else "")


graph = {}
for path in tracked("src/*.cpp", "src/*.hpp"):
    text = (ROOT / path).read_text(encoding="utf-8")
    room, layer = room_of(path), pathlib.PurePath(path).parts[1]
    is_test = path.endswith("_test.cpp")
    for line, include in enumerate(re.findall(r'^#include ([<"].*)$', text, re.M), 1):
        match = re.match(r'"([^"]+)"', include)
        if not match:
            continue
        target = match.group(1)
        if not (ROOT / "src" / target).is_file():
            problems.append(f"{path}: includes \"{target}\", which is not a file under src/")
            continue
        other, other_layer = room_of("src/" + target), target.split("/")[0]
        if not (ALLOWED[layer] & {other_layer, other}):
            problems.append(f"{path}: {layer} may not include {target}")
        if other == room or is_test:
            continue
        graph.setdefault(room, set()).add(other)
        name = pathlib.PurePath(target).stem
        if layer in ("modules", "office") and other_layer == "modules" and name != other.split("/")[-1]:
            problems.append(f"{path}: another room is known only by its own header, not {target}")


def walk(room, trail):
    if room in trail:
        problems.append("rooms in a cycle: " + " > ".join(trail[trail.index(room):] + [room]))
        return
    for other in sorted(graph.get(room, ())):
        walk(other, trail + [room])


for room in sorted(graph):
    walk(room, [])

keys_used = set()
for path in tracked("src/*/i18n/zh-Hans.json"):
    zh = json.loads((ROOT / path).read_text(encoding="utf-8"))
    other = (ROOT / path).with_name("en.json")
    en = json.loads(other.read_text(encoding="utf-8")) if other.is_file() else {}
    for key in sorted(set(zh) ^ set(en)):
        problems.append(f"{path}: {key} is in one language only")
    for key in set(zh) & set(en):
        arguments = r"(?<!\{)\{(\w+)\}(?!\})"  # not {{字段}}, which is text
        if set(re.findall(arguments, zh[key])) != set(re.findall(arguments, en[key])):
            problems.append(f"{path}: {key} has other arguments in English")
    if key := next((k for k in zh if k in keys_used), None):
        problems.append(f"{path}: {key} is defined twice")
    keys_used |= set(zh)

for path in tracked("src/*.cpp", "src/*.hpp"):
    text = (ROOT / path).read_text(encoding="utf-8")
    for key in re.findall(r'fail\([^"]*?"([a-z_]+\.[a-z_.]+)"', text):
        if key not in keys_used and not path.endswith(("_test.cpp", "_test.hpp")):
            problems.append(f"{path}: no message for {key}")

for path in tracked("src/*", "tests/*", "bench/*", "sample/*.cpp", "script/*", "*.md", ".ci/*"):
    if path in ("script/tidy.py",) or path.endswith((".png", ".xlsx", ".csv", ".pdf", ".docx")) or "/corpus/" in path:
        continue
    try:
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        continue
    if path.endswith((".cpp", ".hpp")) and len(lines) > 700:
        problems.append(f"{path}: {len(lines)} lines; split it by idea")
    for number, line in enumerate(lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            problems.append(f"{path}:{number}: left behind: {line.strip()[:80]}")
        if re.match(r"(<<<<<<<|>>>>>>>) ", line):
            problems.append(f"{path}:{number}: a merge that nobody finished")
        if re.search(r"(?<![\w./])/work/", line):
            problems.append(f"{path}:{number}: a path of one machine: {line.strip()[:80]}")

print("\n".join(problems) if problems else "tidy")
sys.exit(1 if problems else 0)
