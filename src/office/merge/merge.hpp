// Puts the values of a row into a template. The template is compiled once: fields are found (also where Word
// split them over runs), conditions and repetitions become a tree, static blocks keep their identity.
//
//   {{学校名称}}  {{金额|大写}}  {{金额|千分位}}  {{日期|中文日期}}  {{日期|yyyy-MM-dd}}  {{备注|默认:无}}
//   {{#如果 字段}}…{{/如果}}  {{#如果 字段=值}}…{{#否则}}…{{/如果}}     inside a paragraph, over paragraphs, over table
//   rows
//   {{#每行}}…{{/每行}}       repeats paragraphs or table rows for each data row of the document
//   {{印章}} {{二维码}} {{会签:乙方}}      MERGEFIELD of Word
// Built in: 编号, 序号, 年, 月, 日, 今天; inside 每行: 行号 (1, 2, 3…). They win over columns of the same name,
// which are reached as {{列:编号}}.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "office/document/document.hpp"
#include "office/tables/table.hpp"

namespace shanqi::office {

// The values of one document. Looked up by column name after folding (width, case and white space do not
// matter). `rows` has more than one entry only for documents grouped over several data rows; a field outside
// 每行 takes the first row.
class ValueSource {
public:
    virtual ~ValueSource() = default;
    virtual std::size_t row_count() const = 0;
    // The value of `column` (an index into the names given to bind()) in row `row`.
    virtual const Value& value(std::size_t row, int column) const = 0;
};

// What the sealing itself knows.
struct BuiltIns {
    std::string number;         // {{编号}}
    std::int64_t sequence = 0;  // {{序号}}, {{序号:5}}
    Date today;                 // {{今天}}, {{年}}, {{月}}, {{日}}
};

struct TemplateField {
    std::string name;  // as written in the template
    bool built_in = false;
    bool repeated = false;  // inside 每行
    bool required = false;  // somewhere without default and outside a condition on itself
    std::vector<std::string> filters;
};

// Looks at what a row puts on the page: for what only the page can refuse (no font has the character).
class PageText {
public:
    virtual ~PageText() = default;
    // What a field gives, without its line breaks and tabs; or what stands beside fields in their paragraph.
    virtual std::optional<Error> refusal(std::string_view utf8, const RunStylePtr&) = 0;
    // A block that no row changes; it lives as long as the template.
    virtual std::optional<Error> refusal(const Block&) = 0;
};

// A pattern such as '{{编号}}-{{学校名称}}' for file names and numbers.
class Pattern {
public:
    // Errors: merge.bad_pattern…
    static Result<Pattern> compile(std::string_view text);
    const std::vector<TemplateField>& fields() const;
    // Column names are bound once; unknown names: merge.unknown_column with {name} and {suggestion}.
    Result<> bind(std::span<const std::string> columns);
    Result<std::string> evaluate(const ValueSource&, const BuiltIns&) const;
    // With {{编号}} and {{序号}} left as they are: the part that does not depend on the position.
    Result<std::string> evaluate_without_number(const ValueSource&, const BuiltIns&) const;
    // With everything left as it is that does not come from the row: the same tomorrow.
    Result<std::string> evaluate_columns(const ValueSource&) const;
    // As Template::canonical_values, of the pattern's columns.
    std::string canonical_values(const ValueSource&) const;

    struct Impl;
    Pattern() = default;

private:
    std::shared_ptr<Impl> impl_;
};

class Template {
public:
    // Compiles. Errors name the place: merge.unclosed_field, merge.unknown_filter (with the nearest),
    // merge.unclosed_condition, merge.nested_repeat…
    static Result<Template> compile(Document document);

    const Document& document() const;  // fonts, images, lists, sections
    const std::vector<TemplateField>& fields() const;
    bool repeats_rows() const;  // has 每行: documents are grouped by file name
    bool has_mark(Mark::Kind) const;
    const std::vector<std::string>& countersigners() const;  // names of {{会签:…}}, in order

    // Binds field names to columns. Error: merge.unknown_column, {name}, {suggestion}, {columns}.
    Result<> bind(std::span<const std::string> columns);

    // Everything that would refuse the row, without building it: one Error a problem. Place::field is the name as
    // in the template; Place::row is 1 + the index of the row within this document (1 outside 每行), for the caller
    // to turn into the row of the file. Arguments: {value}. Keys: merge.empty_field, merge.error_cell,
    // merge.damaged_identity_number, merge.not_a_date, merge.not_a_number, merge.too_long… Each has a "….fix" message:
    // what to do (改法).
    // `page`, when given, is asked about all text of the row; what it refuses is told with the field's place, or with
    // an empty place when it stands in the template itself.
    std::vector<Error> check(const ValueSource&, const BuiltIns&, PageText* page = nullptr) const;

    // The document of one row: static blocks shared, the others new (static_id 0). After check() is empty
    // this fails only for limits. `images` and `notices` are left empty, since copying pictures for every row
    // would be the slowest thing here: draw with document().images, report document().notices. `lists` holds those
    // that the template uses.
    Result<Document> fill(const ValueSource&, const BuiltIns&) const;

    // The mapped values of all bound columns in a canonical form, for the row's hash: independent of the
    // column order and of the position of the row.
    std::string canonical_values(const ValueSource&) const;

    struct Impl;
    Template() = default;

private:
    std::shared_ptr<Impl> impl_;
};

// The column that a field means, by the rules of bind(). None: no column, or several.
std::optional<int> find_column(std::string_view field, std::span<const std::string> columns);

// Renminbi upper-case amount of an exact decimal string or number of fen: 壹万贰仟叁佰元整. GB/T 15835 has no
// rules for it; those of the People's Bank (支付结算办法, annex 1) are followed.
std::string chinese_capital_amount(std::int64_t fen);

}  // namespace shanqi::office
