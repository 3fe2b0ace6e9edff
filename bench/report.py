"""Turns the figures of a run into docs/benchmarks.md."""
import datetime
import pathlib
import subprocess


def machine():
    lines = open("/proc/cpuinfo").read().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    cores = sum(line.startswith("processor") for line in lines)
    memory = int(open("/proc/meminfo").readline().split()[1]) / 1048576
    system = next(line.split("=")[1].strip('"\n') for line in open("/etc/os-release") if line.startswith("PRETTY_NAME"))
    return f"{model}, {cores} cores, {memory:.0f} GiB memory, {system}"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def rate(count, seconds):
    per_second = count / seconds
    return f"{per_second:,.0f}" if per_second >= 100 else f"{per_second:.1f}"


def sealing(figures):
    floor, peer = figures["floor"], figures.get("peer")
    rows = []
    for algorithm, name in (("rsa2048", "RSA-2048"), ("p256", "P-256")):
        for jobs in (1, 2):
            one = figures["ours"][f"{algorithm}-{jobs}"]
            count = one["result"]["sealed"]
            ours = one["seconds"] / count
            signing = 1 / floor["signatures_per_second"][algorithm]
            least = ((floor["hash_seconds"] + floor["deflate_seconds"]) / floor["documents"] + signing) / jobs + floor["write_seconds"] / floor["documents"]
            row = [name, jobs, rate(1, ours), f"{rate(1, least)} ({ours / least:.1f} times faster)"]
            if peer:
                theirs = (peer[f"convert-{jobs}"] + peer[f"sign-{algorithm}-{jobs}"]) / peer["documents"]
                row += [rate(1, theirs), f"**{theirs / ours:,.0f}**"]
            rows.append(row)
    header = ["key", "jobs", "shanqi, documents/s", "floor, documents/s"] + (["peer, documents/s", "shanqi : peer"] if peer else [])
    return table(header, rows)


def parts(figures):
    floor, count = figures["floor"], figures["floor"]["documents"]
    rows = [["signing RSA-2048 (`openssl speed`, one core)", f"{1e6 / floor['signatures_per_second']['rsa2048']:.0f}"],
            ["signing P-256 (`openssl speed`, one core)", f"{1e6 / floor['signatures_per_second']['p256']:.0f}"],
            [f"SHA-256 of the files ({floor['bytes'] / count / 1024:.0f} KiB each)", f"{floor['hash_seconds'] / count * 1e6:.0f}"],
            [f"deflate of the streams that differ ({floor['deflate_bytes'] / count / 1024:.1f} KiB each)", f"{floor['deflate_seconds'] / count * 1e6:.0f}"],
            ["writing the files, one syncfs at the end", f"{floor['write_seconds'] / count * 1e6:.0f}"]]
    peer = figures.get("peer")
    if peer:
        for jobs in (1, 2):
            rows.append([f"{peer['versions'][0]}, DOCX to PDF, {jobs} process(es)", f"{peer[f'convert-{jobs}'] / peer['documents'] * 1e6:,.0f}"])
            rows.append([f"{peer['versions'][1]}, P-256, {jobs} process(es)", f"{peer[f'sign-p256-{jobs}'] / peer['documents'] * 1e6:,.0f}"])
    return table(["part", "microseconds a document"], rows)


def everything(figures):
    rows = []
    for jobs, one in figures["all"].items():
        result = one["result"]
        row = [jobs, result["sealed"], result["refused"], result["pages"], f"{one['seconds']:.2f}",
               rate(result["sealed"], one["seconds"]), f"{one['memory_kib'] / 1024:.0f}"]
        if "peer" in figures:  # the peer's rate on the 200 documents: it would need minutes for all
            peer = figures["peer"]
            theirs = peer["documents"] / (peer[f"convert-{jobs}"] + peer[f"sign-p256-{jobs}"])
            row.append(f"**{result['sealed'] / one['seconds'] / theirs:,.0f}**")
        rows.append(row)
    header = ["jobs", "sealed", "refused", "pages", "seconds", "documents/s", "peak memory, MiB"]
    return table(header + (["shanqi : peer"] if "peer" in figures else []), rows)


def memory(figures):
    return table(["rows", "list", "seconds", "documents/s", "peak memory, MiB"],
                 [[f"{one['rows']:,}", one["data"], f"{one['seconds']:.1f}", rate(one["result"]["sealed"], one["seconds"]),
                   f"{one['memory_kib'] / 1024:.0f}"] for one in figures["memory"]])


def stamp(command, build):
    version = subprocess.run([build / "shanqi", "--version"], capture_output=True, text=True).stdout.strip() or "shanqi"
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    load = open("/proc/loadavg").read().split()[0]
    return f"`{command}`, {datetime.date.today()}, {version}, commit {commit}, load of the machine at the end {load}"


def write_section(name, text):
    """Puts a section of docs/benchmarks.md between its marks, at the end when it is new; the others stay as they are."""
    page = pathlib.Path(__file__).resolve().parent.parent / "docs/benchmarks.md"
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, mark, rest = page.read_text().partition(begin)
    after = rest.partition(end)[2] if mark else ""
    if not mark:
        before = before.rstrip() + "\n\n"
    page.write_text(before + begin + text.rstrip() + "\n" + end + after)
    print(text)


def markdown(figures):
    made = figures["made"]
    others = "".join(f" The {name} was measured in another run: {made[part]}." for part, name in (("peer", "peer"), ("memory", "memory"))
                     if part in made and made[part] != made["all"])
    text = f"""# Benchmarks

Generated, never edited by hand. {made["all"]}.{others} {machine()}.

## Sealing the same {figures['rows']} agreements of two pages

From starting the program to its end: reading list and template, pages, seal, code, PAdES signature, register, all on
disk and synced. The best of three runs. The floor is what signing, hashing, compressing and writing the same bytes
cost alone. The peer gets the documents already merged, converts them in one call of LibreOffice, and signs them in one
process of pyHanko; it draws neither seal nor code, and keeps no register.

{sealing(figures)}
{parts(figures)}
## The main job: `sample/schools.xlsx`, P-256

{everything(figures)}
"""
    if "memory" in figures:
        text += f"\n## Memory from 1,000 to 100,000 rows, P-256, 2 jobs\n\n{memory(figures)}"
    return text.rstrip() + "\n"
