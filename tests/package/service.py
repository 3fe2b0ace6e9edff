"""Runs `shanqi serve` and `shanqi doctor` of an unpacked package under the system call filter of its unit, built from
what systemd itself says the sets hold, with what the unit says of a call outside of it."""
import ctypes
import errno
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import urllib.request

KILL_PROCESS, ALLOW, REFUSE = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EPERM  # seccomp.h
NOBODY = 65534


def sets():
    """Every @set of systemd with what it holds."""
    found, name = {}, None
    for line in subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], capture_output=True, text=True, check=True).stdout.splitlines():
        line = re.sub(r"\x1b\[[0-9;]*m", "", line)
        if line.startswith("@"):
            name = line.strip()
            found[name] = []
        elif name and line.startswith("    ") and not line.strip().startswith("#"):
            found[name].append(line.strip())
    return found


def expanded(name, known):
    return {one for part in known[name] for one in (expanded(part, known) if part.startswith("@") else {part})}


def allowed_by(unit):
    known = sets()
    allowed = expanded("@default", known)  # systemd permits these always
    for line in re.findall(r"^SystemCallFilter=(.+)$", unit.read_text(), re.M):
        names = {one for name in line.lstrip("~").split() for one in expanded(name, known)}
        allowed = allowed - names if line.startswith("~") else allowed | names
    return allowed


def filter_calls(allowed, otherwise):
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(otherwise)))
    for name in allowed:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else: of another architecture
            library.seccomp_rule_add(context, ctypes.c_uint32(ALLOW), ctypes.c_int(number), ctypes.c_uint(0))
    if library.seccomp_load(context) != 0:
        raise OSError("the filter was not taken")


def confine(allowed, otherwise):
    """As the unit does: nobody in particular (SQLite gives files away when it is root), then the filter."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    filter_calls(allowed, otherwise)


def main(program, unit, home):
    home.mkdir()
    if os.getuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    allowed = allowed_by(unit)
    assert "read" in allowed and "setpriority" not in allowed and "mount" not in allowed, "the sets were not read"
    otherwise = REFUSE if "SystemCallErrorNumber=EPERM" in unit.read_text() else KILL_PROCESS
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "zh_CN.UTF-8"}
    options = {"env": environment, "text": True, "preexec_fn": lambda: confine(allowed, otherwise)}

    # The filter bites: a program that asks for another priority does not get it.
    refused = subprocess.run(["/usr/bin/nice", "-n", "5", "/bin/true"], stderr=subprocess.PIPE, **options)
    assert refused.returncode == -signal.SIGSYS or "ermitted" in refused.stderr, refused

    server = subprocess.Popen([program, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    try:
        said, address = "", None
        for line in server.stdout:
            said += line
            if found := re.search(r"已经启动：(http\S+)", line):
                address = found.group(1)
            if "按 Ctrl-C 停止" in line:
                break
        if not address:
            raise AssertionError(f"ended with {server.wait(timeout=30)}: {said}{server.stderr.read()}")
        page = urllib.request.urlopen(address + "/", timeout=30).read().decode()
        assert "<div id=" in page, "the web of the package is not served: " + page[:200]
        link = re.search(r"/setup#(\S+)", said).group(1)
        request = urllib.request.Request(address + "/api/v1/setup", method="POST", headers={"Content-Type": "application/json"},
                                         data=json.dumps({"token": link, "name": "某某", "email": "moumou@example.org",
                                                          "password": "correct horse battery", "organisation": "星火公益服务中心"}).encode())
        assert urllib.request.urlopen(request, timeout=60).status in (200, 201)
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(timeout=60)
    assert status == 0, f"ended with {status}: {server.stderr.read()[-2000:]}"
    doctor = subprocess.run([program, "doctor", "--json"], capture_output=True, timeout=120, **options)
    assert doctor.returncode >= 0, f"doctor was killed: {doctor.returncode}"
    findings = {one["key"]: one for one in json.loads(doctor.stdout)}
    wrong = {key: one["text"] for key, one in findings.items() if one["severity"] == 3}
    assert doctor.returncode == 0 and not wrong, f"{doctor.returncode} {wrong} {doctor.stderr}"
    for key in ("web", "fonts", "database", "key_fits", "audit_protection"):
        assert findings[key]["severity"] == 0, findings[key]
    print(f"package: served and looked after under {len(allowed)} system calls; doctor: {len(findings)} findings, no error")


main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
