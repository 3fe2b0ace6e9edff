// Files that are not what their name says: each gets its own answer.
#include <gmock/gmock.h>

#include "base/messages.hpp"
#include "office/tables/test_files.hpp"

namespace shanqi::office::tables {
namespace {

std::string key_of(const std::filesystem::path& path, const TableOptions& options = {}) {
    const auto table = open_table(path, options);
    if (table) return "read";
    EXPECT_EQ(table.error().place.file, path.string());
    EXPECT_NE(message(table.error().key, table.error().arguments, Language::zh_hans), table.error().key);
    return table.error().key;
}

TestWorkbook small() {
    TestWorkbook workbook;
    workbook.sheet_data = text_row(1, {"甲", "乙"}) + text_row(2, {"一", "二"});
    return workbook;
}

std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Open, ZippedWorkbookOnDisk) { EXPECT_EQ(key_of(zip_file("good.xlsx", small().parts())), "read"); }

TEST(Open, NamesInAnotherCaseOrWithBackSlashes) {
    std::map<std::string, std::string> parts;
    for (const auto& [name, bytes] : small().parts()) {
        std::string other = name == "xl/sharedStrings.xml" ? "xl/SharedStrings.xml" : name;
        for (char& c : other) c = c == '/' ? '\\' : c;
        parts[other] = bytes;
    }
    EXPECT_EQ(key_of(zip_file("slashes.xlsx", parts)), "read");
}

TEST(Open, WhatIsNoWorkbook) {
    using namespace std::string_view_literals;
    const std::string ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(2000, '\0');
    std::string encrypted = ole;
    for (const char c : std::string_view("EncryptedPackage")) encrypted += {c, '\0'};
    EXPECT_EQ(key_of(temporary_file("old.xls", ole)), "tables.old_xls");
    EXPECT_EQ(key_of(temporary_file("old.xlsx", ole)), "tables.old_xls");
    EXPECT_EQ(key_of(temporary_file("locked.xlsx", encrypted)), "tables.encrypted");
    EXPECT_EQ(key_of(temporary_file("page.xls", "\xEF\xBB\xBF\r\n<html><table><tr><td>1</td></tr></table>")),
              "tables.html");
    EXPECT_EQ(key_of(temporary_file(
                  "2003.xls", "<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>")),
              "tables.xml_spreadsheet");
    EXPECT_EQ(key_of(temporary_file("empty.xlsx", "")), "tables.empty_file");
    EXPECT_EQ(key_of(temporary_file("text.xlsx", "甲,乙\n一,二\n")), "tables.text_as_workbook");
    EXPECT_EQ(key_of(temporary_file("scan.csv", "%PDF-1.7\n1,2\n")), "tables.not_a_workbook");
    EXPECT_EQ(key_of(temporary_file("binary.csv", "a,b\n\0\0\1"sv)), "tables.zero_bytes");
    EXPECT_EQ(key_of(zip_file("letter.docx", {{"word/document.xml", "<w/>"}})), "tables.not_a_workbook");
    EXPECT_EQ(key_of(zip_file("list.ods", {{"mimetype", "x"}, {"content.xml", "<c/>"}})), "tables.open_document");
    EXPECT_EQ(key_of(zip_file("list.xlsb", {{"xl/workbook.bin", "x"}})), "tables.binary_workbook");
    EXPECT_EQ(key_of(temporary_folder() / "missing.xlsx"), "file.not_found");
    EXPECT_EQ(key_of(temporary_folder()), "file.is_folder");
}

TEST(Open, TheLineOfAWrongByteIsNamed) {
    std::string lines = "学校,人\n";
    for (int i = 0; i < 50; ++i) lines += "某某小学,某某\n";
    const auto table = open_table(temporary_file("mixed.csv", lines + "\xBA\xBA\xBA\xBA,甲\n"));
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().key, "tables.bad_encoding");
    EXPECT_EQ(table.error().arguments.at(0).second, "52");
}

TEST(Open, TabbedTextUnderTheNameOfAnOldWorkbookIsRead) {
    EXPECT_EQ(key_of(temporary_file("export.xls", "学校\t人\n甲\t乙\n")), "read");
}

TEST(Open, ASheetOfATextFileIsRefused) {
    EXPECT_EQ(key_of(temporary_file("sheet.csv", "学校,人\n甲,乙\n"), {.sheet = "表"}), "tables.no_sheets_in_text");
}

TEST(Open, TruncatedAndCorruptZips) {
    const std::string bytes = file_bytes(zip_file("whole.xlsx", small().parts()));
    EXPECT_EQ(key_of(temporary_file("half.xlsx", std::string_view(bytes).substr(0, bytes.size() / 2))),
              "tables.truncated");
    std::string corrupt = bytes;
    const std::size_t at = corrupt.find("xl/worksheets/sheet1.xml") + std::string("xl/worksheets/sheet1.xml").size();
    for (std::size_t i = 5; i < 60; ++i) corrupt[at + i] = static_cast<char>(corrupt[at + i] ^ 0x55);
    EXPECT_EQ(key_of(temporary_file("corrupt.xlsx", corrupt)), "tables.damaged");
}

TEST(Open, AZipBombIsRefused) {
    TestWorkbook workbook = small();
    workbook.sheet_data += std::string(70U << 20, ' ');
    EXPECT_EQ(key_of(zip_file("bomb.xlsx", workbook.parts())), "tables.zip_bomb");
    std::map<std::string, std::string> many = small().parts();
    for (int i = 0; i < 10'001; ++i) many["x/" + std::to_string(i)] = "";
    EXPECT_EQ(key_of(zip_file("many.xlsx", many)), "tables.zip_bomb");
}

}  // namespace
}  // namespace shanqi::office::tables
