#include "app/commands/data_check.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/time.hpp"
#include "modules/documents/list_check.hpp"
#include "office/tables/check.hpp"
#include "office/tables/table.hpp"

namespace shanqi::app {
namespace {

using documents::ListFindings;
using office::CellProblem;
using office::DataColumn;
using office::SkippedRow;
using Reason = office::SkippedRow::Reason;

constexpr std::size_t skipped_shown_max = 20;
constexpr std::size_t skipped_json_max = 1000;

std::string_view name_of(Reason reason) {
    switch (reason) {
        case Reason::title:
            return "title";
        case Reason::header:
            return "header";
        case Reason::total:
            return "total";
        case Reason::note:
            return "note";
        case Reason::blank:
            return "blank";
        case Reason::hidden:
            return "hidden";
    }
    return "note";
}

constexpr std::array reasons{Reason::title, Reason::header, Reason::total, Reason::note, Reason::blank, Reason::hidden};

std::int64_t skipped_total(const office::TableReader& table) {
    std::int64_t total = 0;
    for (const Reason reason : reasons) total += table.skipped_count(reason);
    return total;
}

// "C12", the row where the problem is in no one cell, the template where it is in no row.
std::string cell_of(const Place& place) {
    if (!place.cell.empty()) return place.cell;
    return place.row > 0 ? std::to_string(place.row) : place.file;
}

std::string sentence(const CellProblem& problem, Language language) {
    return message(problem.error.key, problem.error.arguments, language);
}

std::string fix(const CellProblem& problem, Language language) {
    return message(problem.error.key + ".fix", problem.error.arguments, language);
}

boost::json::array problems_json(const ListFindings& findings, Language language) {
    boost::json::array out;
    for (const std::vector<CellProblem>* list : {&findings.problems, &findings.warnings}) {
        for (const CellProblem& problem : *list) {
            if (out.size() >= documents::limits::problems_kept_max) return out;
            out.push_back({{"row", problem.error.place.row},
                           {"cell", problem.error.place.cell},
                           {"column", problem.error.place.field},
                           {"problem", sentence(problem, language)},
                           {"fix", fix(problem, language)},
                           {"warning", problem.warning}});
        }
    }
    return out;
}

void print_json(const DataCheckOptions& options, const ListFindings& findings, Language language, std::FILE* out) {
    const office::TableReader& table = *findings.table;
    boost::json::array skipped, columns;
    for (const SkippedRow& row : table.skipped()) {
        if (skipped.size() >= skipped_json_max) break;
        skipped.push_back({{"row", row.number}, {"reason", name_of(row.reason)}, {"text", row.text}});
    }
    for (const DataColumn& column : table.columns()) {
        columns.push_back(
            {{"name", column.name}, {"letter", column.letter}, {"kind", documents::name_of(column.kind)}});
    }
    const boost::json::object line{{"file", options.data_file.string()},
                                   {"sheet", table.sheet()},
                                   {"sheets", boost::json::array(table.sheets().begin(), table.sheets().end())},
                                   {"encoding", table.encoding()},
                                   {"header_row", table.header_row()},
                                   {"rows", findings.rows},
                                   {"skipped", std::move(skipped)},
                                   {"skipped_count", skipped_total(table)},
                                   {"columns", std::move(columns)},
                                   {"problems", problems_json(findings, language)},
                                   {"problem_count", findings.problem_count},
                                   {"problem_rows", findings.problem_rows},
                                   {"warning_count", findings.warning_count}};
    fmt::print(out, "{}\n", boost::json::serialize(line));
}

// Columns that line up also with Chinese characters, which are two wide on a terminal.
class Lines {
public:
    void add(std::vector<std::string> cells) { lines_.push_back(std::move(cells)); }

