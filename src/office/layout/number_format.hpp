// Numbers as lists and page numbers write them: ECMA-376 part 1, 17.18.59 (ST_NumberFormat).
#pragma once

#include <string>
#include <string_view>

namespace shanqi::office {

// `format` is a w:numFmt value ("chineseCounting") or the switch of a PAGE field ("ROMAN", "CHINESENUM3"). What
// has no form in a format (zero, or ① beyond 20) and an unknown format give decimal digits.
std::string format_number(int value, std::string_view format);

}  // namespace shanqi::office
