#include <algorithm>

#include "base/text.hpp"
#include "office/merge/syntax.hpp"

namespace shanqi::office {

using namespace merging;

struct Pattern::Impl {
    struct Step {
        std::string text;  // fixed, or the field as written where it stays
        std::optional<Expression> field;
    };
    std::vector<Step> steps;
    Inventory inventory;

    enum class Kept { nothing, number, built_ins };  // what stays as it is written
    Result<std::string> evaluate(const ValueSource& source, const BuiltIns& built_ins, Kept kept) const;
};

namespace {

bool stays(const Expression& field, Pattern::Impl::Kept kept) {
    using Kept = Pattern::Impl::Kept;
    const bool is_number = field.source == Expression::Source::number || field.source == Expression::Source::sequence;
    if (kept == Kept::built_ins) return field.source != Expression::Source::column;
    return kept == Kept::number && is_number;
}

// A name is one line: breaks and tabs of a cell become spaces.
std::string one_line(std::string text) {
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return text;
}

}  // namespace

Result<std::string> Pattern::Impl::evaluate(const ValueSource& source, const BuiltIns& built_ins, Kept kept) const {
    const Evaluator evaluator(inventory.names, source, built_ins);
    std::string out;
    for (const Step& step : steps) {
        if (!step.field || stays(*step.field, kept)) {
            out += step.text;
        } else {
            out += one_line(TRY(evaluator.text(*step.field, {})));
        }
    }
    return out;
}

Result<Pattern> Pattern::compile(std::string_view text) {
    Pattern pattern;
    pattern.impl_ = std::make_shared<Impl>();
    const auto bad = [&](Error error) {
        error.arguments.emplace_back("words", std::string(text));
        return std::unexpected(std::move(error));
    };
    auto pieces = scan({Text{std::string(text), nullptr}});
    if (!pieces) return bad(std::move(pieces).error());
    for (Piece& piece : *pieces) {
        Impl::Step step;
        if (auto* field = std::get_if<FieldInline>(&piece.value)) {
            step.field = std::move(field->expression);
            register_field(*step.field, false, false, pattern.impl_->inventory);
            // Without its width: SQ2026-{{序号:5}} and SQ2026-{{序号:6}} count on in one series.
            step.text = "{{" + step.field->name + "}}";
        } else if (const auto* fixed = std::get_if<Inline>(&piece.value);
                   fixed != nullptr && std::holds_alternative<Text>(*fixed)) {
            step.text = std::get<Text>(*fixed).text;
        } else {
            return bad({ErrorKind::invalid, "merge.bad_pattern", {{"pattern", std::string(text)}}, {}});
        }
        pattern.impl_->steps.push_back(std::move(step));
    }
    return pattern;
}

const std::vector<TemplateField>& Pattern::fields() const { return impl_->inventory.fields; }

Result<> Pattern::bind(std::span<const std::string> columns) { return impl_->inventory.names.bind(columns); }

Result<std::string> Pattern::evaluate(const ValueSource& source, const BuiltIns& built_ins) const {
    return impl_->evaluate(source, built_ins, Impl::Kept::nothing);
}

Result<std::string> Pattern::evaluate_without_number(const ValueSource& source, const BuiltIns& built_ins) const {
    return impl_->evaluate(source, built_ins, Impl::Kept::number);
}

Result<std::string> Pattern::evaluate_columns(const ValueSource& source) const {
    return impl_->evaluate(source, {}, Impl::Kept::built_ins);
}

std::string Pattern::canonical_values(const ValueSource& source) const {
    return impl_->inventory.names.canonical_values(source);
}

}  // namespace shanqi::office
