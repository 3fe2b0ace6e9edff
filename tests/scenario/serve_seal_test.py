"""The documents room in the real server: what a browser asks for, with a kill -9 of the server in the middle."""
import io
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "script"))
import demo_house  # noqa: E402
from house import Server  # noqa: E402
from support import SHANQI  # noqa: E402

PATIENCE_S = 120  # only a failing test waits so long
ROWS = 6000


class ServedSealing(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shanqi-serve-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.server = self.serve()
        self.addCleanup(lambda: self.server.stop(signal.SIGKILL))
        self.owner = demo_house.Browser(self.server.address)
        session = self.owner.call("POST", "/setup", {"token": self.server.link.split("#")[1], "name": "某某", "email": "a@demo.example",
                                                     "password": demo_house.PASSWORD, "organisation": "某某公益服务中心"})
        self.org = f"/orgs/{session['orgs'][0]['id']}"

    def serve(self):
        return Server(self.folder, "--data", self.folder / "data", "--master-key", self.folder / "master.key")

    def restart(self):
        self.server.stop(signal.SIGKILL)
        self.server = self.serve()
        self.owner.url = self.server.address

    def download(self, path):
        request = urllib.request.Request(f"{self.owner.url}/api/v1{self.org}{path}")
        with self.owner.opener.open(request, timeout=PATIENCE_S) as reply:
            return reply.read()

    def wait_for(self, run, done):
        return self.owner.look_until(self.org.removeprefix("/orgs/"), f"{self.org}/seal_runs/{run}", done)

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
        log = (self.folder / "server.log").read_text(encoding="utf-8")
        self.assertNotIn("小学", log, "no personal data in the log")
        audit = self.owner.call("GET", f"{self.org}/audit?action_prefix=documents.seal_run")
        actions = [entry["action"] for entry in audit["items"]]
        self.assertEqual(actions.count("documents.seal_run_finish"), 1, json.dumps(actions))
        self.assertEqual(self.server.stop(), 0)  # what a job still puts away is put away first
        self.assertEqual([p for p in (self.folder / "data").rglob("*.pdf")], [], "nothing in clear is left")


if __name__ == "__main__":
    unittest.main()
