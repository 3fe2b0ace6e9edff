#include "modules/documents/refused.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.hpp"
#include "modules/documents/own_sheet.hpp"
#include "office/tables/sheet_writer.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;
using office::text_value;
using office::Value;

// The headings are Chinese in every language: the sheet is read again as data, and these four are known by name.
constexpr std::array<const char*, 4> headings = {"行号", "字段", "问题", "改法"};

std::string joined(const std::vector<Error>& problems, std::size_t row, const auto& part) {
    std::vector<std::string> parts;
    for (const Error& problem : problems) {
        if (problem.place.row > 0 && static_cast<std::size_t>(problem.place.row) != row + 1) continue;
        std::string one = part(problem);
        if (!one.empty() && std::ranges::find(parts, one) == parts.end()) parts.push_back(std::move(one));
    }
    std::string out;
    for (const std::string& one : parts) out += (out.empty() ? "" : "\n") + one;
    return out;
}

std::string fix_of(const Error& problem, Language language) {
    const std::string key = problem.key + ".fix";
    const std::string sentence = message(key, problem.arguments, language);
    return sentence.starts_with(key) ? std::string() : sentence;  // a problem without advice
}

// A cell of a workbook holds 32,767 characters; what a CSV had more of was refused for its length anyway.
std::string shortened(const std::string& text) {
    constexpr std::size_t characters_max = 16'000;  // each may count for two
    if (text.size() <= characters_max) return text;
    std::u32string characters = to_utf32(text);
    if (characters.size() <= characters_max) return text;
    characters.resize(characters_max);
    return to_utf8(characters) + "…";
}

// As text, so that 000123 and 12.5% stay as they are. A number that lost digits stays a number: as text it would be
// taken for whole when the sheet is sealed again without mending it.
Value cell_of(const Value& value) {
    if (value.kind != Value::Kind::damaged) return text_value(shortened(value.text));
    return {.kind = Value::Kind::number, .text = value.text, .number = std::strtod(value.text.c_str(), nullptr)};
}

}  // namespace

Result<fs::path> write_refused(const fs::path& out, const Records& records, const std::vector<RefusedRecord>& refused,
                               const std::vector<std::string>& columns, const fs::path& data_file, bool stopped,
                               Language language) {
    const OwnSheet own(out, "errors.xlsx");
    std::error_code error;
    const bool is_data = fs::equivalent(own.file(), data_file, error);
    if (is_data && (stopped || refused.empty())) return fs::path();
    fs::path aside = is_data ? fs::path() : TRY(own.set_aside_if_changed());
    if (refused.empty()) {
        TRY_DO(own.remove());
        return aside;
    }
    // Mended and refused again: the four columns of the last time are not data.
    std::vector<std::size_t> kept;
    std::vector<office::ColumnSpec> specs = {{.name = headings[0], .width_characters = 8},
                                             {.name = headings[1], .width_characters = 16},
                                             {.name = headings[2], .width_characters = 48},
                                             {.name = headings[3], .width_characters = 48}};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (std::ranges::find(headings, columns[i]) != headings.end()) continue;
        kept.push_back(i);
        specs.push_back({.name = columns[i], .width_characters = 18});
    }
    auto sheet = TRY(office::SheetWriter::create(own.file(), language == Language::en ? "refused" : "未盖章", specs));
    std::vector<Value> line;
    for (const RefusedRecord& one : refused) {
        const Record record = TRY(records.record(one.record));
        for (std::size_t row = 0; row < record.rows.size(); ++row) {
            const auto in_row = [&](const auto& part) { return joined(one.problems, row, part); };
            std::string problem = in_row([&](const Error& e) { return message(e.key, e.arguments, language); });
            if (problem.empty()) problem = message("documents.other_row_refused", {}, language);
            line.assign({text_value(std::to_string(record.rows[row].number)),
                         text_value(in_row([](const Error& e) { return e.place.field; })),
                         text_value(std::move(problem)),
                         text_value(in_row([&](const Error& e) { return fix_of(e, language); }))});
            for (const std::size_t column : kept) line.push_back(cell_of(record.value(row, static_cast<int>(column))));
            TRY_DO(sheet.row(line));
        }
    }
    TRY_DO(sheet.close());
    TRY_DO(own.remember());
    return aside;
}

}  // namespace shanqi::documents
