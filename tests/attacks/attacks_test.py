"""No forgery verifies as good, and every change that is allowed does. One line a case with -v."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import attacks  # noqa: E402

SHANQI, SAMPLE = os.environ["SHANQI"], os.environ["SHANQI_SAMPLE"]
PASSWORD = "attacks-password\n"


def run(*command, status=0):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env={**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": ""})
    assert done.returncode == status, (command, done.returncode, done.stdout, done.stderr)
    return done.stdout


class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="shanqi-attacks-")
        cls.folder = folder = pathlib.Path(cls.temporary.name)
        (folder / "pw.txt").write_text(PASSWORD)
        for who in ("ours", "theirs"):
            run(SHANQI, "key", "new", "--name", "某某公益服务中心" if who == "ours" else "某某小学", "--out", folder / who, "--password-file", folder / "pw.txt")
        run(SAMPLE, "--out", folder / "sample", "--rows", "1")
        run(SHANQI, "seal", "--template", folder / "sample/agreement.docx", "--data", folder / "sample/plain.csv", "--key", folder / "ours/seal.p12",
            "--password-file", folder / "pw.txt", "--out", folder / "sealed")
        cls.sealed = next((folder / "sealed/documents").glob("*.pdf"))
        cls.countersigned = folder / "countersigned.pdf"
        run(SHANQI, "countersign", cls.sealed, "--field", "乙方", "--key", folder / "theirs/seal.p12", "--password-file", folder / "pw.txt", "--out", cls.countersigned)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def verify(self, *files):
        """Reports by file, and the exit status."""
        done = subprocess.run([SHANQI, "verify", "--json", "--trust", self.folder / "ours/ca.pem", "--trust", self.folder / "theirs/ca.pem", *map(str, files)],
                              capture_output=True, text=True, timeout=120)
        return json.loads(done.stdout), done.returncode

    def test_the_untouched_files_are_good(self):
        for file in (self.sealed, self.countersigned):
            reports, status = self.verify(file)
            self.assertEqual((status, reports[0]["valid"]), (0, True), reports)

    def check_none_is_good(self, source):
        files = {}
        for number, (family, name, forged) in enumerate(attacks.all_attacks(source.read_bytes())):
            path = self.folder / f"{source.stem}-{number:03}.pdf"
            path.write_bytes(forged)
            files[path] = f"{family}: {name}"
        reports, status = self.verify(*files)
        self.assertEqual(status, 1)
        self.assertEqual(len(reports), len(files))
        for (path, name), report in zip(files.items(), reports):
            with self.subTest(name):
                self.assertEqual(report["verdict"], "bad", f"{name} passed: {path}")
                reasons = report["problems"] + [problem for one in report["signatures"] for problem in one["problems"]]
                self.assertTrue(reasons and all(reason["message"] != reason["code"] for reason in reasons), report)
                if os.environ.get("SHANQI_ATTACKS_SHOW"):
                    print(f"{name}: {'; '.join(dict.fromkeys(reason['message'] for reason in reasons))}")
        self.assertGreater(len(files), 80)

    def test_no_forgery_of_a_sealed_file_is_good(self):
        self.check_none_is_good(self.sealed)

    def test_a_file_that_was_not_ours_to_begin_with_is_not_good(self):
        reports, status = self.verify(self.folder / "pw.txt")
        self.assertEqual((status, reports[0]["verdict"]), (1, "bad"))


if __name__ == "__main__":
    unittest.main()
