"""What the scenario tests share: small templates and lists, and running the program as a user does."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import openpyxl

SHANQI = os.environ["SHANQI"]
PASSWORD = "correct horse 电池\n"
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(*runs):
    return "<w:p>" + "".join(f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs) + "</w:p>"


def write_docx(path, *body):
    """A .docx of these paragraphs or raw block elements."""
    blocks = "".join(b if b.startswith("<w:") else paragraph(b) for b in body)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml",
                         '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                         '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                         'wordprocessingml.document.main+xml"/></Types>')
        package.writestr("_rels/.rels",
                         '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                         '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
                         'officeDocument" Target="word/document.xml"/></Relationships>')
        package.writestr("word/document.xml", f"<w:document {NAMESPACE}><w:body>{blocks}</w:body></w:document>")


def write_xlsx(path, header, *rows, sheet="学校"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    book.active.append(header)
    for row in rows:
        book.active.append(row)
    book.save(path)


def read_sheet(path):
    """The rows of the first sheet as lists of text."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def pdf_text(path):
    """Without white space: the quarter em between Chinese and digits comes out as a space."""
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return "".join(text.split())


class Scenario(unittest.TestCase):
    """A folder of its own with a key, a template and a list."""

    @classmethod
    def setUpClass(cls):
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="shanqi-scenario-"))
        cls.password_file = cls.shared / "pw.txt"
        cls.password_file.write_text(PASSWORD, encoding="utf-8")
        subprocess.run([SHANQI, "key", "new", "--name", "星火公益服务中心", "--out", str(cls.shared / "key"),
                        "--password-file", str(cls.password_file)], check=True, capture_output=True)
        cls.key = cls.shared / "key/seal.p12"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.shared, ignore_errors=True)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.shared))
        self.out = self.folder / "out"
        self.template = self.folder / "letter.docx"
        self.data = self.folder / "schools.xlsx"
        write_docx(self.template, "致 {{学校名称}}：", "编号 {{编号}}，金额 {{金额|大写}}。", "{{印章}}")

    def run_shanqi(self, *arguments, english=False, **options):
        environment = dict(os.environ, LANG="en_US.UTF-8" if english else "zh_CN.UTF-8")
        environment.pop("LC_ALL", None)
        return subprocess.run([SHANQI, *map(str, arguments)], capture_output=True, text=True, env=environment, **options)

    def seal_arguments(self, **changes):
        options = {"template": self.template, "data": self.data, "key": self.key, "password-file": self.password_file, "out": self.out}
        options.update(changes)
        return ["seal"] + [part for name, value in options.items() for part in (f"--{name}", str(value))]

    def seal(self, english=False, **changes):
        return self.run_shanqi(*self.seal_arguments(**changes), english=english)

    def seal_json(self, status=0, **changes):
        result = self.run_shanqi(*self.seal_arguments(**changes), "--json")
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return json.loads(result.stdout.strip().splitlines()[-1])

    def register(self, out=None):
        path = (out or self.out) / "register.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def documents(self):
        return sorted(p.name for p in (self.out / "documents").glob("*"))
