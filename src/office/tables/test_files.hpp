// Workbooks for the tests, written part by part so that a test shows the XML that it is about.
#pragma once

#include <zip.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "office/tables/open.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office::tables {

inline std::filesystem::path temporary_folder() {
    static const std::filesystem::path folder = [] {
        std::string name = (std::filesystem::temp_directory_path() / "tables-test-XXXXXX").string();
        return std::filesystem::path(::mkdtemp(name.data()));
    }();
    return folder;
}

inline std::filesystem::path temporary_file(std::string_view name, std::string_view bytes) {
    const std::filesystem::path path = temporary_folder() / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

struct TestWorkbook {
    std::string sheet_data;      // what stands in <sheetData>
    std::string after_data;      // mergeCells and the like
    std::string shared_strings;  // <si> elements
    std::string number_formats;  // numFmt elements
    std::vector<int> formats;    // numFmtId of each cell style
    std::string workbook_properties;
    std::string name_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    std::string relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    std::map<std::string, std::string> parts() const {
        const std::string head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
        const std::string package = "http://schemas.openxmlformats.org/package/2006/relationships";
        std::string styles = "<styleSheet xmlns='" + name_space + "'><numFmts>" + number_formats +
                             "</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>";
        for (const int id : formats) styles += "<xf numFmtId='" + std::to_string(id) + "'/>";
        const auto relationship = [&](const std::string& id, const std::string& type, const std::string& target) {
            return "<Relationship Id='" + id + "' Type='" + relationships + "/" + type + "' Target='" + target + "'/>";
        };
        return {
            {"_rels/.rels", head + "<Relationships xmlns='" + package + "'>" +
                                relationship("a", "officeDocument", "xl/workbook.xml") + "</Relationships>"},
            {"xl/workbook.xml", head + "<workbook xmlns='" + name_space + "' xmlns:r='" + relationships + "'>" +
                                    workbook_properties +
                                    "<sheets><sheet name='学校' sheetId='1' r:id='r1'/></sheets></workbook>"},
            {"xl/_rels/workbook.xml.rels", head + "<Relationships xmlns='" + package + "'>" +
                                               relationship("r1", "worksheet", "worksheets/sheet1.xml") +
                                               relationship("r2", "sharedStrings", "/xl/sharedStrings.xml") +
                                               relationship("r3", "styles", "styles.xml") + "</Relationships>"},
            {"xl/worksheets/sheet1.xml", head + "<worksheet xmlns='" + name_space + "'><sheetData>" + sheet_data +
                                             "</sheetData>" + after_data + "</worksheet>"},
            {"xl/sharedStrings.xml", head + "<sst xmlns='" + name_space + "'>" + shared_strings + "</sst>"},
            {"xl/styles.xml", head + styles + "</cellXfs></styleSheet>"},
        };
    }
};

// A row of inline strings; empty ones are left out.
inline std::string text_row(int number, const std::vector<std::string>& texts, std::string_view attributes = "") {
    std::string out = "<row r='" + std::to_string(number) + "' " + std::string(attributes) + ">";
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].empty()) continue;
        out += std::string("<c r='") + static_cast<char>('A' + i) + std::to_string(number) + "' t='inlineStr'><is><t>" +
               texts[i] + "</t></is></c>";
    }
    return out + "</row>";
}

inline std::filesystem::path zip_file(std::string_view name, const std::map<std::string, std::string>& parts) {
    const std::filesystem::path path = temporary_folder() / name;
    std::filesystem::remove(path);
    int code = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE, &code);
    for (const auto& [part, bytes] : parts) {
        zip_file_add(archive, part.c_str(), zip_source_buffer(archive, bytes.data(), bytes.size(), 0), 0);
    }
    zip_close(archive);
    return path;
}

inline Result<std::unique_ptr<TableReader>> read(const TestWorkbook& workbook, const TableOptions& options = {}) {
    return open_workbook(memory_package(workbook.parts()), options, "test.xlsx");
}

inline std::vector<DataRow> all_rows(TableReader& table) {
    std::vector<DataRow> rows;
    while (true) {
        auto row = table.next();
        if (!row || !*row) return rows;
        rows.push_back(**std::move(row));
    }
}

inline std::vector<std::string> names(const TableReader& table) {
    std::vector<std::string> out;
    for (const DataColumn& column : table.columns()) out.push_back(column.name);
    return out;
}

inline std::vector<std::string> texts(const DataRow& row) {
    std::vector<std::string> out;
    out.reserve(row.cells.size());
    for (const Value& value : row.cells) out.push_back(value.text);
    return out;
}

}  // namespace shanqi::office::tables
