#include "office/tables/open.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <system_error>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "office/tables/csv_source.hpp"
#include "office/tables/xlsx_source.hpp"

namespace shanqi::office {
namespace tables {
namespace {

constexpr std::string_view zip_magic = "PK\x03\x04";
constexpr std::string_view empty_zip_magic = "PK\x05\x06";
constexpr std::string_view compound_file_magic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

std::string joined(const std::vector<std::string>& names) {
    constexpr std::size_t names_max = 20;
    std::string out;
    for (std::size_t i = 0; i < names.size() && i < names_max; ++i) out += (i == 0 ? "" : "、") + names[i];
    return names.size() > names_max ? out + "…" : out;
}

Result<std::string> first_bytes(const std::filesystem::path& path, std::size_t size) {
    const std::unique_ptr<ByteSource> bytes = TRY(open_bytes(path));
    std::string out(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        const std::size_t got = TRY(bytes->read(out.data() + filled, size - filled));
        if (got == 0) break;
        filled += got;
    }
    out.resize(filled);
    return out;
}

// [MS-OFFCRYPTO] 2.3.4.4: an encrypted workbook is a compound file with a stream of this name.
Result<bool> has_encrypted_package(const std::filesystem::path& path) {
    std::string name;
    for (const char c : std::string_view("EncryptedPackage")) name += {c, '\0'};
    const std::unique_ptr<ByteSource> bytes = TRY(open_bytes(path));
    std::string window;
    std::string piece(256 << 10, '\0');
    while (true) {
        const std::size_t got = TRY(bytes->read(piece.data(), piece.size()));
        if (got == 0) return false;
        window.append(piece, 0, got);
        if (window.find(name) != std::string::npos) return true;
        window.erase(0, window.size() - std::min(window.size(), name.size()));
    }
}

// Web pages and XML that other programs save under the name of a workbook.
std::string_view markup_kind(std::string_view start) {
    const std::string text = lower(trimmed(start.substr(0, 4096)));
    if (!text.starts_with('<')) return {};
    if (text.find("urn:schemas-microsoft-com:office:spreadsheet") != std::string::npos) return "tables.xml_spreadsheet";
    for (const std::string_view tag :
         {"<html", "<!doctype html", "<table", "<meta", "<style", "<body", "<div", "<head"}) {
        if (text.find(tag) != std::string::npos) return "tables.html";
    }
    return text.starts_with("<?xml") ? std::string_view("tables.not_a_workbook") : std::string_view();
}

// A sheet of one column under such a word tells how to fill in the next one.
bool is_about_another_sheet(const TableReader& table) {
    if (table.columns().size() != 1) return false;
    const std::string words = folded(table.sheet() + table.columns()[0].name);
    return std::ranges::any_of(
        std::to_array<std::string_view>({"说明", "须知", "注意", "封面", "目录", "指南", "instruction", "readme"}),
        [&](std::string_view word) { return words.find(word) != words.npos; });
}

Result<std::unique_ptr<TableReader>> open_zip(const std::filesystem::path& path, const TableOptions& options) {
    std::unique_ptr<Package> package = TRY(open_zip_package(path));
    if (package->has("content.xml") && package->has("mimetype"))
        return fail(ErrorKind::invalid, "tables.open_document");
    return open_workbook(std::move(package), options, path.string());
}

Result<std::unique_ptr<TableReader>> open_any(const std::filesystem::path& path, const TableOptions& options) {
    std::error_code ignored;
    const std::uintmax_t size = std::filesystem::file_size(path, ignored);
    if (!ignored && size > shanqi::limits::data_file_bytes_max) {
        return fail(ErrorKind::limit, "file.too_large",
                    {{"limit", std::to_string(shanqi::limits::data_file_bytes_max >> 20)}});
    }
    constexpr std::size_t start_bytes = 4096;
    const std::string start = TRY(first_bytes(path, start_bytes));
    if (start.empty()) return fail(ErrorKind::invalid, "tables.empty_file");
    if (start.starts_with(zip_magic) || start.starts_with(empty_zip_magic)) return open_zip(path, options);
    if (start.starts_with(compound_file_magic)) {
        const bool encrypted = TRY(has_encrypted_package(path));
        return fail(ErrorKind::invalid, encrypted ? "tables.encrypted" : "tables.old_xls");
    }
    if (const std::string_view key = markup_kind(start); !key.empty()) return fail(ErrorKind::invalid, key);
    // Text under the name .xls is what some systems export, with tabs; under .xlsx it is a mistake.
    const std::string extension = lower(path.extension().string());
    if (start.starts_with("%PDF-")) return fail(ErrorKind::invalid, "tables.not_a_workbook");
    if (extension == ".xlsx" || extension == ".xlsm") {
        const std::unique_ptr<ByteSource> text = TRY(open_bytes(path));
        return fail(ErrorKind::invalid, find_encoding(*text) ? "tables.text_as_workbook" : "tables.not_a_workbook");
    }
    if (!options.sheet.empty()) return fail(ErrorKind::invalid, "tables.no_sheets_in_text", {{"name", options.sheet}});
    std::unique_ptr<ByteSource> bytes = TRY(open_bytes(path));
    return open_rows(TRY(open_csv(std::move(bytes))), path.string());
}

}  // namespace

Result<std::unique_ptr<TableReader>> open_workbook(std::unique_ptr<Package> package, const TableOptions& options,
                                                   const std::string& file) {
    const std::shared_ptr<Workbook> workbook = TRY(Workbook::open(std::move(package)));
    const std::vector<Worksheet>& worksheets = workbook->worksheets();
    if (!options.sheet.empty()) {
        std::vector<std::string> names;
        names.reserve(worksheets.size());
        for (const Worksheet& sheet : worksheets) names.push_back(sheet.name);
        auto found = std::find(names.begin(), names.end(), options.sheet);
        if (found == names.end()) {
            found = std::find_if(names.begin(), names.end(),
                                 [&](const std::string& name) { return folded(name) == folded(options.sheet); });
        }
        if (found == names.end()) {
            const std::string suggestion = nearest(options.sheet, names).value_or(names.empty() ? "" : names.front());
            return fail(ErrorKind::not_found, "tables.no_sheet",
                        {{"name", options.sheet}, {"names", joined(names)}, {"suggestion", suggestion}});
        }
        return open_rows(TRY(workbook->rows(static_cast<std::size_t>(found - names.begin()))), file);
    }
    std::optional<Error> first_problem;
    std::unique_ptr<TableReader> words;
    for (std::size_t i = 0; i < worksheets.size(); ++i) {
        if (worksheets[i].hidden) continue;
        auto table = open_rows(TRY(workbook->rows(i)), file);
        if (table && is_about_another_sheet(**table)) {
            if (!words) words = *std::move(table);
        } else if (table || table.error().key != "tables.no_header") {
            return table;
        } else if (!first_problem) {
            first_problem = std::move(table).error();
        }
    }
    if (words) return words;
    if (first_problem) return std::unexpected(*std::move(first_problem));
    return fail(ErrorKind::invalid, "tables.no_header");
}

}  // namespace tables

Result<std::unique_ptr<TableReader>> open_table(const std::filesystem::path& path, const TableOptions& options) {
    auto table = tables::open_any(path, options);
    if (!table && table.error().place.file.empty()) table.error().place.file = path.string();
    return table;
}

}  // namespace shanqi::office
