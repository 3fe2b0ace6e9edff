#include "modules/documents/list_check.hpp"

#include <algorithm>
#include <utility>

namespace shanqi::documents {
namespace {

using office::CellProblem;

// A cell is told once: by the template, whose problem refuses the row, rather than by what its column was taken for.
void check_cells(std::optional<TemplateCheck>& form, const office::DataRow& row, ListFindings& findings) {
    std::vector<std::string> told;
    const auto add = [&](CellProblem problem) {
        if (std::ranges::find(told, problem.error.place.cell) != told.end()) return;
        told.push_back(problem.error.place.cell);
        findings.add(std::move(problem));
    };
    if (form) form->row(row, add);
    office::check_row(findings.table->columns(), row, add);
}

Result<std::optional<TemplateCheck>> open_template(const std::filesystem::path& file, Date today,
                                                   ListFindings& findings) {
    if (file.empty()) return std::optional<TemplateCheck>();
    Result<TemplateCheck> opened = TemplateCheck::open(file, findings.table->columns(), today,
                                                       [&](CellProblem problem) { findings.add(std::move(problem)); });
    if (!opened) {
        Error error = std::move(opened).error();
        if (error.place.file.empty()) error.place.file = file.string();
        return std::unexpected(std::move(error));
    }
    findings.template_fields = opened->fields();
    findings.template_fits = opened->has_all_columns();
    findings.mapping = opened->mapping();
    return std::optional(*std::move(opened));
}

void take_examples(const office::DataRow& row, std::vector<office::Value>& examples) {
    examples.resize(std::max(examples.size(), row.cells.size()));
    for (std::size_t i = 0; i < row.cells.size(); ++i)
        if (examples[i].kind == office::Value::Kind::blank) examples[i] = row.cells[i];
}

}  // namespace

std::string_view name_of(office::ColumnKind kind) {
    switch (kind) {
        case office::ColumnKind::text:
            return "text";
        case office::ColumnKind::number:
            return "number";
        case office::ColumnKind::money:
            return "money";
        case office::ColumnKind::date:
            return "date";
        case office::ColumnKind::mobile:
            return "mobile";
        case office::ColumnKind::identity_number:
            return "identity_number";
        case office::ColumnKind::credit_code:
            return "credit_code";
        case office::ColumnKind::email:
            return "email";
        case office::ColumnKind::boolean:
            return "boolean";
        case office::ColumnKind::empty:
            return "empty";
    }
    return "text";
}

void ListFindings::add(CellProblem problem) {
    std::vector<CellProblem>& list = problem.warning ? warnings : problems;
    ++(problem.warning ? warning_count : problem_count);
    if (list.size() < limits::problems_kept_max) list.push_back(std::move(problem));
}

Result<ListFindings> check_list(const ListCheck& check, Instant now) {
    ListFindings findings;
    findings.table = TRY(office::open_table(check.data_file, {.sheet = check.sheet}));
    std::optional<TemplateCheck> form = TRY(open_template(check.template_file, china_time(now).date, findings));
    office::check_columns(findings.table->columns(), findings.table->header_row(),
                          [&](CellProblem problem) { findings.add(std::move(problem)); });
    findings.examples.resize(findings.table->columns().size());
    while (const std::optional<office::DataRow> row = TRY(findings.table->next())) {
        ++findings.rows;
        take_examples(*row, findings.examples);
        const std::int64_t before = findings.problem_count;
        check_cells(form, *row, findings);
        if (findings.problem_count > before) ++findings.problem_rows;
    }
    if (findings.rows == 0) {
        CellProblem problem;
        problem.error.key = "check.problem.no_rows";
        problem.error.place = {.row = static_cast<long>(findings.table->header_row())};
        findings.add(std::move(problem));
    }
    return findings;
}

}  // namespace shanqi::documents
