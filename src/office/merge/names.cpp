// Names of fields, and the columns that they mean.
#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "base/text.hpp"
#include "office/merge/plan.hpp"

namespace shanqi::office::merging {
namespace {

// The columns under one key; -2 where several have it.
constexpr int several = -2;
using Lookup = std::unordered_map<std::string, int>;

void add(Lookup& lookup, std::string key, int column) {
    const auto [at, added] = lookup.emplace(std::move(key), column);
    if (!added && at->second != column) at->second = several;
}

std::string without_marks(std::string name) {
    std::erase_if(name, [](char c) { return c == '_' || c == '/'; });
    return name;
}

struct ColumnLookup {
    Lookup full, ending, bare;

    explicit ColumnLookup(std::span<const std::string> columns) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::string name = folded(columns[i]);
            if (name.empty()) continue;
            add(full, name, static_cast<int>(i));
            for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
                add(ending, name.substr(slash + 1), static_cast<int>(i));
            add(bare, without_marks(name), static_cast<int>(i));
        }
    }

    // The full name; the last parts of a header of several rows (电话 for 联系人/电话); the same without the marks
    // between: 学校名称 for 学校/名称, and Word's MERGEFIELD names, which have _ for what stands between words.
    std::optional<int> find(const std::string& name) const {
        if (const auto found = full.find(name); found != full.end()) return found->second;
        if (const auto found = ending.find(name); found != ending.end()) return found->second;
        if (const auto found = bare.find(without_marks(name)); found != bare.end()) return found->second;
        return std::nullopt;
    }
};

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) out += separator;
        out += part;
    }
    return out;
}

std::unexpected<Error> unknown_columns(const std::vector<std::string>& unknown, std::span<const std::string> columns) {
    std::vector<std::string> suggestions;
    for (const std::string& name : unknown) {
        if (const auto near = nearest(name, columns)) suggestions.push_back(name + " → " + *near);
    }
    const bool none = suggestions.empty();
    return fail(ErrorKind::not_found, none ? "merge.unknown_column_no_suggestion" : "merge.unknown_column",
                {{"name", joined(unknown, "、")},
                 {"suggestion", joined(suggestions, "；")},
                 {"columns", joined({columns.begin(), columns.end()}, "、")}});
}

void append_sized(std::string& out, std::string_view text) {
    out += std::to_string(text.size());
    out += ':';
    out += text;
}

}  // namespace

int Names::slot_of(const Expression& expression) {
    std::string name = folded(expression.name);
    const auto found = std::ranges::find(names_, name, &Name::folded);
    if (found != names_.end()) return static_cast<int>(found - names_.begin());
    names_.push_back({expression.name, std::move(name), expression.from_word});
    return static_cast<int>(names_.size()) - 1;
}

Result<> Names::bind(std::span<const std::string> columns) {
    const ColumnLookup lookup(columns);
    std::vector<int> bound;
    std::vector<std::string> unknown;
    for (const Name& name : names_) {
        const std::optional<int> column = lookup.find(name.folded);
        if (column == several)
            return fail(ErrorKind::invalid, "merge.ambiguous_column", {{"name", name.written}},
                        {.field = name.written});
        if (!column) unknown.push_back(name.written);
        bound.push_back(column.value_or(-1));
    }
    if (!unknown.empty()) return unknown_columns(unknown, columns);
    columns_ = std::move(bound);
    sorted_slots_.resize(names_.size());
    for (std::size_t i = 0; i < sorted_slots_.size(); ++i) sorted_slots_[i] = static_cast<int>(i);
    std::ranges::sort(sorted_slots_, {},
                      [&](int slot) -> const std::string& { return names_[static_cast<std::size_t>(slot)].folded; });
    return {};
}

// Kinds are left out on purpose: a refused row that was mended may come back as text where it was a number,
// and is the same document when it reads the same.
std::string Names::canonical_values(const ValueSource& source) const {
    std::string out;
    for (std::size_t row = 0; row < source.row_count(); ++row) {
        for (const int slot : sorted_slots_) {
            append_sized(out, names_[static_cast<std::size_t>(slot)].folded);
            const Value& value = source.value(row, column(slot));
            append_sized(out, value.text);  // a time of day stands in it
        }
        out += '\n';
    }
    return out;
}

void register_field(Expression& expression, bool repeated, bool guarded, Inventory& inventory) {
    using Source = Expression::Source;
    static const std::map<std::string, Source> built_ins{
        {"编号", Source::number}, {"序号", Source::sequence}, {"年", Source::year},         {"月", Source::month},
        {"日", Source::day},      {"今天", Source::today},    {"行号", Source::row_number},
    };
    const auto built_in = built_ins.find(folded(expression.name));
    // 行号 counts only inside 每行; elsewhere it can only be a column.
    const bool is_built_in =
        built_in != built_ins.end() && !expression.column_asked && (built_in->second != Source::row_number || repeated);
    if (is_built_in) {
        expression.source = built_in->second;
    } else {
        expression.slot = inventory.names.slot_of(expression);
    }
    auto field = std::ranges::find_if(inventory.fields, [&](const TemplateField& one) {
        return one.built_in == is_built_in && folded(one.name) == folded(expression.name);
    });
    if (field == inventory.fields.end()) {
        inventory.fields.push_back({expression.name, is_built_in, false, false, {}});
        field = std::prev(inventory.fields.end());
    }
    field->repeated = field->repeated || repeated;
    field->required = field->required || (!is_built_in && !guarded && !expression.default_text);
    for (const std::string& filter : expression.written_filters) {
        if (std::ranges::find(field->filters, filter) == field->filters.end()) field->filters.push_back(filter);
    }
}

}  // namespace shanqi::office::merging

namespace shanqi::office {

std::optional<int> find_column(std::string_view field, std::span<const std::string> columns) {
    const auto found = merging::ColumnLookup(columns).find(folded(field));
    return found && *found >= 0 ? found : std::nullopt;
}

}  // namespace shanqi::office
