"""One function a feature of the page engine; its name is the file's. Exact line heights (320 twips) stand where the
feature is not vertical, so that the metrics of the replacement fonts do not hide a fault."""
from parts import (CHINESE, ENGLISH, GRID, cell, field, fonts, paragraph, picture, place, row, run, section, size, table,
                   text_box, write)

EXACT = '<w:spacing w:line="320" w:lineRule="exact"/>'


def indents(path):
    body = ""
    for indent in ('w:left="840"', 'w:right="840"', 'w:left="420" w:right="420"', 'w:firstLine="480"', 'w:left="840" w:hanging="420"',
                   'w:leftChars="200" w:left="420"', 'w:leftChars="300" w:left="630" w:hangingChars="200" w:hanging="420"'):
        body += paragraph(CHINESE[:90], f"{EXACT}<w:ind {indent}/>")
    write(path, body)


def first_line_characters(path):
    body = ""
    for half_points in (18, 21, 24, 28, 32, 44):
        line = f'<w:spacing w:line="{half_points * 15}" w:lineRule="exact"/>'
        body += paragraph(run(CHINESE[:80], size(half_points)), f'{line}<w:ind w:firstLineChars="200" w:firstLine="420"/>'
                          f'<w:rPr>{size(half_points)}</w:rPr>')
    write(path, body)


def paragraph_spacing(path):
    body = ""
    for spacing in ('w:before="240" w:after="120"', 'w:beforeLines="50" w:before="156" w:afterLines="100" w:after="312"',
                    'w:line="360" w:lineRule="auto"', 'w:line="480" w:lineRule="auto"', 'w:line="400" w:lineRule="exact"',
                    'w:line="500" w:lineRule="atLeast"', 'w:line="240" w:lineRule="auto" w:before="480"'):
        body += paragraph(CHINESE[:100], f"<w:spacing {spacing}/>")
    write(path, body)


def contextual_spacing(path):
    spaced = '<w:spacing w:before="200" w:after="200" w:line="320" w:lineRule="exact"/>'
    body = "".join(paragraph(f"第{i}段，同一样式之间不留空。", spaced + "<w:contextualSpacing/>") for i in range(4))
    write(path, body + "".join(paragraph(f"第{i}段，照常留空。", spaced) for i in range(4)))


def alignment(path):
    body = ""
    for side in ("left", "center", "right", "both", "distribute"):
        body += paragraph(f"{side} 对齐。{CHINESE[:70]}", f'{EXACT}<w:jc w:val="{side}"/>')
        body += paragraph("短行 short line", f'{EXACT}<w:jc w:val="{side}"/>')
    write(path, body)


def line_breaking(path):
    """The same text at many widths: each line's end falls on another character."""
    body = ""
    for right in range(0, 1000, 70):
        body += paragraph(CHINESE[:75], f'{EXACT}<w:ind w:right="{right}"/>')
    write(path, body)


def line_breaking_off(path):
    text = "说明：（一）前言；（二）目录；（三）正文；（四）附录、图表、索引。价格￥1200，折扣50%，温度36.5℃，时间10：30。"
    body = ""
    for extra in ("", '<w:kinsoku w:val="0"/>', '<w:overflowPunct w:val="0"/>', '<w:wordWrap w:val="0"/>'):
        for right in (0, 200, 400, 600):
            body += paragraph(text * 2 + "https://example.org/a/very/long/address/that/does/not/fit", f'{extra}{EXACT}<w:ind w:right="{right}"/>')
    write(path, body)


def punctuation(path):
    body = ""
    for text in ("“引号”、‘单引号’与《书名》〈篇名〉相连：“（嵌套）”。", "省略……破折——连接～间隔·号，句末！问号？", "（（双层））、【方头】、「直角」、『双直角』。",
                 "说：“好。”又说：‘行！’，于是结束。"):
        body += paragraph(text * 3, EXACT)
    write(path, body)


