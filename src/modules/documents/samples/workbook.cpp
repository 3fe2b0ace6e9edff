#include "modules/documents/samples/workbook.hpp"

#include <fmt/format.h>

#include "modules/documents/samples/archive.hpp"

namespace shanqi::sample {
namespace {

constexpr std::string_view xml_head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view main_namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

std::string column_letters(int index) {
    std::string letters;
    for (int rest = index + 1; rest > 0; rest = (rest - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
    return letters;
}

std::string content_types() {
    const std::string main = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    return fmt::format(
        "{0}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
        "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        "<Override PartName=\"/xl/workbook.xml\" ContentType=\"{1}sheet.main+xml\"/>"
        "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{1}worksheet+xml\"/>"
        "<Override PartName=\"/xl/styles.xml\" ContentType=\"{1}styles+xml\"/>"
        "<Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"{1}sharedStrings+xml\"/></Types>",
        xml_head, main);
}

std::string relationships(const std::vector<std::pair<std::string_view, std::string_view>>& targets) {
    std::string xml(xml_head);
    xml += "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
    for (std::size_t i = 0; i < targets.size(); ++i)
        xml += fmt::format(
            "<Relationship Id=\"rId{}\" "
            "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}\" Target=\"{}\"/>",
            i + 1, targets[i].first, targets[i].second);
    return xml + "</Relationships>";
}

std::string workbook_xml(std::string_view sheet_name) {
    return fmt::format(
        "{}<workbook xmlns=\"{}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
        "<workbookPr/><sheets><sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        xml_head, main_namespace, escape_xml(sheet_name));
}

// numFmtId 14 is the built-in short date; 49 is text (@). The order of cellXfs is that of CellStyle.
std::string styles_xml() {
    return fmt::format(
        "{}<styleSheet xmlns=\"{}\">"
        "<numFmts count=\"2\"><numFmt numFmtId=\"176\" "
        "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@\"/>"
        "<numFmt numFmtId=\"177\" formatCode=\"[$-804]yyyy\\-mm\\-dd\"/></numFmts>"
        "<fonts count=\"3\"><font><sz val=\"11\"/><name val=\"宋体\"/></font>"
        "<font><b/><sz val=\"16\"/><name val=\"黑体\"/></font><font><b/><sz val=\"11\"/><name "
        "val=\"宋体\"/></font></fonts>"
        "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill "
        "patternType=\"gray125\"/></fill>"
        "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFDDEBF7\"/></patternFill></fill></fills>"
        "<borders count=\"2\"><border/><border><left style=\"thin\"/><right style=\"thin\"/><top style=\"thin\"/>"
        "<bottom style=\"thin\"/></border></borders>"
        "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"9\">"
        "<xf borderId=\"1\"/>"
        "<xf fontId=\"1\" applyAlignment=\"1\"><alignment horizontal=\"center\"/></xf>"
        "<xf fontId=\"2\" fillId=\"2\" borderId=\"1\" applyAlignment=\"1\"><alignment horizontal=\"center\" "
        "vertical=\"center\"/></xf>"
        "<xf numFmtId=\"49\" borderId=\"1\" applyNumberFormat=\"1\"/>"
        "<xf numFmtId=\"4\" borderId=\"1\" applyNumberFormat=\"1\"/>"
        "<xf numFmtId=\"14\" borderId=\"1\" applyNumberFormat=\"1\"/>"
        "<xf numFmtId=\"176\" borderId=\"1\" applyNumberFormat=\"1\"/>"
        "<xf numFmtId=\"177\" borderId=\"1\" applyNumberFormat=\"1\"/>"
        "<xf numFmtId=\"4\" fontId=\"2\" borderId=\"1\" applyNumberFormat=\"1\"/>"
        "</cellXfs></styleSheet>",
        xml_head, main_namespace);
}

std::string text_element(std::string_view text) {
    return fmt::format("<t xml:space=\"preserve\">{}</t>", escape_xml(text));
}

}  // namespace

std::string escape_xml(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

int Worksheet::share(const std::string& item_xml) {
    const auto [place, added] = shared_index_.try_emplace(item_xml, static_cast<int>(shared_.size()));
    if (added) shared_.push_back(item_xml);
    return place->second;
}

Cell Worksheet::shared(std::string_view text, CellStyle style) {
    if (text.empty()) return blank(style);
    return {fmt::format("<v>{}</v>", share(text_element(text))), "s", style};
}

Cell Worksheet::rich(std::string_view bold_red, std::string_view rest) {
    const std::string item = fmt::format(
        "<r><rPr><b/><sz val=\"11\"/><color rgb=\"FFFF0000\"/><rFont val=\"宋体\"/></rPr>{}</r>"
        "<r><rPr><sz val=\"11\"/><rFont val=\"宋体\"/></rPr>{}</r>",
        text_element(bold_red), text_element(rest));
    return {fmt::format("<v>{}</v>", share(item)), "s", CellStyle::plain};
}

Cell Worksheet::inline_text(std::string_view text) {
    return {"<is>" + text_element(text) + "</is>", "inlineStr", CellStyle::plain};
}
Cell Worksheet::number(std::string_view digits, CellStyle style) {
    return {fmt::format("<v>{}</v>", digits), "", style};
}
Cell Worksheet::formula(std::string_view formula, std::string_view cached, CellStyle style) {
    return {fmt::format("<f>{}</f><v>{}</v>", escape_xml(formula), cached), "", style};
}
Cell Worksheet::error(std::string_view shown) {
    return {fmt::format("<f>VLOOKUP(B1,$S$1:$T$9,2,FALSE)</f><v>{}</v>", shown), "e", CellStyle::plain};
}
Cell Worksheet::blank(CellStyle style) { return {"", "", style}; }

void Worksheet::row(const std::vector<Cell>& cells, bool hidden) {
    ++rows_;
    rows_xml_ += fmt::format("<row r=\"{}\"{}>", rows_, hidden ? " hidden=\"1\"" : "");
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const Cell& cell = cells[i];
        rows_xml_ += fmt::format("<c r=\"{}{}\" s=\"{}\"", column_letters(static_cast<int>(i)), rows_,
                                 static_cast<int>(cell.style));
        if (!cell.type.empty()) rows_xml_ += fmt::format(" t=\"{}\"", cell.type);
        rows_xml_ += cell.xml.empty() ? "/>" : ">" + cell.xml + "</c>";
    }
    rows_xml_ += "</row>\n";
}

std::string Worksheet::sheet_xml() const {
    std::string xml = fmt::format("{}<worksheet xmlns=\"{}\">", xml_head, main_namespace);
    if (frozen_rows_ > 0)
        xml += fmt::format(
            "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"{}\" topLeftCell=\"A{}\" "
            "activePane=\"bottomLeft\" "
            "state=\"frozen\"/></sheetView></sheetViews>",
            frozen_rows_, frozen_rows_ + 1);
    xml += "<cols>";
    for (std::size_t i = 0; i < widths_.size(); ++i)
        xml += fmt::format("<col min=\"{0}\" max=\"{0}\" width=\"{1}\" customWidth=\"1\"/>", i + 1, widths_[i]);
    xml += "</cols><sheetData>\n" + rows_xml_ + "</sheetData>";
    if (!merges_.empty()) {
        xml += fmt::format("<mergeCells count=\"{}\">", merges_.size());
        for (const std::string& range : merges_) xml += fmt::format("<mergeCell ref=\"{}\"/>", range);
        xml += "</mergeCells>";
    }
    return xml + "</worksheet>";
}

std::string Worksheet::shared_strings_xml() const {
    std::string xml = fmt::format("{}<sst xmlns=\"{}\" uniqueCount=\"{}\">", xml_head, main_namespace, shared_.size());
    for (const std::string& item : shared_) xml += "<si>" + item + "</si>";
    return xml + "</sst>";
}

void Worksheet::save(const std::filesystem::path& path, std::string_view sheet_name) const {
    write_archive(path, {{"[Content_Types].xml", content_types()},
                         {"_rels/.rels", relationships({{"officeDocument", "xl/workbook.xml"}})},
                         {"xl/workbook.xml", workbook_xml(sheet_name)},
                         {"xl/_rels/workbook.xml.rels", relationships({{"worksheet", "worksheets/sheet1.xml"},
                                                                       {"styles", "styles.xml"},
                                                                       {"sharedStrings", "sharedStrings.xml"}})},
                         {"xl/styles.xml", styles_xml()},
                         {"xl/sharedStrings.xml", shared_strings_xml()},
                         {"xl/worksheets/sheet1.xml", sheet_xml()}});
}

}  // namespace shanqi::sample
