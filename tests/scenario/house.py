"""A real server for the scenario tests: started, asked, stopped, killed; and a client that speaks to it as the web UI
does (cookie, CSRF token, Idempotency-Key)."""
import http.cookiejar
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import urllib.error
import urllib.request
import uuid

SHANQI = os.environ["SHANQI"]


class Reply:
    def __init__(self, status, body, headers):
        self.status, self.body, self.headers = status, body, headers

    def json(self):
        return json.loads(self.body)


class Client:
    def __init__(self, address):
        self.address = address
        self.csrf = None
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}),
                                                  urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(self, method, path, body=None, headers=None, key=None, timeout=30):
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        request = urllib.request.Request(self.address + path, data=data, method=method)
        if isinstance(body, (dict, list)):
            request.add_header("Content-Type", "application/json")
        if self.csrf and method not in ("GET", "HEAD"):
            request.add_header("X-CSRF-Token", self.csrf)
        if key:
            request.add_header("Idempotency-Key", key)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with self.opener.open(request, timeout=timeout) as reply:
                return Reply(reply.status, reply.read(), reply.headers)
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.read(), error.headers)

    def api(self, method, path, body=None, status=None, **options):
        if method == "POST" and body is None:
            body = {}
        reply = self.ask(method, "/api/v1" + path, body, **options)
        if status is not None and reply.status != status:
            raise AssertionError(f"{method} {path}: {reply.status} instead of {status}: {reply.body[:600]!r}")
        return reply.json() if reply.body else None

    def remember(self, session):
        self.csrf = session["csrf"]
        return session

    def look_until(self, org, path, enough, timeout=60):
        """GETs `path` now and after each event of the organisation's jobs (or the server's pulse), until it is enough."""
        request = urllib.request.Request(f"{self.address}/api/v1/orgs/{org}/events")
        with self.opener.open(request, timeout=timeout) as events:
            while not enough(state := self.api("GET", path, status=200)):
                while line := events.readline():
                    if line == b"\n":
                        break
                else:
                    raise AssertionError("the server ended while it was waited for")
            return state

    def sign_in(self, login, password):
        return self.remember(self.api("POST", "/session", {"login": login, "password": password}, 200))


class Server:
    """`shanqi serve` on any free port, over `home`. Extra arguments and environment as given."""

    def __init__(self, home, *arguments, environment=None, wait=True):
        self.home = pathlib.Path(home)
        self.environment = dict(os.environ, HOME=str(home), LANG="zh_CN.UTF-8", **(environment or {}))
        self.environment.pop("LC_ALL", None)
        self.process = subprocess.Popen([SHANQI, "serve", "--port", "0", *map(str, arguments)], env=self.environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said, self.address, self.link = "", None, None
        self.events, self.logged = [], threading.Condition()
        self.reader = threading.Thread(target=self.keep_log, daemon=True)
        self.reader.start()
        if wait:
            self.read_until_open()

    def keep_log(self):
        with open(self.home / "server.log", "a", encoding="utf-8") as log:
            for line in self.process.stderr:
                log.write(line)
                log.flush()
                with self.logged:
                    self.events.append(line)
                    self.logged.notify_all()

    def wait_for_event(self, name, timeout=60):
        """The line of the server's log, which may be there already."""
        def found():
            return next((line for line in self.events if f'"{name}"' in line), None)
        with self.logged:
            assert self.logged.wait_for(found, timeout), f"{name} was not logged"
            return json.loads(found())

    def read_until_open(self):
        """The last line says how to stop it."""
        for line in self.process.stdout:
            self.said += line
            if found := re.search(r"已经启动：(http\S+)", line):
                self.address = found.group(1)
            if found := re.search(r"(http\S+/setup#\S+)", line):
                self.link = found.group(1)
            if "按 Ctrl-C 停止" in line:
                break
        if self.address is None:
            self.process.wait(timeout=10)
            self.reader.join()
            raise AssertionError(f"did not start: {self.said}\n{(self.home / 'server.log').read_text()[-2000:]}")

    def first_run(self, password="correct horse battery", organisation="星火公益服务中心"):
        client = Client(self.address)
        client.remember(client.api("POST", "/setup", {"token": self.link.split("#")[1], "name": "某某",
                                                       "email": "moumou@example.org", "password": password,
                                                       "organisation": organisation}))
        return client

    def stop(self, how=signal.SIGTERM, timeout=30):
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(timeout=timeout)
        self.process.stdout.close()
        self.reader.join()
        self.process.stderr.close()
        return status


def run(home, *arguments, environment=None, **options):
    """Another command of the program over the same home."""
    all_of_it = dict(os.environ, HOME=str(home), LANG="zh_CN.UTF-8", **(environment or {}))
    all_of_it.pop("LC_ALL", None)
    return subprocess.run([SHANQI, *map(str, arguments)], capture_output=True, text=True, env=all_of_it, timeout=120, **options)


def new_key():
    return uuid.uuid4().hex
