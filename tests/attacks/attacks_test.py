"""No forgery verifies as good, and every change that is allowed does. One line a case with -v."""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scenario"))
import attacks  # noqa: E402
from local_tsa import LocalTsa, openssl  # noqa: E402
from pdf_file import Pdf, stream, with_entry  # noqa: E402

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

    def check_none_is_good(self, forgeries, *roots):
        files = {}
        for number, (family, name, forged) in enumerate(forgeries):
            path = self.folder / f"{family}-{number:03}.pdf"
            path.write_bytes(forged)
            files[path] = f"{family}: {name}"
        reports, status = self.verify(*files, *(part for root in roots for part in ("--trust", root)))
        self.assertEqual(status, 1)
        self.assertEqual(len(reports), len(files))
        for (path, name), report in zip(files.items(), reports):
            with self.subTest(name):
                self.assertEqual(report["verdict"], "bad", f"{name} passed: {path}")
                reasons = report["problems"] + [problem for one in report["signatures"] for problem in one["problems"]]
                self.assertTrue(reasons and all(reason["message"] != reason["code"] for reason in reasons), report)
                if os.environ.get("SHANQI_ATTACKS_SHOW"):
                    print(f"{name}: {'; '.join(dict.fromkeys(reason['message'] for reason in reasons))}")
        return len(files)

    def test_no_forgery_of_a_sealed_file_is_good(self):
        self.assertGreater(self.check_none_is_good(attacks.all_attacks(self.sealed.read_bytes())), 95)

    @staticmethod
    def stamp(tsa):
        """An update whose object `number` is a real time-stamp of this authority over the whole file."""
        def made(pdf, objects, number):
            hole = b"0" * 16384
            value = b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161/ByteRange[0 %010d %010d %010d]/Contents<" + hole + b">>>"
            data = pdf.updated({**objects, number: value % (0, 0, 0)})
            begin = data.index(b"/Contents<" + hole) + len(b"/Contents")
            end = begin + len(hole) + 2
            data = data.replace(b"[0 %010d %010d %010d]" % (0, 0, 0), b"[0 %010d %010d %010d]" % (begin, end, len(data) - end))
            digest = hashlib.sha256(data[:begin] + data[end:]).hexdigest()
            question = openssl("ts", "-query", "-digest", digest, "-sha256", "-cert")
            request = urllib.request.Request(tsa.url, question, {"Content-Type": "application/timestamp-query"})
            reply = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read()
            token = openssl("ts", "-reply", "-in", "/dev/stdin", "-token_out", input=reply).hex().encode()
            return data[:begin + 1] + token.ljust(len(hole), b"0") + data[end - 1:]
        return made

    def test_a_real_time_stamp_does_not_let_a_forgery_pass(self):
        with LocalTsa() as tsa:
            made = list(attacks.time_stamps(Pdf(self.sealed.read_bytes()), self.stamp(tsa)))
            self.assertEqual(self.check_none_is_good((("time_stamps", name, forged) for name, forged in made), tsa.ca), 8)

    def test_a_time_stamp_that_shows_nothing_is_allowed(self):
        pdf = Pdf(self.sealed.read_bytes())
        page, number = pdf.pages[0], pdf.size
        field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Stamp)/Rect[0 0 0 0]/F 132/P %d 0 R/V %d 0 R>>" % (page, number + 1)
        with LocalTsa() as tsa:
            path = self.folder / "stamped.pdf"
            path.write_bytes(self.stamp(tsa)(pdf, {number: field, pdf.root: attacks.appended(pdf.body(pdf.root), b"/Fields", number),
                                                   page: attacks.appended(pdf.body(page), b"/Annots", number)}, number + 1))
            reports, status = self.verify(path, "--trust", tsa.ca)
        self.assertEqual((status, len(reports[0]["signatures"])), (0, 2), reports)

    def test_validation_data_may_come_and_grow(self):
        der = openssl("x509", "-in", self.folder / "ours/ca.pem", "-outform", "DER")
        pdf = Pdf(self.sealed.read_bytes())
        store, list_, certificate = pdf.size, pdf.size + 1, pdf.size + 2
        first = pdf.updated({pdf.root: with_entry(pdf.body(pdf.root), b"/DSS %d 0 R" % store), store: b"<</Type/DSS/Certs %d 0 R>>" % list_,
                             list_: b"[%d 0 R]" % certificate, certificate: stream(der)})
        pdf = Pdf(first)
        second = pdf.updated({list_: b"[%d 0 R %d 0 R]" % (certificate, certificate + 1), certificate + 1: stream(der)})
        for name, data in (("store", first), ("grown", second)):
            path = self.folder / f"{name}.pdf"
            path.write_bytes(data)
            reports, status = self.verify(path)
            self.assertEqual(status, 0, reports)
        self.assertEqual([change["kind"] for one in reports[0]["revisions"] for change in one["changes"]], ["validation_data"] * 2)

    def test_a_file_that_was_not_ours_to_begin_with_is_not_good(self):
        reports, status = self.verify(self.folder / "pw.txt")
        self.assertEqual((status, reports[0]["verdict"]), (1, "bad"))


if __name__ == "__main__":
    unittest.main()
