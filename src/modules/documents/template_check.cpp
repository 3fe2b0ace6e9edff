#include "modules/documents/template_check.hpp"

#include <algorithm>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "office/docx/docx.hpp"

namespace shanqi::documents {
namespace {

using office::CellProblem;

class OneRow final : public office::ValueSource {
public:
    explicit OneRow(const office::DataRow& row) : row_(row) {}
    std::size_t row_count() const override { return 1; }
    const office::Value& value(std::size_t, int column) const override {
        static const office::Value blank;
        const auto index = static_cast<std::size_t>(column);
        return index < row_.cells.size() ? row_.cells[index] : blank;
    }

private:
    const office::DataRow& row_;
};

class Coverage final : public office::PageText {
public:
    explicit Coverage(office::GlyphCoverage& coverage) : coverage_(coverage) {}
    std::optional<Error> refusal(std::string_view utf8, const office::RunStylePtr& style) override {
        return coverage_.refusal(utf8, style);
    }
    std::optional<Error> refusal(const office::Block& block) override { return coverage_.refusal(block); }

private:
    office::GlyphCoverage& coverage_;
};

// What one field misses, with the rules by which sealing finds a column.
Result<std::optional<CellProblem>> missing_column(const office::TemplateField& field,
                                                  const std::vector<std::string>& columns) {
    office::Pattern pattern = TRY(office::Pattern::compile("{{列:" + field.name + "}}"));
    const Result<> bound = pattern.bind(columns);
    if (bound) return std::nullopt;
    const std::optional<std::string> near = nearest(field.name, columns);
    CellProblem problem;
    problem.error.key = bound.error().key == "merge.ambiguous_column" ? "check.problem.ambiguous_column"
                        : near                                        ? "check.problem.no_column"
                                                                      : "check.problem.no_column_no_suggestion";
    problem.error.arguments = {{"name", field.name}, {"suggestion", near.value_or("")}};
    return problem;
}

}  // namespace

Result<TemplateCheck> TemplateCheck::open(const std::filesystem::path& file,
                                          std::span<const office::DataColumn> columns, Date today,
                                          const office::ProblemSink& sink) {
    TemplateCheck self;
    self.today_ = today;
    const std::string bytes = TRY(read_file(file, shanqi::limits::template_bytes_max));
    office::Document document = TRY(office::read_docx(bytes));
    self.template_ = TRY(office::Template::compile(std::move(document)));
    for (const office::DataColumn& column : columns) {
        self.columns_.push_back(column.name);
        self.letters_.push_back(column.letter);
    }
    for (const office::TemplateField& field : self.template_.fields()) {
        if (field.built_in) continue;
        ++self.fields_;
        std::optional<CellProblem> problem = TRY(missing_column(field, self.columns_));
        if (problem) {
            problem->error.place = {.file = file.filename().string(), .field = field.name};
            sink(*problem);
        }
        const std::optional<int> column = office::find_column(field.name, self.columns_);
        self.mapping_.push_back({field.name, column ? std::optional<std::size_t>(*column) : std::nullopt, problem});
    }
    self.bound_ = self.template_.bind(self.columns_).has_value();
    if (self.bound_) self.coverage_.emplace(TRY(office::FontLibrary::open()));
    return self;
}

bool TemplateCheck::is_repeated(std::string_view name) const {
    return std::ranges::any_of(template_.fields(), [&](const office::TemplateField& field) {
        return !field.built_in && field.repeated && field.name == name;
    });
}

void TemplateCheck::row(const office::DataRow& row, const office::ProblemSink& sink) {
    if (!bound_) return;
    Coverage page(*coverage_);
    // The number stands for itself, as when sealing: it is given only to rows that pass.
    for (Error& error : template_.check(OneRow(row), {"-", 1, today_}, &page)) {
        CellProblem problem;
        problem.error = std::move(error);
        const std::string& field = problem.error.place.field;
        problem.warning = template_.repeats_rows() && !is_repeated(field);
        problem.error.place.row = static_cast<long>(row.number);
        if (const std::optional<int> column = office::find_column(field, columns_)) {
            const auto index = static_cast<std::size_t>(*column);
            problem.error.place.cell = letters_[index] + std::to_string(row.number);
            problem.error.place.field = columns_[index];
        }
        sink(std::move(problem));
    }
}

}  // namespace shanqi::documents
