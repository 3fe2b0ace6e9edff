// What a template asks of a list: for shanqi data check, without making a document.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "office/layout/coverage.hpp"
#include "office/merge/merge.hpp"
#include "office/tables/check.hpp"

namespace shanqi::documents {

class TemplateCheck {
public:
    // Fields without a column go to the sink; then rows are not looked at, since each would miss the same. Errors: of
    // a template that cannot be read; fonts.missing.
    static Result<TemplateCheck> open(const std::filesystem::path& file, std::span<const office::DataColumn> columns,
                                      Date today, const office::ProblemSink&);

    int fields() const { return fields_; }
    // The fields that come from the list, with the column that each one means.
    struct Field {
        std::string name;
        std::optional<std::size_t> column;  // index into the columns
        std::optional<office::CellProblem> problem;
    };
    const std::vector<Field>& mapping() const { return mapping_; }
    bool has_all_columns() const { return bound_; }

    // For what a row would be refused, a character that no font has among it. In a template with {{#每行}} only the
    // first row of a document gives the values outside of it, and which row that is depends on the file name: those are
    // warnings.
    void row(const office::DataRow&, const office::ProblemSink&);

private:
    TemplateCheck() = default;
    bool is_repeated(std::string_view field) const;

    office::Template template_;
    std::optional<office::GlyphCoverage> coverage_;  // not when no row is looked at
    std::vector<std::string> columns_, letters_;
    std::vector<Field> mapping_;
    Date today_;
    int fields_ = 0;
    bool bound_ = false;
};

}  // namespace shanqi::documents
