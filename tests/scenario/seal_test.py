"""shanqi seal from the user's view: what is made, what is refused, what is said."""
import hashlib
import json
import pathlib
import re
import subprocess
import unittest
import zipfile

import openpyxl

from support import PASSWORD, Scenario, pdf_text, read_sheet, write_docx, write_xlsx


class Sealing(Scenario):
    def test_ten_rows_become_ten_sealed_documents(self):
        write_xlsx(self.data, ["学校名称", "金额"], *[[f"第{n}小学", n * 1000.5] for n in range(1, 11)])
        counts = self.seal_json()
        self.assertEqual((counts["sealed"], counts["refused"], counts["skipped"], counts["pages"]), (10, 0, 0, 10))
        self.assertEqual(len(self.documents()), 10)
        lines = self.register()
        self.assertEqual([line["sequence"] for line in lines], list(range(1, 11)))
        for line in lines:
            content = (self.out / line["file"]).read_bytes()
            self.assertEqual(hashlib.sha256(content).hexdigest(), line["sha256"])
        text = pdf_text(self.out / lines[1]["file"])
        self.assertIn("第2小学", text)
        self.assertIn("贰仟零壹元整", text)
        self.assertIn(lines[1]["number"], text)
        signature = subprocess.run(["pdfsig", str(self.out / lines[0]["file"])], capture_output=True, text=True)
        self.assertIn("Signature is Valid", signature.stdout)
        self.assertIn("Total document signed", signature.stdout)

    def test_the_register_for_people_says_the_same(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1], ["二小", 2])
        self.seal_json()
        sheet = read_sheet(self.out / "register.xlsx")
        self.assertEqual(sheet[0][:4], ["编号", "文书", "接收方", "页数"])
        self.assertEqual([row[2] for row in sheet[1:]], ["一小", "二小"])
        self.assertEqual([row[0] for row in sheet[1:]], [line["number"] for line in self.register()])

    def test_each_line_of_the_register_holds_the_digest_of_the_one_before(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1], ["二小", 2], ["三小", 3])
        self.seal_json()
        previous = "0" * 64
        for line in (self.out / "register.jsonl").read_text(encoding="utf-8").splitlines():
            self.assertEqual(json.loads(line)["previous"], previous)
            previous = hashlib.sha256(line.encode()).hexdigest()

    def test_the_same_command_again_does_nothing_twice(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1], ["二小", 2])
        self.seal_json()
        before = {name: (self.out / "documents" / name).read_bytes() for name in self.documents()}
        counts = self.seal_json()
        self.assertEqual((counts["sealed"], counts["skipped"]), (0, 2))
        self.assertEqual(before, {name: (self.out / "documents" / name).read_bytes() for name in self.documents()})

    def test_a_row_is_known_by_what_it_says_not_by_where_it_stands(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1], ["二小", 2])
        self.seal_json()
        write_xlsx(self.data, ["金额", "备注", "学校名称"], [9, "", "新学校"], [2, "x", "二小"], [1, "y", "一小"])
        counts = self.seal_json()
        self.assertEqual((counts["sealed"], counts["skipped"]), (1, 2))
        self.assertEqual([line["recipient"] for line in self.register()], ["一小", "二小", "新学校"])

    def test_refused_rows_are_mended_and_continue_the_numbers(self):
        write_xlsx(self.data, ["学校名称", "金额", "电话"], ["一小", 1, "19900000001"], ["", 2, "=1+1"], ["三小", "很多", ""], ["四小", 4, ""])
        counts = self.seal_json(status=3)
        self.assertEqual((counts["sealed"], counts["refused"]), (2, 2))
        errors = openpyxl.load_workbook(self.out / "errors.xlsx")
        sheet = errors.worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[0], ("行号", "字段", "问题", "改法", "学校名称", "金额", "电话"))
        self.assertEqual([(row[0], row[1]) for row in rows[1:]], [("3", "学校名称"), ("4", "金额")])
        self.assertTrue(all(row[2] and row[3] for row in rows[1:]))
        sheet["E2"], sheet["F3"] = "二小", "3"
        mended = self.folder / "mended.xlsx"
        errors.save(mended)
        counts = self.seal_json(data=mended)
        self.assertEqual((counts["sealed"], counts["refused"]), (2, 0))
        self.assertEqual([line["sequence"] for line in self.register()], [1, 2, 3, 4])
        self.assertEqual([line["recipient"] for line in self.register()], ["一小", "四小", "二小", "三小"])

    def test_errors_may_be_mended_in_place(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["", 1])
        self.assertEqual(self.seal_json(status=1)["sealed"], 0)
        errors = openpyxl.load_workbook(self.out / "errors.xlsx")
        errors.worksheets[0]["E2"] = "一小"
        errors.save(self.out / "errors.xlsx")
        self.assertEqual(self.seal_json(data=self.out / "errors.xlsx")["sealed"], 1)

    def test_when_every_row_is_refused_nothing_was_done(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["", 1], ["", 2])
        result = self.seal()
        self.assertEqual(result.returncode, 1)
        self.assertIn("没有盖任何章", result.stderr)
        self.assertEqual(self.documents(), [])
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1])
        self.seal_json()
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1], ["", 2])
        self.assertEqual(self.seal_json(status=3)["skipped"], 1, "an earlier run sealed the other row")

    def test_seconds_are_written_as_people_write_them(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1])
        self.assertRegex(self.run_shanqi(*self.seal_arguments(), "--json").stdout, r'"seconds":\d+\.\d\d}')

    def test_errors_sealed_again_without_mending_are_refused_again(self):
        write_docx(self.template, "{{学校名称}} {{信用代码}} {{日期|yyyy-MM-dd}} {{金额|千分位}}", "{{印章}}")
        write_xlsx(self.data, ["学校名称", "信用代码", "日期", "金额"], ["一小", 129934002200022000, "2026-1-1", 1],
                   ["二小", "12990101MB0000001X", "2026-2-30", 2], ["三小", "12990101MB0000001X", "2026-1-1", "待定"])
        # Excel itself writes all digits that it has left; openpyxl writes 1.29E+17.
        with zipfile.ZipFile(self.data) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = re.sub(rb"<v>1\.29[^<]*</v>", b"<v>129934002200022000</v>", parts[sheet])
        with zipfile.ZipFile(self.data, "w") as book:
            for name, content in parts.items():
                book.writestr(name, content)
        self.assertEqual(self.seal_json(status=1)["refused"], 3)
        for _ in range(2):
            self.assertEqual(self.seal_json(status=1, data=self.out / "errors.xlsx")["refused"], 3)
            self.assertEqual([row[1] for row in read_sheet(self.out / "errors.xlsx")[1:]], ["信用代码", "日期", "金额"])
        self.assertEqual(self.documents(), [])

    def test_every_reason_to_refuse_a_row(self):
        write_docx(self.template, "{{学校名称}} {{日期|中文日期}} {{身份证号}} {{备注|默认:无}}", "{{#如果 附言}}附言：{{附言}}{{/如果}}", "{{印章}}")
        header = ["学校名称", "日期", "身份证号", "备注", "附言"]
        good = "990101199001010013"
        write_xlsx(self.data, header, ["好的", "2026年2月28日", good, None, None], ["坏日期", "2026年2月30日", good, "", ""],
                   ["坏号码", "2026-1-1", 990101199001010000, "", ""], ["", "2026-1-1", good, "", ""], ["无字\U0003FFFD", "2026-1-1", good, "", ""])
        counts = self.seal_json(status=3)
        self.assertEqual((counts["sealed"], counts["refused"]), (1, 4))
        fields = [row[1] for row in read_sheet(self.out / "errors.xlsx")[1:]]
        self.assertEqual(fields, ["日期", "身份证号", "学校名称", "学校名称"])

    def test_an_error_cell_of_excel_refuses_the_row(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1])
        book = openpyxl.load_workbook(self.data)
        cell = book.worksheets[0]["B3"]
        book.worksheets[0]["A3"] = "二小"
        cell.value, cell.data_type = "#N/A", "e"
        book.save(self.data)
        self.assertEqual(self.seal_json(status=3)["refused"], 1)
        self.assertIn("#N/A", " ".join(read_sheet(self.out / "errors.xlsx")[1]))

    def test_one_document_for_several_rows(self):
        row = f'<w:tr>{"".join(f"<w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc>" for t in ("{{#每行}}{{行号}}", "{{物品}}", "{{数量}}{{/每行}}"))}</w:tr>'
        table = f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="4000"/><w:gridCol w:w="2000"/></w:tblGrid>{row}</w:tbl>'
        write_docx(self.template, "{{学校名称}} 物资清单", table, "{{印章}}")
        write_xlsx(self.data, ["学校名称", "物品", "数量"], ["一小", "教材", 10], ["二小", "图册", 5], ["一小", "海报", 3])
        counts = self.seal_json(name="{{学校名称}}")
        self.assertEqual(counts["sealed"], 2)
        self.assertEqual(self.documents(), ["一小.pdf", "二小.pdf"])
        text = pdf_text(self.out / "documents/一小.pdf")
        self.assertIn("教材", text)
        self.assertIn("海报", text)
        self.assertNotIn("图册", text)

    def test_a_table_in_gb18030_and_a_pattern_for_the_number(self):
        self.data = self.folder / "schools.csv"
        self.data.write_bytes("学校名称,金额\r\n㐀村小学,12.5\r\n".encode("gb18030"))
        self.seal_json(number="HT-{{年}}-{{序号:3}}", name="{{编号}}")
        self.assertRegex(self.register()[0]["number"], r"^HT-20\d\d-001$")
        self.assertIn("㐀村小学", pdf_text(self.out / self.register()[0]["file"]))

    def test_the_verify_address_holds_a_token_and_never_the_number(self):
        write_docx(self.template, "{{学校名称}} {{编号}}", "{{二维码}}", "{{印章}}")
        write_xlsx(self.data, ["学校名称"], ["一小"], ["二小"])
        self.seal_json(**{"verify-url": "https://example.org/v/"})
        tokens = set()
        for line in self.register():
            picture = self.folder / "page"
            subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", str(self.out / line["file"]), str(picture)], check=True)
            metadata = subprocess.run(["pdfinfo", "-meta", str(self.out / line["file"])], capture_output=True, text=True, check=True).stdout
            address = next(part for part in metadata.replace("<", " ").replace(">", " ").split() if part.startswith("https://example.org/v/"))
            token = address.removeprefix("https://example.org/v/")
            self.assertGreaterEqual(len(token), 22)
            self.assertNotIn(line["number"], address)
            self.assertEqual(hashlib.sha256(token.encode()).hexdigest(), line["token"])
            tokens.add(token)
        self.assertEqual(len(tokens), 2)

    def test_two_jobs_make_the_same_register_as_one(self):
        write_xlsx(self.data, ["学校名称", "金额"], *[[f"第{n}小学", n] for n in range(1, 400)])
        self.seal_json(jobs=1, out=self.folder / "one")
        self.seal_json(jobs=2, out=self.folder / "two")
        keys = ("number", "row", "file", "recipient", "pages")
        self.assertEqual([[line[k] for k in keys] for line in self.register(self.folder / "one")],
                         [[line[k] for k in keys] for line in self.register(self.folder / "two")])

    def test_numbers_stay_unbroken_over_rows_that_no_font_can_show(self):
        rows = [[f"第{n}小学" + ("\U0003FFFD" if n % 7 == 0 else ""), n] for n in range(1, 60)]
        write_xlsx(self.data, ["学校名称", "金额"], *rows)
        counts = self.seal_json(status=3)
        self.assertEqual(counts["refused"], 8)
        lines = self.register()
        self.assertEqual([line["sequence"] for line in lines], list(range(1, 52)))
        for line in lines:
            self.assertIn(line["number"], pdf_text(self.out / line["file"]))

    def test_the_check_promises_as_many_documents_as_are_sealed(self):
        rows = [[f"第{n}小学" + ("\U0003FFFD" if n % 7 == 0 else ""), "很多" if n == 30 else n] for n in range(1, 60)]
        write_xlsx(self.data, ["学校名称", "金额"], *rows)
        check = self.run_shanqi("data", "check", "--data", self.data, "--template", self.template)
        self.assertEqual(check.returncode, 3, check.stderr)
        self.assertIn("A8", check.stdout)
        self.assertIn("U+3FFFD", check.stdout)
        promised = json.loads(self.run_shanqi("data", "check", "--data", self.data, "--template", self.template, "--json").stdout)
        counts = self.seal_json(status=3)
        self.assertEqual(counts["refused"], 9)
        self.assertEqual(promised["problem_rows"], counts["refused"])

    def test_a_trial_seal_says_so(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1])
        result = self.seal()
        self.assertIn("试用", result.stdout)
        file = str(self.out / self.register()[0]["file"])
        for view in ([], ["-meta"]):
            self.assertIn("试用", subprocess.run(["pdfinfo", *view, file], capture_output=True, text=True, check=True).stdout)

    def test_a_name_that_is_taken_refuses_the_row_and_breaks_no_number(self):
        write_xlsx(self.data, ["学校名称", "金额", "县区"], ["一小", 1, "甲县"], ["二小", 2, "甲县"], ["三小", 3, "乙县"])
        self.assertEqual(self.seal_json(status=3, name="../{{县区}}/.")["refused"], 1)
        self.assertEqual(self.documents(), ["_.._乙县_.pdf", "_.._甲县_.pdf"])
        self.assertEqual([line["sequence"] for line in self.register()], [1, 2])
        self.assertIn("{{编号}}", read_sheet(self.out / "errors.xlsx")[1][3])

    def test_a_number_from_a_column_and_numbers_that_count_by_county(self):
        write_xlsx(self.data, ["学校名称", "金额", "县区", "合同号"], ["一小", 1, "甲县", "HT7"], ["二小", 2, "乙县", "HT8"], ["三小", 3, "甲县", "HT7"])
        self.assertEqual(self.seal_json(status=3, number="{{合同号}}")["refused"], 1)
        self.assertEqual([line["number"] for line in self.register()], ["HT7", "HT8"])
        self.out = self.folder / "counties"
        self.seal_json(number="{{县区}}-{{序号:3}}")
        self.assertEqual([line["number"] for line in self.register()], ["甲县-001", "乙县-001", "甲县-002"])

    def test_a_second_template_goes_on_in_the_same_register(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1], ["二小", 2])
        self.seal_json()
        write_docx(self.template, "另一份 {{学校名称}}", "{{印章}}")
        self.assertEqual(self.seal_json()["sealed"], 2)
        self.assertEqual([line["sequence"] for line in self.register()], [1, 2, 3, 4])

    def test_a_document_that_is_gone_is_told_and_not_made_again(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1], ["二小", 2])
        self.seal_json()
        gone = self.register()[1]["file"]
        (self.out / gone).unlink()
        counts = self.seal_json()
        self.assertEqual((counts["sealed"], counts["skipped"]), (0, 2))
        self.assertIn(pathlib.Path(gone).name, counts["notices"][0]["message"])
        self.assertFalse((self.out / gone).exists())

    def test_a_password_as_windows_writes_it(self):
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1])
        password = self.folder / "windows.txt"
        password.write_bytes(b"\xef\xbb\xbf" + PASSWORD.replace("\n", "\r\n").encode())
        self.assertEqual(self.seal_json(**{"password-file": password})["sealed"], 1)