def mixed_fonts(path):
    body = ""
    for chinese, latin in (("宋体", "Times New Roman"), ("黑体", "Arial"), ("仿宋", "Times New Roman"), ("楷体", "Calibri"), ("微软雅黑", "Courier New")):
        body += paragraph(run(f"{chinese}与{latin}混排2026年No.15，Total 3,800 份。" * 2, fonts(chinese, latin)), EXACT)
    body += paragraph(run("中文English中文123中文", "") + run("无间距English中文123", ""), '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>' + EXACT)
    write(path, body)


def font_heights(path):
    """Without a grid and with single spacing: shows the line heights of the fonts themselves."""
    body = "".join(paragraph(run(f"{name}{half_points}", fonts(name) + size(half_points)))
                   for name in ("宋体", "黑体", "仿宋", "楷体") for half_points in (21, 32, 44))
    body += "".join(paragraph(run(f"{name} Latin only {half_points}", fonts("宋体", name) + size(half_points)))
                    for name in ("Times New Roman", "Arial", "Courier New", "Calibri") for half_points in (21, 32))
    write(path, body, section(grid=""))


def run_formatting(path):
    body = ""
    for properties in ("<w:b/>", "<w:i/>", "<w:strike/>", '<w:u w:val="single"/>', '<w:u w:val="double"/>', '<w:u w:val="wave"/>',
                       '<w:color w:val="C00000"/>', '<w:highlight w:val="yellow"/>', '<w:vertAlign w:val="superscript"/>',
                       '<w:vertAlign w:val="subscript"/>', '<w:spacing w:val="40"/>', '<w:spacing w:val="-10"/>', '<w:w w:val="150"/>', '<w:w w:val="66"/>',
                       "<w:caps/>", "<w:smallCaps/>", '<w:position w:val="6"/>', size(28)):
        body += paragraph(run(f"{body.count('<w:p>')}前文 ") + run("格式 Format 123", properties) + run(" 后文 after"), '<w:spacing w:line="440" w:lineRule="exact"/>')
    write(path, body)


def styles(path):
    extra = ('<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/><w:basedOn w:val="a"/><w:pPr><w:spacing w:line="360" w:lineRule="exact"/>'
             '<w:ind w:left="420"/></w:pPr><w:rPr><w:b/><w:sz w:val="24"/></w:rPr></w:style>'
             '<w:style w:type="paragraph" w:styleId="Child"><w:name w:val="Child"/><w:basedOn w:val="Base"/><w:pPr><w:ind w:firstLine="480"/></w:pPr>'
             '<w:rPr><w:b w:val="0"/><w:color w:val="1F4E79"/></w:rPr></w:style>'
             '<w:style w:type="character" w:styleId="Mark"><w:name w:val="Mark"/><w:rPr><w:b/><w:i/></w:rPr></w:style>')
    body = paragraph(CHINESE[:80], '<w:pStyle w:val="Base"/>') + paragraph(CHINESE[:80], '<w:pStyle w:val="Child"/>')
    body += paragraph(run("样式 ") + run("粗体在粗体里 toggles", '<w:rStyle w:val="Mark"/>') + run(" 结束"), '<w:pStyle w:val="Base"/>')
    body += paragraph("标题一 Heading", '<w:pStyle w:val="1"/>') + paragraph("文件标题", '<w:pStyle w:val="Title"/>')
    write(path, body, styles=extra)


def tabs(path):
    tab = "<w:r><w:tab/></w:r>"
    stops = ('<w:tabs><w:tab w:val="left" w:pos="1200"/><w:tab w:val="center" w:pos="4000" w:leader="dot"/>'
             '<w:tab w:val="right" w:pos="8300" w:leader="underscore"/></w:tabs>')
    body = paragraph(run("左") + tab + run("一二三") + tab + run("居中 center") + tab + run("右端 right"), stops + EXACT) * 2
    decimal = '<w:tabs><w:tab w:val="decimal" w:pos="4000"/></w:tabs>'
    for number in ("1.5", "123.45", "9,876.543", "12"):
        body += paragraph(run("金额") + tab + run(number), decimal + EXACT)
    body += paragraph(run("默认") + tab + run("甲") + tab + run("乙") + tab + run("丙"), EXACT)
    body += paragraph(run("缩进后") + tab + run("悬挂" + CHINESE[:60]), EXACT + '<w:ind w:left="1260" w:hanging="1260"/>')
    write(path, body)


