"""The real server under load: many clients at once, the database restarted and the server killed under them. Every
request has the address of one of many people (X-Forwarded-For of a trusted proxy), as behind an office's gateway."""
import collections
import http.client
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from house import Client, Server, new_key, run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PASSWORD = "correct horse battery"
REQUESTS = int(os.environ.get("SHANQI_LOAD", "12000"))
CONNECTIONS = 64
WRITERS = 16
KILLS = max(3, int(os.environ.get("SHANQI_KILLS", "6")) // 4)
UPLOAD_BYTES = 24 << 20
PATIENCE_S = 120  # only a failing test waits so long


class Worker:
    """One kept connection of one person, with an API token."""

    def __init__(self, address, token, number):
        self.host, self.token, self.number = address.removeprefix("http://"), token, number
        self.asked = itertools.count()
        self.connection = None

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def ask(self, method, path, body=None, key=None):
        """Status, JSON and headers; raises OSError or HTTPException when the connection breaks."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, timeout=PATIENCE_S)
        headers = {"Authorization": f"Bearer {self.token}", "X-Forwarded-For": f"10.0.{next(self.asked) % 8}.{self.number}"}
        if key:
            headers["Idempotency-Key"] = key
        data = body
        if isinstance(body, dict):
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        try:
            self.connection.request(method, "/api/v1" + path, data, headers)
            reply = self.connection.getresponse()
            text = reply.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        return reply.status, json.loads(text) if text else None, reply.headers


def together(workers, work):
    """work(worker) in a thread each; the first exception is raised here."""
    failures = []

    def guarded(worker):
        try:
            work(worker)
        except BaseException as failure:  # noqa: B902 - told by the caller
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


class Loaded(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="shanqi-load-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.servers = []
        self.addCleanup(self.end_servers)

    def end_servers(self):
        for server in self.servers:
            if server.process.poll() is None:
                server.stop(signal.SIGKILL)

    def serve(self, *arguments):
        server = Server(self.home, "--set", "http.trusted_proxies=127.0.0.1", *arguments)
        self.servers.append(server)
        return server

    def begin(self, *arguments):
        """A server with an organisation and a token of its owner."""
        server = self.serve(*arguments)
        client = server.first_run(PASSWORD)
        self.org = client.api("GET", "/session")["orgs"][0]["id"]
        self.token = client.api("POST", "/account/tokens", {"name": "load", "scopes": []}, status=201)["token"]
        return server

    def workers(self, server, count):
        workers = [Worker(server.address, self.token, number) for number in range(count)]
        for worker in workers:
            self.addCleanup(worker.close)
        return workers

    def postgres(self, name):
        script = ROOT / "tests/postgres"
        subprocess.run([script / "stop", name], check=True)
        url = subprocess.run([script / "start", name], check=True, capture_output=True, text=True).stdout.strip()
        self.addCleanup(subprocess.run, [script / "stop", name], check=True)
        return url

    def whole_chain(self, *arguments):
        verified = run(self.home, "audit", "verify", "--json", *arguments)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def invited(self, worker):
        """How often each invitation stands in the audit log."""
        times, after = collections.Counter(), ""
        while True:
            status, page, _ = worker.ask("GET", f"/orgs/{self.org}/audit?limit=500&action_prefix=accounts.invitation_create{after}")
            self.assertEqual(status, 200, page)
            times.update(entry["object"] for entry in page["items"])
            if not page["next"]:
                return times
            after = f"&after={page['next']}"

    @staticmethod
    def caught(work, *arguments):
        try:
            work(*arguments)
        except BaseException as failure:  # noqa: B902
            return [failure]
        return []


class Load(Loaded):
    def mixed(self, *arguments):
        server = self.begin(*arguments)
        rounds = REQUESTS // CONNECTIONS // 6
        acknowledged, lock = [], threading.Lock()

        def work(worker):
            made = []

            def expect(wanted, method, path, **options):
                status, body, headers = worker.ask(method, path, **options)
                self.assertEqual(status, wanted, (method, path, body))
                return body, headers

            for n in range(rounds):
                key = new_key()
                body = {"role": "staff", "name": f"某某{worker.number}-{n}", "email": f"p{worker.number}-{n}@example.org"}
                first, headers = expect(201, "POST", f"/orgs/{self.org}/invitations", body=body, key=key)
                self.assertIsNone(headers.get("Idempotent-Replayed"))
                expect(200, "GET", f"/orgs/{self.org}/audit?limit=50")
                again, headers = expect(201, "POST", f"/orgs/{self.org}/invitations", body=body, key=key)
                self.assertEqual((again, headers.get("Idempotent-Replayed")), (first, "true"))
                expect(200, "GET", f"/orgs/{self.org}/members")
                expect(204, "DELETE", f"/orgs/{self.org}/invitations/{first['id']}")
                seen, _ = expect(200, "GET", f"/orgs/{self.org}/audit?object=invitation:{first['id']}")
                self.assertIn("accounts.invitation_create", [entry["action"] for entry in seen["items"]], "reads what it wrote")
                made.append(f"invitation:{first['id']}")
            with lock:
                acknowledged.extend(made)

        workers = self.workers(server, CONNECTIONS)
        together(workers, work)
        self.assertEqual(len(acknowledged), rounds * CONNECTIONS)
        self.assertEqual(self.invited(workers[0]), collections.Counter(acknowledged))
        self.assertEqual(server.stop(timeout=60), 0)
        self.whole_chain(*arguments)

    def test_mixed_reads_and_writes_from_64_connections_without_an_error(self):
        self.mixed()

    @unittest.skipUnless("SHANQI_FULL" in os.environ, "with --full")
    def test_the_same_on_postgresql(self):
        self.mixed("--database", self.postgres("load-mixed"))

    def test_postgresql_is_restarted_under_load(self):
        server = self.begin("--database", self.postgres("load"))
        restarts = ("fast", "immediate") * (5 if "SHANQI_FULL" in os.environ else 1)
        acknowledged, progress, ending = [], threading.Condition(), threading.Event()
        broken = collections.Counter()

        def work(worker):
            n = 0
            while not ending.is_set():
                n += 1
                key, body = new_key(), {"role": "staff", "name": f"某某{worker.number}-{n}"}
                end = time.monotonic() + PATIENCE_S
                while True:  # as a client does that was told to try again: the same key
                    status, made, _ = worker.ask("POST", f"/orgs/{self.org}/invitations", body=body, key=key)
                    if status == 201:
                        break
                    self.assertIn(status, (500, 503), made)  # never "you are nobody" or "you may not"
                    self.assertLess(time.monotonic(), end, made)
                    broken[status, made["key"]] += 1
                with progress:
                    acknowledged.append(f"invitation:{made['id']}")
                    progress.notify_all()
                while True:
                    status, answer, _ = worker.ask("DELETE", f"/orgs/{self.org}/invitations/{made['id']}")
                    if status in (204, 404):  # 404: done before the answer was lost
                        break
                    self.assertIn(status, (500, 503), answer)
                    self.assertLess(time.monotonic(), end, answer)

        def wait_for_more(count):
            with progress:
                wanted = len(acknowledged) + count
                self.assertTrue(progress.wait_for(lambda: len(acknowledged) >= wanted, PATIENCE_S), "it answers again by itself")

        workers = self.workers(server, WRITERS)
        loading = threading.Thread(target=lambda: failures.extend(self.caught(together, workers, work)))
        failures = []
        loading.start()
        try:
            for how in restarts:
                wait_for_more(50)
                subprocess.run([ROOT / "tests/postgres/restart", "load", how], check=True)
                wait_for_more(50)
        finally:
            ending.set()
            loading.join()
        self.assertEqual(failures, [])
        times = self.invited(workers[0])
        self.assertEqual(times, collections.Counter(acknowledged), "every acknowledged write is there, and no write is twice")
        self.assertEqual(Client(server.address).ask("GET", "/readyz").status, 200)
        print(f"{len(acknowledged)} writes, {len(restarts)} restarts, asked again: {dict(broken)}")


class KilledUploads(Loaded):
    @property
    def data(self):
        return self.home / ".local/share/shanqi"

    def list_of(self, number):
        """A list that nobody uploaded before; as large as it must be, so that the server writes while we send."""
        line = f"某某{number},19900001234,{random.random()}\n".encode()
        return b"name,phone,number\n" + line * (UPLOAD_BYTES // len(line))

    def uploads(self):
        with sqlite3.connect(f"file:{self.data}/shanqi.db?mode=ro", uri=True) as database:
            return database.execute("SELECT org_id, file_key FROM uploads").fetchall()

    def stored(self):
        return {f"{file.parent.parent.name}/{file.name}" for file in (self.data / "files").glob("*/??/*")}

    def test_killed_in_the_middle_nothing_half_is_left_and_the_retry_succeeds_once(self):
        server = self.begin()
        chance = random.Random(int(os.environ.get("SHANQI_SEED", random.randrange(1 << 30))))
        worker = self.workers(server, 1)[0]
        began = time.monotonic()
        self.assertEqual(worker.ask("POST", f"/orgs/{self.org}/uploads", body=self.list_of("first"), key=new_key())[0], 201)
        whole = time.monotonic() - began
        for number in range(1, KILLS + 1):
            body, key = self.list_of(number), new_key()
            if number == 1:
                self.kill_between_the_halves(server, body, key)
            else:
                self.kill_at(chance.uniform(0, whole * 1.2), server, body, key)
            server = self.serve()
            for folder in ("uploads", "scratch", "files/incoming"):
                self.assertEqual(list((self.data / folder).iterdir()), [], folder)
            worker = self.workers(server, 1)[0]
            status, made, _ = worker.ask("POST", f"/orgs/{self.org}/uploads", body=body, key=key)
            self.assertEqual(status, 201, made)
            status, again, headers = worker.ask("POST", f"/orgs/{self.org}/uploads", body=body, key=key)
            self.assertEqual((status, again, headers["Idempotent-Replayed"]), (201, made, "true"))
            self.assertEqual(len(self.uploads()), number + 1, "once")
        named = {key for _, key in self.uploads()}
        self.assertLessEqual(named, self.stored())

        # What the kills left between a file and its row, and one such that is surely there.
        left = self.data / "files" / self.org / "ab" / ("ab" + "0" * 62)
        left.parent.mkdir(exist_ok=True)
        left.write_bytes(b"its row was never written")
        server.stop()
        for file in (self.data / "files").glob("*/??/*"):
            os.utime(file, (time.time() - 25 * 3600,) * 2)
        server = self.serve()
        swept = server.wait_for_event("files.swept")
        self.assertGreaterEqual(swept["removed"], 1)
        self.assertEqual(self.stored(), named, "no orphan, and nothing that a row names is gone")
        server.stop()
        findings = {one["key"]: one["finding"] for one in json.loads(run(self.home, "doctor", "--json", "--full").stdout)}
        self.assertEqual(findings["files"], "good", "each is what its name says")
        self.whole_chain()

    def kill_between_the_halves(self, server, body, key):
        connection = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=PATIENCE_S)
        connection.putrequest("POST", f"/api/v1/orgs/{self.org}/uploads")
        for name, value in {"Authorization": f"Bearer {self.token}", "Content-Length": str(len(body)), "Idempotency-Key": key}.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(body[:len(body) // 2])  # far more than the sockets hold: the server has written most of it
        self.assertEqual(len(list((self.data / "uploads").iterdir())), 1)
        self.assertEqual(server.stop(signal.SIGKILL), -signal.SIGKILL)
        connection.close()

    def kill_at(self, seconds, server, body, key):
        worker = self.workers(server, 1)[0]
        done = threading.Event()

        def upload():
            try:
                worker.ask("POST", f"/orgs/{self.org}/uploads", body=body, key=key)
            except (OSError, http.client.HTTPException):
                pass  # killed before it answered
            done.set()

        sending = threading.Thread(target=upload)
        sending.start()
        done.wait(seconds)  # the moment of the kill, not a synchronisation: any moment must do
        self.assertEqual(server.stop(signal.SIGKILL), -signal.SIGKILL)
        sending.join()


if __name__ == "__main__":
    unittest.main()
