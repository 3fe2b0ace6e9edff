// What stands between {{ and }}, and Word's MERGEFIELD. Internal to the room.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "office/merge/plan.hpp"

namespace shanqi::office::merging {

// A marker that opens, divides or closes.
struct Control {
    enum class Kind : std::uint8_t { if_begin, if_else, if_end, repeat_begin, repeat_end } kind = Kind::if_begin;
    Condition condition;  // if_begin
    std::string written;  // for messages: "{{#如果 备注}}"
    std::string words;    // the first words of its paragraph
};

using Marker = std::variant<Expression, Mark, Control>;

// `inside` is the text between the braces. Errors: merge.empty_marker, merge.unknown_marker, merge.bad_condition,
// merge.unknown_filter…
Result<Marker> parse_marker(std::string_view inside);
Expression parse_merge_field(const MergeField&);

// A paragraph's content with the markers found; text is split where they stand.
struct Piece {
    std::variant<Inline, FieldInline, Control> value;
};
bool has_markers(const std::vector<Inline>&);  // quick: may say true where there are none
Result<std::vector<Piece>> scan(const std::vector<Inline>&);
std::string first_words(const std::vector<Inline>&);

}  // namespace shanqi::office::merging
