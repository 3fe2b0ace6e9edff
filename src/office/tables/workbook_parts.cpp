#include "office/tables/workbook_parts.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "office/tables/xml_stream.hpp"

namespace shanqi::office::tables {
namespace {

struct Relationship {
    std::string id, type, target;
};

int to_int(std::string_view text, int otherwise) {
    int value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// A target is relative to the folder of the part that has the relationship, or absolute (part 2, 6.2.4).
std::string resolved(std::string_view folder, std::string_view target) {
    std::string path =
        target.starts_with('/') ? std::string(target.substr(1)) : std::string(folder) + std::string(target);
    std::vector<std::string_view> names;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t slash = std::min(path.find('/', at), path.size());
        const std::string_view name = std::string_view(path).substr(at, slash - at);
        if (name == "..") {
            if (!names.empty()) names.pop_back();
        } else if (!name.empty() && name != ".") {
            names.push_back(name);
        }
        at = slash + 1;
    }
    std::string out;
    for (const std::string_view name : names) out += (out.empty() ? "" : "/") + std::string(name);
    return out;
}

Result<std::vector<Relationship>> read_relationships(Package& package, const std::string& of_part) {
    struct Handler final : XmlHandler {
        std::vector<Relationship> found;
        std::string folder;
        void start(std::string_view name, XmlAttributes attributes) override {
            constexpr std::size_t relationships_max = 10'000;
            if (name != "Relationship" || attribute(attributes, "TargetMode") == "External") return;
            if (found.size() >= relationships_max) {
                status = fail(ErrorKind::limit, "tables.damaged", {{"part", "_rels"}});
                return;
            }
            found.push_back({std::string(attribute(attributes, "Id")), std::string(attribute(attributes, "Type")),
                             resolved(folder, attribute(attributes, "Target"))});
        }
        void end(std::string_view) override {}
    } handler;
    const std::size_t slash = of_part.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : of_part.substr(0, slash + 1);
    const std::string part = folder + "_rels/" + of_part.substr(folder.size()) + ".rels";
    handler.folder = folder;
    if (package.has(part)) TRY_DO(parse_part(package, part, handler));
    return std::move(handler.found);
}

struct WorkbookHandler final : XmlHandler {
    struct Sheet {
        std::string name, relationship;
        bool hidden = false;
    };
    std::vector<Sheet> sheets;
    bool dates_1904 = false;
    bool is_workbook = false;

    void start(std::string_view name, XmlAttributes attributes) override {
        if (name == "workbook") {
            is_workbook = true;
        } else if (name == "workbookPr") {
            dates_1904 = is_true(attribute(attributes, "date1904"));
        } else if (name == "sheet") {
            if (sheets.size() >= limits::sheets_max) {
                status = fail(ErrorKind::limit, "tables.damaged", {{"part", "workbook.xml"}});
                return;
            }
            const std::string_view state = attribute(attributes, "state");
            sheets.push_back({std::string(attribute(attributes, "name")),
                              std::string(prefixed_attribute(attributes, "id")),
                              state == "hidden" || state == "veryHidden"});
        }
    }
    void end(std::string_view) override {}
};

struct StylesHandler final : XmlHandler {
    std::unordered_map<int, NumberFormat> custom;
    std::vector<NumberFormat> cells;
    bool in_cell_formats = false;

    void start(std::string_view name, XmlAttributes attributes) override {
        if (custom.size() + cells.size() > limits::cell_formats_max) {
            status = fail(ErrorKind::limit, "tables.damaged", {{"part", "styles.xml"}});
        } else if (name == "numFmt") {
            custom[to_int(attribute(attributes, "numFmtId"), -1)] = number_format(attribute(attributes, "formatCode"));
        } else if (name == "cellXfs") {
            in_cell_formats = true;
        } else if (name == "xf" && in_cell_formats) {
            const int id = to_int(attribute(attributes, "numFmtId"), 0);
            const auto found = custom.find(id);
            cells.push_back(found != custom.end() ? found->second : builtin_number_format(id));
        }
    }
    void end(std::string_view name) override {
        if (name == "cellXfs") in_cell_formats = false;
    }
};

// Whether the name at `at` stands behind '<', with or without a prefix.
bool begins_tag(std::string_view text, std::size_t at) {
    constexpr std::size_t prefix_max = 32;
    if (at > 0 && text[at - 1] == ':') {
        --at;
        const auto in_name = [](char c) { return c > ' ' && c != '<' && c != '>'; };
        for (std::size_t i = 0; i < prefix_max && at > 0 && in_name(text[at - 1]); ++i) --at;
    }
    return at > 0 && text[at - 1] == '<';
}

bool parse_range(std::string_view text, MergedRange& range) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return false;
    return parse_cell_reference(text.substr(0, colon), range.first_column, range.first_row) &&
           parse_cell_reference(text.substr(colon + 1), range.last_column, range.last_row) &&
           range.first_column <= range.last_column && range.first_row <= range.last_row;
}

}  // namespace