class Refusals(Scenario):
    """Each of these ends with one clear message in the user's language, and nothing is made."""

    def setUp(self):
        super().setUp()
        write_xlsx(self.data, ["学校名称", "金额"], ["一小", 1])

    def refused(self, words, **changes):
        result = self.seal(**changes)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertFalse((self.out / "documents").exists() and self.documents())
        return result

    def test_a_wrong_password(self):
        wrong = self.folder / "wrong.txt"
        wrong.write_text("no\n")
        self.refused(["密码"], **{"password-file": wrong})

    def test_a_missing_file(self):
        self.refused(["nothing.docx", "找不到"], template=self.folder / "nothing.docx")
        self.refused(["nothing.xlsx", "找不到"], data=self.folder / "nothing.xlsx")

    def test_a_column_that_does_not_exist_names_the_nearest(self):
        write_docx(self.template, "{{学校名程}} {{印章}}")
        self.refused(["学校名程", "学校名称"])

    def test_a_workbook_that_is_not_one(self):
        self.data.write_bytes(b"this is no workbook")
        self.refused([str(self.data)])

    def test_an_old_workbook(self):
        self.data.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000))
        self.refused(["另存"])

    def test_a_zip_bomb(self):
        for target, part in ((self.data, "xl/workbook.xml"), (self.template, "word/document.xml")):
            kept = target.read_bytes()
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bomb:
                bomb.writestr("[Content_Types].xml", "<Types/>")
                bomb.writestr(part, b"<a>" + b" " * (700 << 20))
            self.refused([str(target)])
            target.write_bytes(kept)

    def test_an_expired_certificate(self):
        pem, p12 = self.folder / "old.pem", self.folder / "old.p12"
        config = self.folder / "ca.cnf"
        (self.folder / "index.txt").write_text("")
        config.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.folder}/index.txt\nnew_certs_dir={self.folder}\nrand_serial=yes\n"
                          "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n[req]\ndistinguished_name=n\nprompt=no\n[n]\nCN=old\n"
                          "[e]\nkeyUsage=digitalSignature\n")
        key = self.folder / "old.key"
        run = lambda *a: subprocess.run(["openssl", *map(str, a)], check=True, capture_output=True)
        run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", self.folder / "old.csr", "-config", config)
        run("ca", "-batch", "-selfsign", "-keyfile", key, "-in", self.folder / "old.csr", "-out", pem, "-config", config,
            "-extensions", "e", "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-notext")
        run("pkcs12", "-export", "-inkey", key, "-in", pem, "-out", p12, "-passout", f"file:{self.password_file}")
        self.refused(["2021", "过期", "没有签章"], key=p12)

    def test_a_bad_pattern(self):
        self.refused(["{{序号"], number="SQ{{序号")
        self.refused(["没有", "名程", "学校名称"], name="{{学校名程}}")

    def test_a_number_that_would_be_the_same_for_all(self):
        for pattern in ("", "SQ", "SQ{{年}}{{月}}"):
            self.refused(["{{序号:5}}", f"“{pattern}”"], number=pattern)

    def test_an_empty_password_file(self):
        empty = self.folder / "empty.txt"
        empty.write_bytes(b"\r\n")
        self.refused(["empty.txt", "第一行是空的"], **{"password-file": empty})

    def test_files_that_are_something_else(self):
        for option, word in (("key", "私钥文件"), ("image", "PNG 或 JPEG"), ("template", "Word")):
            self.refused([str(self.password_file), word], **{option: self.password_file})
            self.refused(["文件夹"], **{option: self.folder})

    def test_a_file_in_the_way_of_the_folder(self):
        self.out.write_text("a file")
        for out in (self.out, self.out / "deeper"):
            self.refused([str(out), "同名的文件"], out=out)
        self.assertEqual(self.out.read_text(), "a file")

    def test_a_register_that_lost_lines_gives_no_number_again(self):
        write_xlsx(self.data, ["学校名称", "金额"], *[[f"{n}小", n] for n in range(5)])
        self.seal_json()
        register = self.out / "register.jsonl"
        whole = register.read_bytes()
        lines = whole.splitlines(keepends=True)
        last = lines[-1].replace(b'"pages":1', b'"pages":2')
        write_xlsx(self.data, ["学校名称", "金额"], ["新的", 1])
        for damage in (None, b"", b"".join(lines[:3]), whole[:-1], b"".join([*lines[:-1], last]), b"".join([lines[0], *lines[2:]])):
            register.unlink() if damage is None else register.write_bytes(damage)
            result = self.seal()
            self.assertEqual(result.returncode, 1)
            for word in ("登记簿", "没有继续", "备份"):
                self.assertIn(word, result.stderr)
            self.assertEqual(len(self.documents()), 5)
            register.write_bytes(whole)
        self.assertEqual(self.seal_json()["sealed"], 1)
        self.assertEqual([line["sequence"] for line in self.register()], [1, 2, 3, 4, 5, 6])

    def test_in_english_when_the_environment_is(self):
        result = self.seal(english=True, template=self.folder / "nothing.docx")
        self.assertIn("No such file", result.stderr)

    def test_wrong_arguments(self):
        for arguments, chinese, english in (
            (self.seal_arguments() + ["--jbos", "2"], "--jobs", "Did you mean --jobs"),
            (self.seal_arguments(jobs=0), "1 到 256", "from 1 to 256"),
            (self.seal_arguments(jobs=-1), "1 到 256", "from 1 to 256"),
            (self.seal_arguments(jobs="x"), "1 到 256", "from 1 to 256"),
            (self.seal_arguments() + ["--name"], "--name 后面没有写值", "--name has no value"),
            (self.seal_arguments() + ["--out", "x"], "--out 写了两次", "--out is given twice"),
            (["seal"], "缺少 --template", "--template is missing"),
            (["saal"], "seal", "Did you mean seal"),
            ([], "没有写要做什么", "no command"),
        ):
            for words, in_english in ((chinese, False), (english, True)):
                result = self.run_shanqi(*arguments, english=in_english)
                self.assertEqual(result.returncode, 1)
                self.assertIn(words, result.stderr)
                self.assertIn("--help", result.stderr)
                self.assertNotRegex(result.stderr, "required|expected" if in_english else "required|expected|Value")
        self.assertFalse(self.out.exists())
        self.assertEqual(self.run_shanqi("seal", "--help").returncode, 0)


if __name__ == "__main__":
    unittest.main()
