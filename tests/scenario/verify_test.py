"""Verification, countersigning and time-stamps as a user meets them."""
import json
import os
import subprocess

from local_tsa import LocalTsa
from support import Scenario, SHANQI, write_docx, write_xlsx


class Verifying(Scenario):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_plain("key", "new", "--name", "某某小学", "--out", str(cls.shared / "theirs"), "--password-file", str(cls.password_file))
        cls.ours, cls.theirs = cls.shared / "key/ca.pem", cls.shared / "theirs/ca.pem"

    @staticmethod
    def run_plain(*arguments):
        return subprocess.run([SHANQI, *map(str, arguments)], check=True, capture_output=True, text=True, env={**os.environ, "LANG": "zh_CN.UTF-8"})

    def sealed(self, *extra):
        write_docx(self.template, "致 {{学校名称}}：", "编号 {{编号}}。", "{{印章}}", "{{会签:乙方}}")
        write_xlsx(self.data, ["学校名称"], ["某某小学"])
        result = self.run_shanqi(*self.seal_arguments(), *extra)
        self.assertEqual(result.returncode, 0, result.stderr)
        return next((self.out / "documents").glob("*.pdf"))

    def verify(self, *arguments, status):
        result = self.run_shanqi("verify", *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout

    def verify_json(self, *arguments, status):
        return json.loads(self.verify("--json", *arguments, status=status))

    def countersign(self, file, *extra, status=0):
        result = self.run_shanqi("countersign", file, "--field", "乙方", "--key", self.shared / "theirs/seal.p12", "--password-file", self.password_file, *extra)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def test_a_sealed_file_says_who_for_whom_and_that_nothing_changed(self):
        text = self.verify("--trust", self.ours, self.sealed(), status=0)
        for words in ("有效", "星火公益服务中心", "SQ", "致 某某小学", "整个文件", "等待签署：乙方", "试用证书"):
            self.assertIn(words, text)

    def test_without_a_trusted_root_the_signer_is_unknown(self):
        text = self.verify(self.sealed(), status=2)
        self.assertIn("不认识", text)

    def test_one_changed_byte_is_noticed(self):
        file = self.sealed()
        data = bytearray(file.read_bytes())
        data[data.index(b"stream") + 20] ^= 1
        file.write_bytes(data)
        report = self.verify_json("--trust", self.ours, file, status=1)[0]
        self.assertFalse(report["valid"])

    def test_a_countersigned_file_keeps_both_signatures_and_every_byte(self):
        file = self.sealed()
        before = file.read_bytes()
        self.countersign(file, "--reason", "同意")
        self.assertTrue(file.read_bytes().startswith(before))
        report = self.verify_json("--trust", self.ours, "--trust", self.theirs, file, status=0)[0]
        self.assertEqual([(one["field"], one["intact"], one["trusted"]) for one in report["signatures"]], [("印章", True, True), ("乙方", True, True)])
        self.assertEqual(report["waiting"], [])
        text = self.verify("--trust", self.ours, "--trust", self.theirs, file, status=0)
        self.assertIn("“乙方”签署", text)
        again = self.countersign(file, status=1)
        self.assertIn("已经签署过", again.stderr)

    def test_a_damaged_file_is_not_countersigned(self):
        file = self.sealed()
        data = file.read_bytes()
        file.write_bytes(data.replace(b"/F 4", b"/F 6", 1))
        result = self.countersign(file, status=1)
        self.assertIn("不成立", result.stderr)

    def test_expired_later_but_stamped_in_time(self):
        with LocalTsa() as tsa:
            file = self.sealed("--tsa", tsa.url)
            roots = ("--trust", self.ours, "--trust", tsa.ca)
            report = self.verify_json(*roots, file, status=0)[0]["signatures"][0]
            self.assertIsNotNone(report["proven_time"])
            self.assertIn("Time", report["time_stamp_authority"])
            # The stamp is worth nothing to those who do not know the authority.
            unknown = self.verify_json("--trust", self.ours, file, status=0)[0]["signatures"][0]
            self.assertIsNone(unknown["proven_time"])

    def test_a_document_time_stamp_proves_what_was_there(self):
        file = self.sealed()
        with LocalTsa() as tsa:
            result = self.run_shanqi("timestamp", file, "--tsa", tsa.url)
            self.assertEqual(result.returncode, 0, result.stderr)
            roots = ("--trust", self.ours, "--trust", tsa.ca)
            report = self.verify_json(*roots, file, status=0)[0]
            self.assertEqual([one["kind"] for one in report["signatures"]], ["certification", "time_stamp"])
            self.assertEqual(report["signatures"][0]["proven_time"], report["signatures"][1]["proven_time"])
            self.countersign(file, "--tsa", tsa.url)
            self.verify_json(*roots, "--trust", self.theirs, file, status=0)

    def test_authorities_that_misbehave(self):
        file = self.sealed()
        before = file.read_bytes()
        for behaviour, word in (("refusing", "no stamps for you"), ("broken", "时间戳"), ("lying", "时间戳")):
            with LocalTsa(behaviour) as tsa:
                result = self.run_shanqi("timestamp", file, "--tsa", tsa.url)
                self.assertEqual(result.returncode, 1, behaviour)
                self.assertIn(word, result.stderr)
                self.assertEqual(file.read_bytes(), before)
        down = self.run_shanqi("timestamp", file, "--tsa", "http://127.0.0.1:9/")
        self.assertEqual(down.returncode, 1)
        self.assertIn("127.0.0.1:9", down.stderr)

    def test_a_batch_without_its_time_stamps_is_not_passed_off(self):
        write_docx(self.template, "致 {{学校名称}}：", "{{印章}}")
        write_xlsx(self.data, ["学校名称"], ["某某小学"])
        with LocalTsa("refusing") as tsa:
            result = self.run_shanqi(*self.seal_arguments(), "--tsa", tsa.url)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.documents(), [])
        self.assertIn("时间戳", result.stderr)

    def test_files_that_are_no_pdf(self):
        nothing, words = self.folder / "nothing.pdf", self.folder / "words.pdf"
        words.write_text("not a PDF")
        for file in (nothing, words):
            report = self.verify_json(file, status=1)[0]
            self.assertFalse(report["valid"])
            self.assertTrue(report["problems"][0]["message"])

    def test_an_unsigned_pdf_says_so(self):
        text = self.verify(self.unsigned(), status=1)
        self.assertIn("没有电子签名", text)

    def unsigned(self):
        path = self.folder / "plain.pdf"
        objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>"]
        out, places = b"%PDF-1.7\n", []
        for number, body in enumerate(objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        xref = len(out)
        out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
        path.write_bytes(out + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % xref)
        return path
