"""Runs `shanqi serve` and `shanqi doctor` of an unpacked package under the system call filter of its unit, built from
what systemd itself says the sets hold: a call outside of it is refused with EPERM, as it would be under systemd."""
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

REFUSE, ALLOW = 0x00050000 | errno.EPERM, 0x7FFF0000  # seccomp.h


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


def filter_calls(allowed):
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(REFUSE)))
    for name in allowed:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else: of another architecture
            library.seccomp_rule_add(context, ctypes.c_uint32(ALLOW), ctypes.c_int(number), ctypes.c_uint(0))
    if library.seccomp_load(context) != 0:
        raise OSError("the filter was not taken")


def main(program, unit, home):
    home.mkdir()
    allowed = allowed_by(unit)
    assert "read" in allowed and "setpriority" not in allowed and "mount" not in allowed, "the sets were not read"
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "zh_CN.UTF-8"}
    options = {"env": environment, "text": True, "preexec_fn": lambda: filter_calls(allowed)}

    # The filter bites: a program that asks for another priority is refused.
    assert "SystemCallErrorNumber=EPERM" in unit.read_text()
    refused = subprocess.run(["/usr/bin/nice", "-n", "-5", "/bin/true"], stderr=subprocess.PIPE, **options)
    assert "cannot set niceness" in refused.stderr, refused

    server = subprocess.Popen([program, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    try:
        said, address = "", None
        for line in server.stdout:
            said += line
            if found := re.search(r"已经启动：(http\S+)", line):
                address = found.group(1)
            if "按 Ctrl-C 停止" in line:
                break
        assert address, said + (server.stderr.read() if server.poll() is not None else "")
        page = urllib.request.urlopen(address + "/", timeout=30).read().decode()
        assert "<div id=" in page, "the web of the package is not served: " + page[:200]
        link = re.search(r"/setup#(\S+)", said).group(1)
        request = urllib.request.Request(address + "/api/v1/setup", method="POST", headers={"Content-Type": "application/json"},
                                         data=json.dumps({"token": link, "name": "某某", "email": "moumou@example.org",
                                                          "password": "correct horse battery", "organisation": "星火公益服务中心"}).encode())
        assert urllib.request.urlopen(request, timeout=60).status == 201
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(timeout=60)
    assert status == 0, f"ended with {status}: {server.stderr.read()[-2000:]}"
    doctor = subprocess.run([program, "doctor", "--json"], capture_output=True, timeout=120, **options)
    findings = {one["key"]: one for one in json.loads(doctor.stdout)}
    wrong = {key: one["text"] for key, one in findings.items() if one["severity"] == 3}
    assert doctor.returncode == 0 and not wrong, f"{doctor.returncode} {wrong} {doctor.stderr}"
    for key in ("web", "fonts", "database", "key_fits", "audit_protection"):
        assert findings[key]["severity"] == 0, findings[key]
    print(f"package: served and looked after under {len(allowed)} system calls; doctor: {len(findings)} findings, no error")


main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
