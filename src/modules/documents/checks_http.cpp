#include <boost/describe.hpp>

#include "base/described.hpp"
#include "base/text.hpp"
#include "modules/documents/endpoints.hpp"
#include "modules/documents/list_check.hpp"
#include "modules/documents/scratch_file.hpp"
#include "modules/documents/uploads.hpp"

namespace shanqi::documents {
namespace {

struct SealCheckIn {
    UploadId template_, data;
    std::optional<std::string> sheet;
};
BOOST_DESCRIBE_STRUCT(SealCheckIn, (), (template_, data, sheet))

struct CheckedField {
    std::string name;
    std::optional<std::string> column, problem;
};
BOOST_DESCRIBE_STRUCT(CheckedField, (), (name, column, problem))

struct CheckedColumn {
    std::string name, letter, kind, example;
};
BOOST_DESCRIBE_STRUCT(CheckedColumn, (), (name, letter, kind, example))

struct CheckedProblem {
    std::int64_t row = 0;
    std::string cell, field, text, fix;
    bool warning = false;
};
BOOST_DESCRIBE_STRUCT(CheckedProblem, (), (row, cell, field, text, fix, warning))

struct SealCheck {
    std::int64_t rows = 0;
    std::string sheet;
    std::vector<std::string> sheets;
    std::vector<CheckedField> fields;
    std::vector<CheckedColumn> columns;
    std::vector<CheckedProblem> problems;  // the first ones
    std::int64_t problem_count = 0, warning_count = 0;
    std::int64_t problem_rows = 0;  // rows that will not be sealed
    std::int64_t left_out = 0;      // hidden rows, totals and notes of the list: not taken as data
    bool fits = false;              // each field of the template has its column
};
BOOST_DESCRIBE_STRUCT(SealCheck, (),
                      (rows, sheet, sheets, fields, columns, problems, problem_count, warning_count, problem_rows,
                       left_out, fits))

// Numbers by which a person can be found are masked, here as everywhere.
std::string example_of(const office::DataColumn& column, const office::Value& value) {
    constexpr std::size_t characters_max = 40, shown_at_each_end = 3;
    std::u32string text = to_utf32(value.text);
    using office::ColumnKind;
    if (column.kind == ColumnKind::identity_number || column.kind == ColumnKind::mobile) {
        for (std::size_t i = shown_at_each_end; i + shown_at_each_end < text.size(); ++i) text[i] = U'*';
        if (text.size() <= 2 * shown_at_each_end) text.assign(text.size(), U'*');
    }
    if (text.size() > characters_max) text = text.substr(0, characters_max) + U"…";
    return to_utf8(text);
}

CheckedProblem problem_of(const office::CellProblem& problem, Language language) {
    const Error& error = problem.error;
    return {.row = error.place.row,
            .cell = error.place.cell,
            .field = error.place.field,
            .text = message(error.key, error.arguments, language),
            .fix = message(error.key + ".fix", error.arguments, language),
            .warning = problem.warning};
}

SealCheck check_of(const ListFindings& findings, Language language) {
    const office::TableReader& table = *findings.table;
    using Reason = office::SkippedRow::Reason;
    SealCheck out;
    out.rows = findings.rows;
    out.sheet = table.sheet();
    out.sheets = table.sheets();
    for (const TemplateCheck::Field& field : findings.mapping) {
        CheckedField checked{.name = field.name};
        if (field.column) checked.column = table.columns()[*field.column].name;
        if (field.problem)
            checked.problem = message(field.problem->error.key, field.problem->error.arguments, language);
        out.fields.push_back(std::move(checked));
    }
    for (std::size_t i = 0; i < table.columns().size(); ++i) {
        const office::DataColumn& column = table.columns()[i];
        out.columns.push_back(
            {column.name, column.letter, std::string(name_of(column.kind)), example_of(column, findings.examples[i])});
    }
    for (const auto* list : {&findings.problems, &findings.warnings})
        for (const office::CellProblem& problem : *list) out.problems.push_back(problem_of(problem, language));
    out.problem_count = findings.problem_count;
    out.warning_count = findings.warning_count;
    out.problem_rows = findings.problem_rows;
    out.left_out =
        table.skipped_count(Reason::hidden) + table.skipped_count(Reason::total) + table.skipped_count(Reason::note);
    out.fits = findings.template_fits;
    return out;
}

// The engine names files as they lie in the scratch folder; people know them by the name they uploaded.
std::unexpected<Error> with_name(Error error, const UploadRow& form, const ScratchFile& form_file,
                                 const UploadRow& list) {
    if (!error.place.file.empty())
        error.place.file = error.place.file == form_file.path().string() ? form.name : list.name;
    return std::unexpected(std::move(error));
}

Result<SealCheck> seal_check(house::House& house, const http::Call& call, const SealCheckIn& in) {
    const UploadRow form = TRY(find_upload(house, call.org, in.template_, "/template", UploadKind::word_template));
    const UploadRow list = TRY(find_upload(house, call.org, in.data, "/data", UploadKind::workbook));
    const ScratchFile form_file(house.scratch, "template.docx"), list_file(house.scratch, "list");
    TRY_DO(fetch(house, form, form_file.path()));
    TRY_DO(fetch(house, list, list_file.path()));
    Result<ListFindings> findings =
        check_list({list_file.path(), form_file.path(), in.sheet.value_or("")}, house.clock.now());
    if (!findings) return with_name(std::move(findings).error(), form, form_file, list);
    return check_of(*findings, call.request.language);
}

}  // namespace

void add_check_endpoints(http::Router& router, house::House& house) {
    router.add<SealCheckIn, SealCheck>(
        {.method = http::Method::post,
         .path = "/api/v1/orgs/{org}/seal_checks",
         .operation = "seal_check",
         .permission = "documents.seal_run",
         .summary = "What a list and a template would give, before anything is sealed"},
        [&house](http::Call& call, const SealCheckIn& in) { return seal_check(house, call, in); });
}

}  // namespace shanqi::documents
