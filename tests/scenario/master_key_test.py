"""`shanqi master-key`: after it the server starts with the new key and not with the old one; killed in the middle, one of
the two opens the database, and the program says which."""
import os
import signal
import subprocess
import time

from house import SHANQI, Client, run
from serve_test import House, PASSWORD


class MasterKey(House):
    @property
    def key(self):
        return self.home / ".config/shanqi/master.key"

    def sign_in(self, *arguments):
        server = self.serve(*arguments)
        Client(server.address).sign_in("moumou@example.org", PASSWORD)
        self.assertEqual(server.stop(), 0)

    def put(self, file, text):
        file.write_text(text)
        file.chmod(0o600)

    def refused(self, *arguments):
        tried = run(self.home, "serve", "--port", "0", *arguments)
        self.assertEqual(tried.returncode, 1)
        return tried.stderr

    def test_the_new_key_opens_and_the_old_one_does_not(self):
        server = self.serve()
        server.first_run(PASSWORD)
        self.assertIn("已有一个善器服务在运行", run(self.home, "master-key", "rotate").stderr)
        server.stop()
        old = self.key.read_text()
        rotated = run(self.home, "master-key", "rotate")
        self.assertEqual(rotated.returncode, 0, rotated.stderr)
        self.assertNotEqual(self.key.read_text(), old)
        self.assertEqual(self.key.stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.key.parent / "master.key.previous").read_text(), old)
        self.sign_in()
        kept = self.key.read_text()
        self.put(self.key, old)
        self.assertIn("主密钥与这个数据库不符", self.refused())
        self.put(self.key, kept)
        self.sign_in()

    def test_killed_before_the_commit_the_old_key_is_in_force(self):
        server = self.serve()
        server.first_run(PASSWORD)
        server.stop()
        self.put(self.key.parent / "master.key.next", "ab" * 32 + "\n")  # what a run had made when it was killed
        self.sign_in()
        self.assertEqual(run(self.home, "master-key", "rotate").returncode, 0)
        self.assertEqual(self.key.read_text().strip(), "ab" * 32)
        self.sign_in()

    def test_killed_after_the_commit_the_new_key_is_in_force(self):
        server = self.serve()
        server.first_run(PASSWORD)
        server.stop()
        old = self.key.read_text()
        self.assertEqual(run(self.home, "master-key", "rotate").returncode, 0)
        new = self.key.read_text()
        self.put(self.key.parent / "master.key.next", new)
        self.put(self.key, old)
        said = self.refused()
        self.assertIn("master.key.next", said)
        self.assertIn("shanqi master-key rotate", said)
        finished = run(self.home, "master-key", "rotate")
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertIn("这次把剩下的做完了", finished.stdout)
        self.assertEqual(self.key.read_text(), new)
        self.sign_in()

    def test_killed_at_any_moment_the_next_run_ends_it(self):
        server = self.serve()
        server.first_run(PASSWORD)
        server.stop()
        environment = dict(os.environ, HOME=str(self.home), LANG="zh_CN.UTF-8")
        for attempt in range(int(os.environ.get("SHANQI_KILLS", "6"))):
            process = subprocess.Popen([SHANQI, "master-key", "rotate"], env=environment, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(0.003 * attempt)  # another moment each time; whichever it is, what follows must hold
            process.kill()
            process.wait()
            ended = run(self.home, "master-key", "rotate")
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertFalse((self.key.parent / "master.key.next").exists())
        self.sign_in()

    def test_from_a_passphrase_to_another_and_to_a_key_file(self):
        old, new = self.passphrase(), self.home / "new.txt"
        new.write_text("大江东去 tide 2027\n", encoding="utf-8")
        with_old = ("--set", f"master_key.passphrase_file={old}")
        with_new = ("--set", f"master_key.passphrase_file={new}")
        server = self.serve(*with_old)
        server.first_run(PASSWORD)
        server.stop()
        self.assertIn("shanqi master-key passphrase", run(self.home, "master-key", "rotate", *with_old).stderr)
        changed = run(self.home, "master-key", "passphrase", *with_old, "--new-passphrase-file", new)
        self.assertEqual(changed.returncode, 0, changed.stderr)
        self.assertIn("口令不对", self.refused(*with_old))
        self.sign_in(*with_new)
        file = self.home / "moved.key"
        moved = run(self.home, "master-key", "rotate", *with_new, "--new-key", file)
        self.assertEqual(moved.returncode, 0, moved.stderr)
        self.assertIn("主密钥与这个数据库不符", self.refused(*with_new))
        self.sign_in("--master-key", file)
