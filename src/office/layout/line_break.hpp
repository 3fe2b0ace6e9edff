// Where a line may end: the rules of UAX #14 (Unicode 15) over ICU's class of each character, with what
// GB/T 15834-2011 and W3C clreq ask of Chinese text on top. ICU's own iterator needs 30 times as long.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace shanqi::office {

enum class BreakAfter : std::uint8_t { none, allowed, mandatory };

struct LineBreakOptions {
    bool kinsoku = true;       // w:kinsoku: no ，。） at a line's start, no （《 at its end
    bool break_words = false;  // w:wordWrap off: Latin words may be broken anywhere
};

// `east_asian[i]`: the character is set in the Chinese font, so “ ” · ① are Chinese punctuation, not Latin.
// `after` gets one entry for each character; the last one's is none.
void find_line_breaks(std::u32string_view text, std::span<const std::uint8_t> east_asian,
                      const LineBreakOptions& options, std::vector<BreakAfter>& after);

}  // namespace shanqi::office
