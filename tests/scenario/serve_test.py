"""`shanqi serve` as an office runs it: first run, restart, SIGTERM, kill -9, configuration, backup and restore, doctor,
a full disk."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from house import Client, Server, new_key, run

PASSWORD = "correct horse battery"


class House(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="shanqi-house-"))
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            if server.process.poll() is None:
                server.stop(signal.SIGKILL)
        shutil.rmtree(self.home, ignore_errors=True)

    def serve(self, *arguments, **options):
        server = Server(self.home, *arguments, **options)
        self.servers.append(server)
        return server

    @property
    def data(self):
        return self.home / ".local/share/shanqi"

    def passphrase(self, text="纸船 river 2026"):
        file = self.home / "passphrase.txt"
        file.write_text(text + "\n", encoding="utf-8")
        return file

    def org_of(self, client):
        return client.api("GET", "/session")["orgs"][0]["id"]


class FirstRun(House):
    def test_the_link_works_once_and_a_restart_keeps_everything(self):
        server = self.serve()
        self.assertIn(str(self.home / ".config/shanqi/master.key"), server.said)
        self.assertEqual((self.home / ".config/shanqi/master.key").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.data.stat().st_mode & 0o777, 0o700)
        client = server.first_run(PASSWORD)
        again = Client(server.address)
        refused = again.ask("POST", "/api/v1/setup", {"token": server.link.split("#")[1], "name": "x", "email": "x@example.org",
                                                       "password": PASSWORD, "organisation": "x"})
        self.assertGreaterEqual(refused.status, 400)
        self.assertLess(refused.status, 500)
        session = client.api("GET", "/session", status=200)
        self.assertTrue(session["signed_in"])
        self.assertEqual(server.stop(), 0)

        server = self.serve()
        client = Client(server.address)
        session = client.sign_in("moumou@example.org", PASSWORD)
        self.assertEqual(session["orgs"][0]["name"], "星火公益服务中心")
        self.assertFalse(session["first_run"])
        self.assertNotIn("setup#", server.said)
        for path in ("/healthz", "/readyz"):
            self.assertEqual(client.ask("GET", path).status, 200)
        figures = client.ask("GET", "/metrics").body.decode()
        self.assertIn("shanqi_request_seconds_count", figures)
        self.assertEqual(client.ask("GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status, 404)
        self.assertEqual(server.stop(), 0)

    def test_the_log_is_json_without_personal_data(self):
        server = self.serve()
        client = server.first_run(PASSWORD)
        client.api("GET", f"/orgs/{self.org_of(client)}/members")
        client.ask("GET", "/s/some-secret-token?phone=19900001234")
        self.assertEqual(server.stop(), 0)
        text = (self.home / "server.log").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines()]
        self.assertTrue(all({"time", "level", "event"} <= set(line) for line in lines))
        self.assertTrue(any(line["event"] == "request" and line["operation"] for line in lines))
        for secret in ("moumou", "某某", "correct horse", "some-secret-token", "19900001234", server.link.split("#")[1]):
            self.assertNotIn(secret, text)

    def test_a_second_server_on_the_same_folder_is_refused(self):
        server = self.serve()
        other = run(self.home, "serve", "--port", "0")
        self.assertEqual(other.returncode, 1)
        self.assertIn("已有一个善器服务在运行", other.stderr)
        self.assertEqual(Client(server.address).ask("GET", "/readyz").status, 200)

    def test_migrating_first_is_a_first_start_too(self):
        self.data.mkdir(parents=True)
        (self.data / "shanqi.db").touch()
        self.assertEqual(run(self.home, "migrate").returncode, 0)
        server = self.serve()
        server.first_run(PASSWORD)
        server.stop()
        Client(self.serve().address).sign_in("moumou@example.org", PASSWORD)

    def test_a_lost_master_key_is_told_and_not_replaced(self):
        server = self.serve()
        server.first_run(PASSWORD)
        server.stop()
        key = self.home / ".config/shanqi/master.key"
        kept = key.read_text()
        key.unlink()
        refused = run(self.home, "serve", "--port", "0")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("没有找到主密钥文件", refused.stderr)
        self.assertFalse(key.exists())
        key.write_text("0" * 64 + "\n")
        key.chmod(0o600)
        self.assertEqual(run(self.home, "serve", "--port", "0").returncode, 1)
        key.write_text(kept)
        Client(self.serve().address).sign_in("moumou@example.org", PASSWORD)


class Stopping(House):
    def test_what_was_acknowledged_survives_kill_9(self):
        server = self.serve()
        client = server.first_run(PASSWORD)
        acknowledged, gone = [], threading.Event()

        def write(worker):
            for n in range(100_000):
                name = f"机构{worker}-{n}"
                try:
                    reply = client.ask("POST", "/api/v1/orgs", {"name": name, "short_name": name}, key=new_key(), timeout=10)
                except OSError:
                    return
                if reply.status in (200, 201):
                    acknowledged.append(name)
                    if len(acknowledged) >= 40:
                        gone.set()
                elif reply.status != 429:
                    return

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            running = [pool.submit(write, worker) for worker in range(4)]
            gone.wait(60)
            server.process.kill()
            server.process.wait()
            for one in running:
                one.result(timeout=30)
        self.assertGreaterEqual(len(acknowledged), 5)
        server = self.serve()
        names = {org["name"] for org in Client(server.address).sign_in("moumou@example.org", PASSWORD)["orgs"]}
        self.assertLessEqual(set(acknowledged), names)
        server.stop()  # chains the entries that the kill left waiting
        verified = run(self.home, "audit", "verify", "--json")
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.assertTrue(json.loads(verified.stdout))

    def test_sigterm_during_a_job_releases_it_and_the_next_server_ends_it(self):
        server = self.serve()
        client = server.first_run(PASSWORD)
        org = self.org_of(client)
        key = client.api("POST", f"/orgs/{org}/keys/trial", {"name": "星火公益服务中心"})
        samples = client.api("POST", f"/orgs/{org}/samples", {"rows": 2500})
        run_ = client.api("POST", f"/orgs/{org}/seal_runs", {"template": samples["template"]["id"], "data": samples["data"]["id"],
                                                             "key": key["id"]})
        path = f"/orgs/{org}/seal_runs/{run_['id']}"
        state = client.look_until(org, path, lambda state: state["done"] > 0 or state["state"] not in ("waiting", "running"))
        self.assertEqual(state["state"], "running")
        self.assertEqual(server.stop(timeout=60), 0)
        client = Client(self.serve().address)
        client.sign_in("moumou@example.org", PASSWORD)
        state = client.look_until(org, path, lambda state: state["state"] not in ("waiting", "running"))
        self.assertEqual(state["state"], "done")
        self.assertEqual(state["sealed"] + state["refused"], state["total"])
        documents = client.api("GET", f"{path}/documents?limit=500")["items"]
        self.assertEqual(len({one["number"] for one in documents}), len(documents))

    def test_a_second_signal_ends_at_once(self):
        server = self.serve()
        client = server.first_run(PASSWORD)
        # A request that does not end by itself: a body that never comes.
        import socket
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as open_request:
            open_request.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
            self.assertEqual(client.ask("GET", "/healthz").status, 200)  # it has arrived by now
            server.process.send_signal(signal.SIGTERM)
            server.process.send_signal(signal.SIGINT)
            # Both wait at once, so either may be the second.
            self.assertIn(server.process.wait(timeout=8), (128 + signal.SIGINT, 128 + signal.SIGTERM))


class Settings(House):
    def test_precedence_and_where_each_value_came_from(self):
        folder = self.home / ".config/shanqi"
        folder.mkdir(parents=True)
        (folder / "shanqi.toml").write_text('[http]\nport = 1111\naddress = "127.0.0.2"\nworkers = 3\n[mail]\npassword = "geheim"\n')
        shown = run(self.home, "config", "--json", "--set", "http.port=3333",
                    environment={"SHANQI_HTTP_PORT": "2222", "SHANQI_HTTP_WORKERS": "5"})
        self.assertEqual(shown.returncode, 0, shown.stderr)
        values = json.loads(shown.stdout)
        self.assertEqual(values["http.port"], {"value": "3333", "from": "命令行 --set http.port"})
        self.assertEqual(values["http.workers"], {"value": "5", "from": "环境变量 SHANQI_HTTP_WORKERS"})
        self.assertEqual(values["http.address"]["value"], "127.0.0.2")
        self.assertTrue(values["http.address"]["from"].endswith("shanqi.toml:3"))
        self.assertNotIn("geheim", shown.stdout + run(self.home, "config").stdout)

    def test_a_typing_error_is_refused_with_what_was_meant(self):
        wrong = run(self.home, "serve", "--set", "http.prot=1")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("http.port", wrong.stderr)
        self.assertFalse(self.data.exists())


class BackupAndRestore(House):
    def test_a_backup_beside_a_live_server_restores_elsewhere(self):
        server = self.serve()
        client = server.first_run(PASSWORD)
        file = self.home / "a.backup"
        made = run(self.home, "backup", file, "--passphrase-file", self.passphrase())
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertIsNone(server.process.poll())
        self.assertGreaterEqual(run(self.home, "backup", file, "--passphrase-file", self.passphrase()).returncode, 1)
        client.api("GET", "/session", status=200)

        other = self.home / "elsewhere"
        other.mkdir()
        wrong = self.home / "wrong.txt"
        wrong.write_text("not the passphrase\n")
        refused = run(other, "restore", file, "--passphrase-file", wrong)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("口令不对", refused.stderr)
        self.assertEqual(list(other.iterdir()), [])
        cut = self.home / "cut.backup"
        cut.write_bytes(file.read_bytes()[:-7])
        self.assertIn("不完整", run(other, "restore", cut, "--passphrase-file", self.passphrase()).stderr)
        self.assertEqual(list(other.iterdir()), [])

        done = run(other, "restore", file, "--passphrase-file", self.passphrase())
        self.assertEqual(done.returncode, 0, done.stderr)
        again = run(other, "restore", file, "--passphrase-file", self.passphrase())
        self.assertIn("已有东西", again.stderr)
        moved = Server(other)
        self.servers.append(moved)
        session = Client(moved.address).sign_in("moumou@example.org", PASSWORD)
        self.assertEqual(session["orgs"][0]["name"], "星火公益服务中心")

    def test_what_a_killed_restore_left_is_refused_and_mended_by_the_next(self):
        # Which moments there are to be killed in, and each of them, is restore_test.cpp's; here it is what people see.
        server = self.serve()
        server.first_run(PASSWORD)
        server.stop()
        file = self.home / "a.backup"
        self.assertEqual(run(self.home, "backup", file, "--passphrase-file", self.passphrase()).returncode, 0)
        other = self.home / "elsewhere"
        left = other / ".local/share/shanqi.restoring"
        left.mkdir(parents=True, mode=0o700)
        (left / "unfinished_restore.json").write_text('{"restore":"00","key_file":"","key_digest":""}')
        refused = run(other, "serve", "--port", "0")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("恢复还没有完成", refused.stderr)
        self.assertFalse((other / ".local/share/shanqi").exists())
        ill = run(other, "doctor")
        self.assertEqual(ill.returncode, 3)
        self.assertIn("再运行一次 shanqi restore", ill.stdout)
        done = run(other, "restore", file, "--passphrase-file", self.passphrase())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(left.exists())
        moved = Server(other)
        self.servers.append(moved)
        Client(moved.address).sign_in("moumou@example.org", PASSWORD)


class Doctor(House):
    def test_it_names_what_is_wrong_and_how_to_mend_it(self):
        server = self.serve()
        server.first_run(PASSWORD)
        findings = {one["key"]: one for one in json.loads(run(self.home, "doctor", "--json").stdout)}
        self.assertEqual(findings["database"]["finding"], "good")
        self.assertEqual(findings["key_fits"]["finding"], "good")
        self.assertEqual(findings["backup"]["finding"], "never")
        server.stop()
        self.data.chmod(0o755)
        key = self.home / ".config/shanqi/master.key"
        key.chmod(0o644)
        ill = run(self.home, "doctor")
        self.assertEqual(ill.returncode, 3, ill.stdout)
        self.assertIn("✗", ill.stdout)
        key.chmod(0o600)
        findings = {one["key"]: one for one in json.loads(run(self.home, "doctor", "--json").stdout)}
        self.assertEqual(findings["data_folder"]["finding"], "open_to_others")
        self.data.chmod(0o700)
        database = self.data / "shanqi.db"
        bytes_ = bytearray(database.read_bytes())
        for at in range(8192, min(len(bytes_), 200_000), 97):
            bytes_[at] ^= 0xFF
        database.write_bytes(bytes_)
        self.assertEqual(run(self.home, "doctor", "--full").returncode, 3)


@unittest.skipUnless(os.geteuid() == 0, "mounting a small disk needs root")
class FullDisk(House):
    def test_a_full_disk_is_told_and_nothing_acknowledged_is_lost(self):
        disk = self.home / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)], capture_output=True).returncode:
            self.skipTest("no mounts here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)])
        server = self.serve("--data", disk / "data")
        client = server.first_run(PASSWORD)
        org = self.org_of(client)
        kept = []
        statuses = set()
        (disk / "fill").write_bytes(b"")
        filled = subprocess.run(["dd", "if=/dev/zero", f"of={disk / 'fill'}", "bs=64k"], capture_output=True)
        self.assertNotEqual(filled.returncode, 0)  # until it is full
        for n in range(400):
            reply = client.ask("POST", "/api/v1/orgs", {"name": f"机构{n}", "short_name": f"机构{n}"}, key=new_key())
            statuses.add(reply.status)
            if reply.status in (200, 201):
                kept.append(f"机构{n}")
            elif reply.status != 429:
                break
        self.assertIn(507, statuses)
        self.assertEqual(client.ask("GET", f"/api/v1/orgs/{org}/members").status, 200)  # reading goes on
        (disk / "fill").unlink()
        after = client.ask("POST", "/api/v1/orgs", {"name": "之后", "short_name": "之后"}, key=new_key())
        self.assertIn(after.status, (200, 201, 429), after.body)
        server.stop()
        client = Client(self.serve("--data", disk / "data").address)
        names = {one["name"] for one in client.sign_in("moumou@example.org", PASSWORD)["orgs"]}
        self.assertLessEqual(set(kept), names)


if __name__ == "__main__":
    unittest.main()
