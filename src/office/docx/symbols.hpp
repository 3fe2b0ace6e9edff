// Symbol, Wingdings and their like put pictures behind letter codes: here they become the Unicode characters.
#pragma once

#include <string>
#include <string_view>

namespace shanqi::office::docx {

bool is_symbol_font(std::string_view font);
// U+0000 when the character is not known.
char32_t symbol_character(std::string_view font, char32_t code);
// `text` in `font`, as Unicode: characters of a symbol font are mapped, others stay. Unknown ones become U+25A1 □ and
// set `has_unknown`.
std::string symbol_text(std::string_view font, std::string_view text, bool& has_unknown);

}  // namespace shanqi::office::docx