def _level(level, kind, text, left, hanging, extra="", properties=""):
    return (f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{extra}<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>{properties}</w:lvl>')


def lists(path):
    numbering = ('<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>' + _level(0, "chineseCounting", "%1、", 420, 420) +
                 _level(1, "decimal", "%2.", 840, 420) + _level(2, "lowerLetter", "%3)", 1260, 420) + '</w:abstractNum>'
                 '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>' + _level(0, "bullet", "•", 420, 420) +
                 _level(1, "bullet", "○", 840, 420) + '</w:abstractNum>'
                 '<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="multilevel"/>' + _level(0, "decimal", "%1", 425, 425) +
                 _level(1, "decimal", "%1.%2", 992, 567) + _level(2, "upperRoman", "%1.%2.%3", 1418, 700) + '</w:abstractNum>'
                 '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
                 '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
                 '<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>')

    def item(number, level, text):
        return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>{EXACT}')
    body = ""
    for number in (1, 2, 3):
        body += item(number, 0, "第一项" + CHINESE[:50]) + item(number, 1, "第二层") + item(number, 1, "第二层又一")
        if number != 2:
            body += item(number, 2, "第三层甲") + item(number, 2, "第三层乙")
        body += item(number, 0, "第二项") + item(number, 1, "重新编号")
    body += item(4, 0, "从五开始")
    write(path, body, numbering=numbering)


def table_borders(path):
    def edges(kind, width, color="auto"):
        return "<w:tblBorders>" + "".join(f'<w:{side} w:val="{kind}" w:sz="{width}" w:space="0" w:color="{color}"/>'
                                          for side in ("top", "left", "bottom", "right", "insideH", "insideV")) + "</w:tblBorders>"
    body = ""
    for kind, width in (("single", 4), ("single", 24), ("double", 4), ("dashed", 8), ("nil", 0)):
        body += table([2000, 3000, 3000], row(cell(2000, "甲"), cell(3000, "乙", '<w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/>'), cell(3000, "丙")),
                      row(cell(2000, CHINESE[:30]), cell(3000, "丁"), cell(3000, "戊")), properties=edges(kind, width)) + paragraph("表后", EXACT)
    write(path, body)


def table_merges(path):
    restart, resume = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = table([1600, 2200, 2200, 2200],
                 row(cell(1600, "类别", restart), cell(4400, "横跨两列", '<w:gridSpan w:val="2"/>'), cell(2200, "单列")),
                 row(cell(1600, "", resume), cell(2200, "一"), cell(2200, "二", restart), cell(2200, "三")),
                 row(cell(1600, "下"), cell(2200, "四"), cell(2200, "", resume), cell(2200, CHINESE[:40])),
                 row(cell(8200, "通栏合计", '<w:gridSpan w:val="4"/>')))
    body += paragraph("之后") + table([2000, 2000, 2000], row(cell(2000, "前空一列"), cell(2000, "乙"), properties='<w:gridBefore w:val="1"/>'),
                                    row(cell(2000, "甲"), cell(2000, "乙"), cell(2000, "丙")))
    write(path, body)


def table_page_breaks(path):
    header = row(cell(1500, "序号"), cell(6500, "内容"), properties="<w:tblHeader/>")
    rows = [row(cell(1500, str(i)), cell(6500, CHINESE * (1 + i % 3)), properties="<w:cantSplit/>" if i % 4 == 0 else "") for i in range(1, 16)]
    write(path, paragraph("表前说明") + table([1500, 6500], header, *rows) + paragraph("表后说明"))


def table_positions(path):
    two = row(cell(1500, "左"), cell(2500, "右"))
    body = ""
    for properties in ('<w:jc w:val="center"/>', '<w:jc w:val="right"/>', '<w:tblInd w:w="600" w:type="dxa"/>',
                       '<w:tblCellMar><w:left w:w="300" w:type="dxa"/><w:right w:w="300" w:type="dxa"/></w:tblCellMar>'):
        body += table([1500, 2500], two, properties=properties) + paragraph("间隔", EXACT)
    tall = '<w:trHeight w:val="900" w:hRule="atLeast"/>'
    body += table([2000, 2000, 2000], row(cell(2000, "上"), cell(2000, "中", '<w:vAlign w:val="center"/>'), cell(2000, "下", '<w:vAlign w:val="bottom"/>'), properties=tall),
                  row(cell(2000, "定高"), cell(2000, CHINESE[:20]), cell(2000, "丙"), properties='<w:trHeight w:val="500" w:hRule="exact"/>'))
    write(path, body)


def table_nested(path):
    inner = table([1200, 1200], row(cell(1200, "内一"), cell(1200, "内二")), row(cell(1200, "内三"), cell(1200, "内四")))
    write(path, table([4000, 4000], row(cell(4000, inner + paragraph("内表之后")), cell(4000, CHINESE[:60])), row(cell(4000, "外三"), cell(4000, "外四"))) + paragraph("表后"))


def table_auto_widths(path):
    body = table([2700, 2700, 2700], row(cell(2700, "短"), cell(2700, CHINESE[:50]), cell(2700, "中等长度文字")), row(cell(2700, "甲"), cell(2700, "乙"), cell(2700, "丙")), layout="autofit")
    write(path, body + paragraph("表后"))


def inline_pictures(path):
    body = paragraph(run("图前 ") + picture("image", 457200, 457200) + run(" 图后文字与图的底边对齐。"))
    body += paragraph(picture("image", 1800000, 900000), '<w:jc w:val="center"/>') + paragraph("图下一段" + CHINESE[:60])
    write(path, body)


def anchored_pictures(path):
    behind = picture("image", 1080000, 1080000, 'behindDoc="1"|' + place("page", 2000000, "page", 2000000) + "|<wp:wrapNone/>")
    square = picture("image", 1080000, 720000, 'behindDoc="0"|' + place("column", 0, "paragraph", 100000) + '|<wp:wrapSquare wrapText="bothSides"/>')
    above = picture("image", 1080000, 720000, 'behindDoc="0"|' + place("margin", 1500000, "paragraph", 0) + "|<wp:wrapTopAndBottom/>")
    body = paragraph(behind + run(CHINESE), EXACT) + paragraph(square + run(CHINESE * 2), EXACT) + paragraph(above + run(CHINESE), EXACT)
    write(path, body)


def text_boxes(path):
    inside = paragraph("文本框里的文字" + CHINESE[:40], EXACT) + paragraph("第二段", EXACT + '<w:jc w:val="center"/>')
    box = text_box('behindDoc="0"|' + place("margin", 2500000, "paragraph", 300000) + "|<wp:wrapNone/>", 2400000, 1100000, inside)
    square = text_box('behindDoc="0"|' + place("margin", 0, "paragraph", 0) + '|<wp:wrapSquare wrapText="right"/>', 1800000, 1100000, inside)
    write(path, paragraph(box + run(CHINESE[:30]), EXACT) + paragraph("", EXACT) * 8 + paragraph(square + run(CHINESE * 2), EXACT))


def headers_and_footers(path):
    references = "".join(f'<w:{kind}Reference w:type="{when}" r:id="{kind}{number}"/>' for kind in ("header", "footer")
                         for when, number in (("default", 1), ("first", 2), ("even", 3)))
    parts = {f"{kind}{number}": paragraph(f"{kind} {name}", f'<w:pStyle w:val="{kind}"/>') for kind in ("header", "footer")
             for number, name in ((1, "奇数页"), (2, "首页"), (3, "偶数页"))}
    write(path, "".join(paragraph(CHINESE * 3) for _ in range(12)), section(references, extra="<w:titlePg/>"), parts, settings="<w:evenAndOddHeaders/>")


def tall_header(path):
    parts = {"header1": "".join(paragraph(f"页眉第{i}行") for i in range(8))}
    write(path, "".join(paragraph(CHINESE * 2) for _ in range(8)), section('<w:headerReference w:type="default" r:id="header1"/>'), parts)


def page_numbers(path):
    parts = {"footer1": paragraph(run("第 ") + field("PAGE") + run(" 页 共 ") + field("NUMPAGES", "3") + run(" 页"), '<w:jc w:val="center"/>'),
             "footer2": paragraph(field(r"PAGE \* CHINESENUM3"), '<w:jc w:val="right"/>')}
    first = paragraph("", f'{section("<w:footerReference w:type=%sdefault%s r:id=%sfooter1%s/>".replace("%s", chr(34)))}')
    second = section('<w:footerReference w:type="default" r:id="footer2"/>', extra='<w:pgNumType w:fmt="upperRoman" w:start="4"/>')
    write(path, "".join(paragraph(CHINESE * 3) for _ in range(6)) + first + "".join(paragraph(CHINESE * 3) for _ in range(6)), second, parts)


def breaks(path):
    page = '<w:r><w:br w:type="page"/></w:r>'
    body = paragraph(run("行一") + "<w:r><w:br/></w:r>" + run("行二，同一段") + "<w:r><w:br/></w:r>" + run(CHINESE[:60]), EXACT)
    body += paragraph(page) + paragraph("第二页") + paragraph(run("页中") + page + run("第三页接着写"), EXACT)
    body += paragraph("段前分页，第四页", "<w:pageBreakBefore/>") + paragraph("完")
    write(path, body)


def orientation(path):
    first = paragraph("", section(orientation="portrait"))
    wide = paragraph("", section(orientation="landscape"))
    write(path, paragraph(CHINESE) + first + paragraph(CHINESE * 2, EXACT) + wide + paragraph(CHINESE), section())


def continuous_section(path):
    write(path, paragraph(CHINESE) + paragraph("", section()) + paragraph("连续分节之后" + CHINESE), section(kind="continuous"))


def keeping_together(path):
    body = "".join(paragraph(CHINESE) for _ in range(10)) + paragraph(CHINESE[:70])
    body += paragraph("标题与下段同页", "<w:keepNext/>") + paragraph(CHINESE * 2, "<w:keepLines/>") + "".join(paragraph(CHINESE) for _ in range(10))
    write(path, body)


def widows(path):
    body = paragraph("起", EXACT) * 3 + "".join(paragraph(CHINESE + CHINESE[:k * 9], EXACT) for k in range(30))
    write(path, body)


def grid(path):
    body = paragraph(CHINESE) + paragraph(run(CHINESE[:80], size(32)), "") + paragraph(CHINESE, '<w:snapToGrid w:val="0"/>')
    body += paragraph(CHINESE, '<w:spacing w:line="360" w:lineRule="auto"/>') + paragraph("混入大字 " + CHINESE[:20])
    write(path, body, section(grid=GRID.replace("312", "400")))


def page_sizes(path):
    """A5, a wide strip and A4 with a gutter; the margins of each differ on every side."""
    def paper(width, height, margins, orient=""):
        top, right, bottom, left, gutter = margins
        return (f'<w:sectPr><w:pgSz w:w="{width}" w:h="{height}"{orient}/><w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" '
                f'w:left="{left}" w:header="400" w:footer="400" w:gutter="{gutter}"/></w:sectPr>')
    a5 = paper(8391, 11906, (1000, 600, 1400, 900, 0))
    strip = paper(14000, 5000, (500, 2500, 700, 1200, 0), ' w:orient="landscape"')
    write(path, paragraph(CHINESE * 3, EXACT) + paragraph("", a5) + paragraph(CHINESE * 3, EXACT) + paragraph("", strip) + paragraph(CHINESE, EXACT),
          paper(11906, 16838, (2000, 1000, 1000, 1200, 800)))


def columns(path):
    """Three columns that a continuous section balances, then two with a line between them and a column break."""
    def divided(extra, kind=""):
        return section(grid="", kind=kind).replace("</w:sectPr>", f"{extra}</w:sectPr>")
    three = divided('<w:cols w:num="3" w:space="425"/>', "continuous")
    body = paragraph("通栏标题", EXACT + '<w:jc w:val="center"/>') + paragraph("", divided(""))
    body += "".join(paragraph(f"甲{i}" + CHINESE[:60], EXACT) for i in range(6)) + paragraph("", three)
    body += paragraph("左栏" + CHINESE, EXACT) + paragraph('<w:r><w:br w:type="column"/></w:r>' + run("右栏" + CHINESE), EXACT)
    write(path, body, divided('<w:cols w:num="2" w:space="720" w:sep="1"/>', "continuous"))


def underlines(path):
    body = ""
    for kind in ("single", "words", "double", "thick", "dotted", "dash", "dotDash", "wave"):
        body += paragraph(run(f"{kind} ") + run("下划线 under line", f'{size(32)}<w:u w:val="{kind}" w:color="2E74B5"/>'), '<w:spacing w:line="560" w:lineRule="exact"/>')
    write(path, body + paragraph(run("双删除线", size(32) + "<w:dstrike/>") + run(" 加粗斜体", size(32) + "<w:b/><w:i/>"), '<w:spacing w:line="560" w:lineRule="exact"/>'))


def tab_leaders(path):
    tab, body = "<w:r><w:tab/></w:r>", ""
    for leader in ("none", "dot", "hyphen", "underscore", "middleDot"):
        body += paragraph(run(f"第一章 {leader}") + tab + run("12"), f'<w:tabs><w:tab w:val="right" w:pos="8300" w:leader="{leader}"/></w:tabs>{EXACT}')
    body += paragraph(run("竖线") + tab + run("后"), f'<w:tabs><w:tab w:val="bar" w:pos="1500"/><w:tab w:val="left" w:pos="3000"/></w:tabs>{EXACT}')
    write(path, body)


def symbol_bullets(path):
    """Word's own bullets are characters of Symbol and Wingdings."""
    def symbol(level, code, font):
        return _level(level, "bullet", chr(code), 420 * (level + 1), 420, "", f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:hint="default"/></w:rPr>')
    numbering = ('<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>' + symbol(0, 0xF0B7, "Symbol") +
                 symbol(1, 0xF06E, "Wingdings") + symbol(2, 0xF0D8, "Wingdings") + symbol(3, 0xF0FC, "Wingdings") +
                 '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>')
    body = "".join(paragraph(f"第{level + 1}层", f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>{EXACT}') for level in (0, 1, 2, 3, 0))
    write(path, body, numbering=numbering)


def table_merges_over_pages(path):
    rows = []
    for i in range(1, 61):
        merge = '<w:vMerge w:val="restart"/>' if i % 20 == 1 else "<w:vMerge/>"
        rows.append(row(cell(1500, f"第{i // 20 + 1}组" if i % 20 == 1 else "", merge), cell(2500, f"第{i}行"), cell(4000, CHINESE[:20])))
    write(path, table([1500, 2500, 4000], row(cell(4000, "两行表头", '<w:gridSpan w:val="2"/>'), cell(4000, "说明"), properties="<w:tblHeader/>"),
                      row(cell(1500, "组"), cell(2500, "行"), cell(4000, "字"), properties="<w:tblHeader/>"), *rows) + paragraph("表后"))


def table_cell_edges(path):
    """Borders of single cells win over the table's; diagonal ones; shading by pattern; a thick frame."""
    def edges(*sides, width=18, color="C00000"):
        return "<w:tcBorders>" + "".join(f'<w:{side} w:val="single" w:sz="{width}" w:space="0" w:color="{color}"/>' for side in sides) + "</w:tcBorders>"
    shade = '<w:shd w:val="pct25" w:color="000000" w:fill="FFFFFF"/>'
    body = table([2000, 2000, 2000], row(cell(2000, "上粗", edges("top")), cell(2000, "四边", edges("top", "left", "bottom", "right")), cell(2000, "无")),
                 row(cell(2000, "灰底", shade), cell(2000, "去边", '<w:tcBorders><w:right w:val="nil"/></w:tcBorders>'), cell(2000, "左边无", '<w:tcBorders><w:left w:val="nil"/></w:tcBorders>')),
                 row(cell(2000, "斜线", edges("tl2br", width=4)), cell(2000, "反斜线", edges("tr2bl", width=4)), cell(2000, "末")))
    write(path, body + paragraph("表后", EXACT))


def background_in_header(path):
    """A certificate: the picture behind the text of every page is anchored in the header."""
    whole = picture("image", 7560000, 10692000, 'behindDoc="1"|' + place("page", 0, "page", 0) + "|<wp:wrapNone/>")
    write(path, paragraph(run("荣誉证书", size(72)), '<w:jc w:val="center"/>') + paragraph(CHINESE, EXACT),
          section('<w:headerReference w:type="default" r:id="header1"/>'), {"header1": paragraph(whole)})


def large_pictures(path):
    """One as wide as two pages, one that does not fit on the rest of the page, and one in a cell that is too narrow."""
    body = paragraph("前") + paragraph(picture("image", 12000000, 900000)) + paragraph("中") + paragraph(picture("image", 1800000, 8000000))
    write(path, body + table([2000, 3000], row(cell(2000, paragraph(picture("image", 1800000, 500000))), cell(3000, "格"))) + paragraph("后"))


def wrapping(path):
    """Text on the wider side, on both sides of a float in the middle, and beside two floats."""
    middle = picture("image", 1080000, 720000, 'behindDoc="0"|' + place("margin", 2000000, "paragraph", 100000) + '|<wp:wrapSquare wrapText="bothSides"/>')
    wider = picture("image", 1080000, 720000, 'behindDoc="0"|' + place("margin", 3000000, "paragraph", 100000) + '|<wp:wrapSquare wrapText="largest"/>')
    left = picture("image", 900000, 720000, 'behindDoc="0"|' + place("margin", 0, "paragraph", 0) + '|<wp:wrapSquare wrapText="bothSides"/>')
    right = picture("image", 900000, 720000, 'behindDoc="0"|' + place("margin", 4300000, "paragraph", 0) + '|<wp:wrapSquare wrapText="bothSides"/>')
    write(path, "".join(paragraph(drawing + run(CHINESE * 2), EXACT) for drawing in (middle, wider, left + right)))


def old_text_box(path):
    """VML, as Word 2007 and WPS still write it beside every text box."""
    inside = paragraph("旧式文本框" + CHINESE[:20], EXACT)
    shape = ('<w:r><w:pict><v:shape id="s1" style="position:absolute;margin-left:200pt;margin-top:20pt;width:160pt;height:70pt;z-index:1;'
             'mso-position-horizontal-relative:margin;mso-position-vertical-relative:text" fillcolor="#fff2cc" strokecolor="#7f6000" type="#_x0000_t202">'
             f'<v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>')
    write(path, paragraph(shape + run(CHINESE), EXACT))


def english(path):
    body = "".join(paragraph(ENGLISH * 2, f'{EXACT}<w:jc w:val="{side}"/>') for side in ("left", "both"))
    body += paragraph(ENGLISH + CHINESE[:40] + ENGLISH[:60] + "well-known/either-or e-mail: a.b@example.org", EXACT)
    write(path, body)


def paragraph_borders(path):
    def edges(*sides):
        return "<w:pBdr>" + "".join(f'<w:{side} w:val="single" w:sz="8" w:space="4" w:color="C00000"/>' for side in sides) + "</w:pBdr>"
    body = paragraph(CHINESE[:60], edges("top", "left", "bottom", "right") + EXACT) + paragraph("普通段", EXACT)
    body += paragraph(CHINESE[:60], edges("bottom") + EXACT) + paragraph(CHINESE[:60], '<w:shd w:val="clear" w:color="auto" w:fill="E2EFD9"/>' + EXACT)
    body += paragraph("同框一", edges("top", "left", "bottom", "right") + EXACT) + paragraph("同框二", edges("top", "left", "bottom", "right") + EXACT)
    write(path, body + paragraph("后", EXACT))


CASES = [value for name, value in list(globals().items()) if callable(value) and getattr(value, "__module__", "") == __name__ and not name.startswith("_")]
