// UTF-8 text. Everything inside the program is UTF-8, checked where it comes in.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shanqi {

bool is_utf8(std::string_view bytes);

// Strips ASCII white space, U+00A0, U+3000 and U+FEFF at both ends.
std::string trimmed(std::string_view utf8);

// Full-width ASCII (U+FF01..U+FF5E) and U+3000 become half-width; everything else stays.
std::string half_width(std::string_view utf8);

std::u32string to_utf32(std::string_view utf8);  // invalid sequences become U+FFFD
std::string to_utf8(std::u32string_view text);
void append_utf8(std::string& out, char32_t code_point);

// NFKC and lower case, white space removed: for comparing names, never for showing them.
std::string folded(std::string_view utf8);

// The candidate with the smallest edit distance in code points (after folding), when it is near enough
// to be what was meant: "did you mean …". None when nothing is near.
std::optional<std::string> nearest(std::string_view wanted, std::span<const std::string> candidates);

// Columns on a terminal: East Asian wide characters are two.
int terminal_width(std::string_view utf8);

}  // namespace shanqi