    void print(std::FILE* out) const {
        std::vector<int> widths;
        for (const std::vector<std::string>& line : lines_) {
            widths.resize(std::max(widths.size(), line.size()));
            for (std::size_t i = 0; i < line.size(); ++i)
                widths[i] = std::max(widths[i], std::min(terminal_width(line[i]), width_max));
        }
        for (const std::vector<std::string>& line : lines_) {
            std::string text = " ";
            for (std::size_t i = 0; i < line.size(); ++i) {
                text += " " + line[i];
                if (i + 1 < line.size())
                    text.append(static_cast<std::size_t>(std::max(0, widths[i] - terminal_width(line[i]))) + 1, ' ');
            }
            text.erase(text.find_last_not_of(' ') + 1);
            fmt::print(out, "{}\n", text);
        }
    }

private:
    static constexpr int width_max = 40;
    std::vector<std::vector<std::string>> lines_;
};

void print_skipped(const office::TableReader& table, Language language, std::FILE* out) {
    const std::int64_t total = skipped_total(table);
    if (total == 0) return;
    fmt::print(out, "\n{}\n", message("check.skipped", {{"count", std::to_string(total)}}, language));
    Lines lines;
    std::size_t lines_shown = 0;
    std::int64_t shown = 0;
    const std::vector<SkippedRow>& rows = table.skipped();
    for (std::size_t first = 0; first < rows.size() && lines_shown < skipped_shown_max; ++lines_shown) {
        std::size_t last = first;  // blank rows one after another are one line
        while (rows[first].reason == Reason::blank && last + 1 < rows.size() &&
               rows[last + 1].reason == Reason::blank && rows[last + 1].number == rows[last].number + 1)
            ++last;
        lines.add({message(first == last ? "check.skipped_line" : "check.skipped_lines",
                           {{"row", std::to_string(rows[first].number)}, {"last", std::to_string(rows[last].number)}},
                           language),
                   message(fmt::format("check.reason.{}", name_of(rows[first].reason)), {}, language),
                   rows[first].text});
        shown += static_cast<std::int64_t>(last - first) + 1;
        first = last + 1;
    }
    lines.print(out);
    const std::int64_t rest = total - shown;
    if (rest > 0) fmt::print(out, "  {}\n", message("check.more", {{"count", std::to_string(rest)}}, language));
}

void print_problems(std::string_view key, const std::vector<CellProblem>& problems, std::int64_t total,
                    Language language, std::FILE* out) {
    if (total == 0) return;
    fmt::print(out, "\n{}\n", message(key, {{"count", std::to_string(total)}}, language));
    Lines lines;
    for (const CellProblem& problem : problems) {
        const std::string space = language == Language::en ? " " : "";
        lines.add({cell_of(problem.error.place), problem.error.place.field,
                   sentence(problem, language) + space + message("check.fix", {}, language) + fix(problem, language)});
    }
    lines.print(out);
    const std::int64_t rest = total - static_cast<std::int64_t>(problems.size());
    if (rest > 0) fmt::print(out, "  {}\n", message("check.more", {{"count", std::to_string(rest)}}, language));
}

std::string other_sheets(const office::TableReader& table) {
    constexpr std::size_t names_max = 10;
    std::string out;
    std::size_t count = 0;
    for (const std::string& name : table.sheets()) {
        if (name == table.sheet()) continue;
        if (++count > names_max) return out + "…";
        out += (out.empty() ? "" : "、") + name;
    }
    return out;
}

void print_text(const DataCheckOptions& options, const ListFindings& findings, Language language, std::FILE* out) {
    const office::TableReader& table = *findings.table;
    const auto say = [&](std::string_view key, const Error::Arguments& arguments) {
        fmt::print(out, "{}\n", message(key, arguments, language));
    };
    say("check.read", {{"file", options.data_file.string()}});
    if (!table.sheet().empty()) {
        const std::string others = other_sheets(table);
        say(others.empty() ? "check.sheet" : "check.sheet_of", {{"sheet", table.sheet()}, {"others", others}});
    }
    say("check.encoding", {{"encoding", table.encoding()}});
    say("check.header", {{"row", std::to_string(table.header_row())}});
    say("check.rows", {{"rows", std::to_string(findings.rows)}});
    print_skipped(table, language, out);

    fmt::print(out, "\n{}\n", message("check.columns", {{"count", std::to_string(table.columns().size())}}, language));
    Lines lines;
    for (const DataColumn& column : table.columns()) {
        lines.add({column.letter, column.name,
                   message(fmt::format("check.kind.{}", documents::name_of(column.kind)), {}, language)});
    }
    lines.print(out);

    print_problems("check.problems", findings.problems, findings.problem_count, language, out);
    print_problems("check.warnings", findings.warnings, findings.warning_count, language, out);
    fmt::print(out, "\n");
    if (findings.template_fits) {
        say("check.template", {{"file", options.template_file.filename().string()},
                               {"fields", std::to_string(findings.template_fields)}});
    }
    if (findings.problem_count == 0) say(findings.warning_count == 0 ? "check.clean" : "check.nothing_to_mend", {});
}

}  // namespace

int run_data_check(const DataCheckOptions& options, Language language, std::FILE* out) {
    const Result<ListFindings> findings =
        documents::check_list({options.data_file, options.template_file, options.sheet}, system_clock().now());
    if (!findings) {
        fmt::print(stderr, "{}\n", message(findings.error(), language));
        return 1;
    }
    if (options.json) {
        print_json(options, *findings, language, out);
    } else {
        print_text(options, *findings, language, out);
    }
    return findings->problem_count > 0 ? 3 : 0;
}

}  // namespace shanqi::app
