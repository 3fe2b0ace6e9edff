"""Every endpoint of the API document of the real server: with another organisation's ids (it must look as if they did
not exist), with random bytes and hostile JSON (no reply of 500 and no dead server), without a session."""
import json
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))
from house import Client, Server  # noqa: E402

UNKNOWN = "01930000-0000-7000-8000-000000000000"
DEEP = b"[" * 5000 + b"]" * 5000
HOSTILE = [b"", b"{", b"null", b"[]", b"0", b'"x"', b"\xff\xfe\x00", DEEP, b'{"a":1,"a":2}', b'{"name":"\\ud800"}',
           b'{"name":' + b'"x"' + b"}" * 3, b'{"limit":1e999}', b'{"name":"' + b"A" * 200_000 + b'"}', b'{"name":"a\\u0000b"}']


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="shanqi-api-"))
        cls.server = Server(cls.home)
        cls.owner = cls.server.first_run()
        session = cls.owner.api("GET", "/session")
        cls.mine = session["orgs"][0]["id"]
        link = cls.owner.api("POST", f"/orgs/{cls.mine}/invitations", {"role": "manager", "name": "某某", "email": "second@example.org"})["link"]
        token = link.replace("#", "/").rsplit("/", 1)[-1]
        cls.stranger = Client(cls.server.address)
        cls.stranger.remember(cls.stranger.api("POST", f"/invitations/{token}/accept",
                                               {"name": "某某", "email": "second@example.org", "password": "correct horse battery"}))
        # The owner makes an organisation that the other account has nothing to do with.
        cls.other = cls.owner.api("POST", "/orgs", {"name": "旁人中心", "short_name": "旁人"})["id"]
        cls.document = json.loads(__import__("subprocess").run([os.environ["SHANQI"], "openapi"], capture_output=True, text=True,
                                                                check=True, env=dict(os.environ, HOME=str(cls.home))).stdout)
        cls.endpoints = [(method.upper(), path) for path, methods in cls.document["paths"].items()
                         for method in methods if method in ("get", "put", "post", "delete", "patch")]

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop(signal.SIGTERM)
        shutil.rmtree(cls.home, ignore_errors=True)
        assert status == 0, status

    def path(self, path, org):
        path = path if path.startswith("/api") else "/api/v1" + path
        path = path.replace("{org}", org)
        while "{" in path:
            path = path[:path.index("{")] + UNKNOWN + path[path.index("}") + 1:]
        return path

    def test_there_are_many(self):
        self.assertGreater(len(self.endpoints), 45)

    def test_another_organisation_looks_as_if_it_did_not_exist(self):
        tried = 0
        for method, path in self.endpoints:
            if "{org}" not in path:
                continue
            tried += 1
            body = None if method in ("GET", "DELETE") else {}
            theirs = self.stranger.ask(method, self.path(path, self.other), body)
            nobodys = self.stranger.ask(method, self.path(path, UNKNOWN), body)
            self.assertEqual(theirs.status, nobodys.status, (method, path))
            self.assertIn(theirs.status, (403, 404, 415, 429), (method, path, theirs.body))
            self.assertNotEqual(theirs.status, 200)
        self.assertGreater(tried, 25)

    def test_without_a_session_nothing_of_an_organisation_is_told(self):
        nobody = Client(self.server.address)
        for method, path in self.endpoints:
            if "{org}" in path:
                reply = nobody.ask(method, self.path(path, self.mine), None if method in ("GET", "DELETE") else {})
                self.assertIn(reply.status, (401, 403, 404, 415, 429), (method, path))

    def test_hostile_bodies_and_queries_make_no_server_error(self):
        chance = random.Random(int(os.environ.get("SHANQI_SEED", "7")))
        for method, path in self.endpoints:
            if path.endswith("/events") or "installation/backups" in path:
                continue
            bodies = [None] if method in ("GET", "DELETE") else HOSTILE + [chance.randbytes(200), chance.randbytes(3)]
            for body in bodies:
                target = self.path(path, self.mine)
                if body is None:
                    target += "?limit=%00&after=" + "A" * 300 + "&sort=';--&filter=%ff&state=%F0%9F%98%80&from=x"
                reply = self.owner.ask(method, target, body, headers={"Content-Type": "application/json", "X-File-Name": "%2e%2e%2f%00"})
                self.assertLess(reply.status, 500, (method, path, body and body[:40], reply.body))
                if reply.status >= 400 and method != "HEAD":
                    self.assertEqual(reply.headers["Content-Type"].split(";")[0], "application/problem+json", (method, path, reply.body))
        self.assertEqual(self.owner.ask("GET", "/readyz").status, 200)


if __name__ == "__main__":
    unittest.main()
