"""Builds small .docx files of raw WordprocessingML: what a case needs and nothing else."""
import struct
import zipfile
import zlib
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent.parent / "sample/templates/common/word"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"')
# Long enough for several lines, with marks that may not begin or end one, but never two marks side by side: Word
# squeezes those together and LibreOffice does not (the case `punctuation` is for them).
CHINESE = ("课程由经过培训的讲师到校讲授，内容包括认识身体、青春期变化、情绪与交往（含网络交往）以及识别和拒绝侵害；"
           "学校应在开课前七日确认课表，远程的“双师”课堂另行约定。讲授所用的课件、教具和学生手册由中心准备，学校可以提前查看，"
           "并就其中的内容提出意见：凡是不适合本年级的，双方商量后更换。")
ENGLISH = ("The lessons are given by trained teachers. Topics follow the age of the pupils: the body, growing up, "
           "feelings, friendship online and offline, and how to recognise and refuse abuse. ")


def run(text, properties=""):
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


_serial = 0


def paragraph(content="", properties=""):
    """content: text, or runs as XML. Long texts get a number within their file, so that a comparison cannot take one
    for another."""
    global _serial
    if content and not content.startswith("<"):
        if len(content) > 30:
            _serial += 1
            content = f"{_serial}段{content}"
        content = run(content)
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{content}</w:p>\n"


def fonts(chinese, latin="Times New Roman"):
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{chinese}" w:cs="{latin}"/>'


def size(half_points):
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def field(instruction, shown="1"):
    return (f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>')


def cell(width, content="", properties=""):
    content = content if content.startswith("<w:p") or content.startswith("<w:tbl") else paragraph(content)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def row(*cells, properties=""):
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>\n"


def table(grid, *rows, properties="", layout="fixed"):
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    before, margins, after = properties.partition("<w:tblCellMar>")
    return (f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(grid)}" w:type="dxa"/>{before}'
            f'<w:tblLayout w:type="{layout}"/>{margins}{after}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>\n{"".join(rows)}</w:tbl>\n')


def picture(relation, width_emu, height_emu, anchor=""):
    """Inline, or with the inside of wp:anchor before wp:extent and the wrap after it: 'attributes|position|wrap'."""
    graphic = ('<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
               '<pic:cNvPr id="1" name="p.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
               f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
               f'<a:ext cx="{width_emu}" cy="{height_emu}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
               '</a:graphicData></a:graphic>')
    extent = f'<wp:extent cx="{width_emu}" cy="{height_emu}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
    name = '<wp:docPr id="1" name="picture" descr="green square"/><wp:cNvGraphicFramePr/>'
    if not anchor:
        return f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">{extent}{name}{graphic}</wp:inline></w:drawing></w:r>'
    return f"<w:r><w:drawing>{anchored(anchor, extent, name + graphic)}</w:drawing></w:r>"


def anchored(anchor, extent, content):
    attributes, position, wrap = anchor.split("|")
    return ('<wp:anchor distT="0" distB="0" distL="114300" distR="114300" simplePos="0" relativeHeight="10" locked="0" layoutInCell="1" '
            f'allowOverlap="1" {attributes}><wp:simplePos x="0" y="0"/>{position}{extent}{wrap}{content}</wp:anchor>')


def place(horizontal_from, x, vertical_from, y):
    return (f'<wp:positionH relativeFrom="{horizontal_from}"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
            f'<wp:positionV relativeFrom="{vertical_from}"><wp:posOffset>{y}</wp:posOffset></wp:positionV>')


def text_box(anchor, width_emu, height_emu, content):
    shape = ('<wp:docPr id="2" name="text box"/><wp:cNvGraphicFramePr/><a:graphic>'
             '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>'
             f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width_emu}" cy="{height_emu}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
             '<a:solidFill><a:srgbClr val="FFF2CC"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="7F6000"/></a:solidFill></a:ln></wps:spPr>'
             f'<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx><wps:bodyPr lIns="91440" tIns="45720" rIns="91440" bIns="45720"/>'
             '</wps:wsp></a:graphicData></a:graphic>')
    extent = f'<wp:extent cx="{width_emu}" cy="{height_emu}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
    return ('<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>' + anchored(anchor, extent, shape) +
            '</w:drawing></mc:Choice></mc:AlternateContent></w:r>')


def png(width=40, height=40, color=(90, 150, 70)):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes(color) * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


GRID = '<w:docGrid w:type="lines" w:linePitch="312"/>'


def section(references="", orientation="portrait", grid=GRID, extra="", kind=""):
    dimensions = 'w:w="11906" w:h="16838"' if orientation == "portrait" else 'w:w="16838" w:h="11906" w:orient="landscape"'
    kind = f'<w:type w:val="{kind}"/>' if kind else ""
    return (f'<w:sectPr>{references}{kind}<w:pgSz {dimensions}/><w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800" '
            f'w:header="851" w:footer="992" w:gutter="0"/>{extra}{grid}</w:sectPr>')


def write(path, body, last_section=None, parts=None, styles="", settings="", numbering=""):
    """parts: {"header1": xml of paragraphs}; relations are rId of the part's name; "image" is always there."""
    global _serial
    _serial = 0
    parts = dict(parts or {})
    last_section = last_section or section()
    if 'lineRule="exact"' in body:
        # LibreOffice rounds exact heights up to the grid, against 17.3.1.32 (snapToGrid has no say in them).
        body, last_section = body.replace(GRID, ""), last_section.replace(GRID, "")
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    overrides, relations, files = "", "", {}

    def add(name, kind, xml):
        nonlocal overrides, relations
        overrides += f'<Override PartName="/word/{name}.xml" ContentType="{types}{kind}+xml"/>'
        relations += f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{name}.xml"/>'
        files[f"word/{name}.xml"] = xml

    add("styles", "styles", (SAMPLE / "styles.xml").read_text().replace("</w:styles>", styles + "</w:styles>"))
    add("settings", "settings", (SAMPLE / "settings.xml").read_text().replace("<w:defaultTabStop", settings + "<w:defaultTabStop"))
    if numbering:
        add("numbering", "numbering", f"{HEAD}<w:numbering {NAMESPACES}>{numbering}</w:numbering>")
    for name, content in parts.items():
        kind = name.rstrip("0123456789")
        tag = {"header": "hdr", "footer": "ftr"}[kind]
        add(name, kind, f"{HEAD}<w:{tag} {NAMESPACES}>{content}</w:{tag}>")
    image = f'<Relationship Id="image" Type="{OFFICE}/image" Target="media/image1.png"/>'
    relations += image
    files["word/document.xml"] = f"{HEAD}<w:document {NAMESPACES}><w:body>\n{body}{last_section}</w:body></w:document>"
    package = "http://schemas.openxmlformats.org/package/2006/"
    for name in parts:
        files[f"word/_rels/{name}.xml.rels"] = f'{HEAD}<Relationships xmlns="{package}relationships">{image}</Relationships>'
    files["word/_rels/document.xml.rels"] = f'{HEAD}<Relationships xmlns="{package}relationships">{relations}</Relationships>'
    files["_rels/.rels"] = (f'{HEAD}<Relationships xmlns="{package}relationships"><Relationship Id="d" Type="{OFFICE}/officeDocument" '
                            'Target="word/document.xml"/></Relationships>')
    files["[Content_Types].xml"] = (
        f'{HEAD}<Types xmlns="{package}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{types}document.main+xml"/>{overrides}</Types>')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name])
        archive.writestr(zipfile.ZipInfo("word/media/image1.png"), png())