bool parse_cell_reference(std::string_view text, int& column, std::int64_t& row) {
    constexpr int letters_max = 4;
    std::size_t at = 0;
    int number = 0;
    for (; at < text.size() && at < letters_max; ++at) {
        const char c = text[at] >= 'a' && text[at] <= 'z' ? static_cast<char>(text[at] - 32) : text[at];
        if (c < 'A' || c > 'Z') break;
        number = number * 26 + (c - 'A' + 1);
    }
    if (at == 0) return false;
    const auto parsed = std::from_chars(text.data() + at, text.data() + text.size(), row);
    column = number - 1;
    return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && row >= 1;
}

Result<WorkbookParts> read_workbook_parts(Package& package) {
    std::string part;
    for (const Relationship& relationship : TRY(read_relationships(package, ""))) {
        if (relationship.type.ends_with("/officeDocument")) part = relationship.target;
    }
    if (part.ends_with(".bin") || (part.empty() && package.has("xl/workbook.bin"))) {
        return fail(ErrorKind::invalid, "tables.binary_workbook");
    }
    if (part.empty() || !package.has(part)) part = "xl/workbook.xml";
    if (!package.has(part)) return fail(ErrorKind::invalid, "tables.not_a_workbook");

    WorkbookHandler handler;
    TRY_DO(parse_part(package, part, handler));
    if (!handler.is_workbook) return fail(ErrorKind::invalid, "tables.not_a_workbook");
    WorkbookParts out;
    out.dates_1904 = handler.dates_1904;
    const std::vector<Relationship> relationships = TRY(read_relationships(package, part));
    for (const Relationship& relationship : relationships) {
        if (relationship.type.ends_with("/sharedStrings")) out.shared_strings = relationship.target;
        if (relationship.type.ends_with("/styles")) out.styles = relationship.target;
    }
    for (WorkbookHandler::Sheet& sheet : handler.sheets) {
        const auto found =
            std::find_if(relationships.begin(), relationships.end(),
                         [&](const Relationship& relationship) { return relationship.id == sheet.relationship; });
        // Chart sheets and dialogs hold no cells.
        if (found == relationships.end() || !found->type.ends_with("/worksheet")) continue;
        out.worksheets.push_back({std::move(sheet.name), found->target, sheet.hidden});
    }
    return out;
}

Result<std::vector<NumberFormat>> read_cell_formats(Package& package, const std::string& part) {
    StylesHandler handler;
    if (!part.empty() && package.has(part)) TRY_DO(parse_part(package, part, handler));
    return std::move(handler.cells);
}

// Looks for the tags without parsing: an unescaped '<' cannot stand in the text of a cell, and a full parse would
// double the time.
Result<std::vector<MergedRange>> read_merges(Package& package, const std::string& part) {
    constexpr std::size_t piece_bytes = 256 << 10;
    constexpr std::size_t tag_bytes_max = 256;
    constexpr std::string_view tag = "mergeCell ";
    std::vector<MergedRange> out;
    const std::unique_ptr<PartStream> stream = TRY(package.open(part));
    constexpr std::size_t before_bytes_max = 64;
    std::string window(tag_bytes_max + before_bytes_max + piece_bytes, '\0');
    std::size_t kept = 0, from = 0;
    while (true) {
        const std::size_t got = TRY(stream->read(window.data() + kept, piece_bytes));
        const std::string_view text(window.data(), kept + got);
        // A tag that begins in the last bytes is looked at with the next piece.
        const std::size_t limit = got == 0 ? text.size() : text.size() - std::min(text.size(), tag_bytes_max);
        for (std::size_t at = text.find(tag, from); at < limit; at = text.find(tag, at + tag.size())) {
            if (!begins_tag(text, at)) continue;
            const std::string_view inside = text.substr(at, std::min(text.find('>', at) - at, tag_bytes_max));
            const std::size_t begin = inside.find("ref=");
            if (begin == std::string_view::npos || begin + 5 > inside.size()) continue;
            const char quote = inside[begin + 4];
            const std::string_view rest = inside.substr(begin + 5);
            MergedRange range;
            if (!parse_range(rest.substr(0, rest.find(quote)), range)) continue;
            if (out.size() >= limits::merges_max) return fail(ErrorKind::limit, "tables.too_many_merges");
            out.push_back(range);
        }
        if (got == 0) break;
        // More than a tag, so that what stands before it is seen too.
        kept = std::min(text.size(), tag_bytes_max + before_bytes_max);
        from = limit - (text.size() - kept);
        std::memmove(window.data(), text.data() + text.size() - kept, kept);
    }
    std::sort(out.begin(), out.end(), [](const MergedRange& a, const MergedRange& b) {
        return std::pair(a.first_row, a.first_column) < std::pair(b.first_row, b.first_column);
    });
    return out;
}

}  // namespace shanqi::office::tables
