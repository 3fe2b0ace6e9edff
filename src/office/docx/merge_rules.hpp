// Word's IF over a MERGEFIELD (ECMA-376 part 1, 17.16.5.27), written in the template language, so that it is
// reckoned for every row instead of showing what some row had when the file was saved.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "office/document/document.hpp"

namespace shanqi::office::docx {

// What a nested field leaves in the instruction around it: the marker that stands for it, between two control
// characters that no text can hold. Empty marker: a field that no marker stands for.
std::string nested_field(std::string_view marker);
std::string without_nesting_marks(std::string_view instruction);  // for messages

// "{{学校名称}}"; empty where its switches change how it looks, or its name has a sign of the template language.
std::string marker_of(const MergeField&);

// IF "{{备注}}" = "好" "先生" "女士" as {{#如果 备注=好}}先生{{#否则}}女士{{/如果}}. None: a rule that cannot be
// written so.
std::optional<std::string> condition_of(std::string_view instruction);

}  // namespace shanqi::office::docx
