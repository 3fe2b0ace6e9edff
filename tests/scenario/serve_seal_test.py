"""The documents room in the real server: what a browser asks for, with a kill -9 of the server in the middle."""
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "script"))
import demo_house  # noqa: E402
from support import SHANQI  # noqa: E402

PATIENCE_S = 120  # only a failing test waits so long
ROWS = 6000


class Server:
    def __init__(self, folder):
        self.folder = folder
        self.setup_token = None
        self.start()

    def start(self):
        log = self.folder / "server.log"
        log.write_text("")
        environment = dict(os.environ, HOME=str(self.folder), LANG="zh_CN.UTF-8")
        arguments = [SHANQI, "serve", "--data", str(self.folder / "data"), "--master-key", str(self.folder / "master.key"), "--port", "0"]
        with log.open("ab") as out:
            self.process = subprocess.Popen(arguments, stdout=out, stderr=subprocess.STDOUT, env=environment)
        deadline = time.monotonic() + PATIENCE_S
        while not (said := re.search(r'"server.started".*?"port":(\d+)', log.read_text(encoding="utf-8"))):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(log.read_text(encoding="utf-8"))
            time.sleep(0.05)
        self.url = f"http://127.0.0.1:{said[1]}"
        if token := re.search(r"/setup#(\S+)", log.read_text(encoding="utf-8")):
            self.setup_token = token[1]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class ServedSealing(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shanqi-serve-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.server = Server(self.folder)
        self.addCleanup(lambda: self.server.kill())
        self.owner = demo_house.Browser(self.server.url)
        session = self.owner.call("POST", "/setup", {"token": self.server.setup_token, "name": "某某", "email": "a@demo.example",
                                                     "password": demo_house.PASSWORD, "organisation": "某某公益服务中心"})
        self.org = f"/orgs/{session['orgs'][0]['id']}"

    def restart(self):
        self.server.kill()
        self.server.start()
        self.owner.url = self.server.url

    def download(self, path):
        request = urllib.request.Request(f"{self.owner.url}/api/v1{self.org}{path}")
        with self.owner.opener.open(request, timeout=PATIENCE_S) as reply:
            return reply.read()

    def wait_for(self, run, done):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            state = self.owner.call("GET", f"{self.org}/seal_runs/{run}")
            if done(state):
                return state
            self.assertLess(time.monotonic(), deadline, state)
            time.sleep(0.05)

    def test_killed_in_the_middle_of_a_run_it_finishes_it_once(self):
        key = self.owner.call("POST", f"{self.org}/keys/trial", {"name": "某某公益服务中心"})
        samples = self.owner.call("POST", f"{self.org}/samples", {"rows": ROWS})
        run = self.owner.call("POST", f"{self.org}/seal_runs",
                              {"template": samples["template"]["id"], "data": samples["data"]["id"], "key": key["id"]})["id"]
        seen = self.wait_for(run, lambda state: state["done"] > 300)
        self.assertEqual(seen["state"], "running", "killed before the end")
        self.restart()
        state = self.wait_for(run, lambda state: state["state"] not in ("waiting", "running"))
        self.assertEqual((state["state"], state["sealed"] + state["refused"], state["skipped"]), ("done", ROWS, 0))

        archive = zipfile.ZipFile(io.BytesIO(self.download(f"/seal_runs/{run}/documents.zip")))
        self.assertIsNone(archive.testzip())
        documents = [name for name in archive.namelist() if name.startswith("documents/")]
        numbers = [int(re.match(r"documents/SQ\d{4}-(\d+)-", name)[1]) for name in documents]
        self.assertEqual(numbers, list(range(1, state["sealed"] + 1)))
        self.assertLessEqual({"register.xlsx", "errors.xlsx"}, set(archive.namelist()))

        (self.folder / "ca.pem").write_bytes(self.download(f"/keys/{key['id']}/ca.pem"))
        for name in (documents[0], documents[-1]):
            (self.folder / "one.pdf").write_bytes(archive.read(name))
            verified = subprocess.run([SHANQI, "verify", "--trust", str(self.folder / "ca.pem"), "--json", str(self.folder / "one.pdf")],
                                      capture_output=True, text=True)
            self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.assertEqual([p for p in (self.folder / "data").rglob("*.pdf")], [], "nothing in clear is left")
        log = (self.folder / "server.log").read_text(encoding="utf-8")
        self.assertNotIn("小学", log, "no personal data in the log")
        audit = self.owner.call("GET", f"{self.org}/audit?action_prefix=documents.seal_run")
        actions = [entry["action"] for entry in audit["items"]]
        self.assertEqual(actions.count("documents.seal_run_finish"), 1, json.dumps(actions))


if __name__ == "__main__":
    unittest.main()
