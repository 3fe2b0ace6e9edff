// What a .docx may ask of us. Real templates stay far below; a hostile file must end in bounded time and memory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace shanqi::office::docx::limits {

constexpr std::uint64_t package_entries_max = 4096;
constexpr std::uint64_t inflated_bytes_max = 256ULL << 20;  // all parts together
constexpr std::uint64_t xml_part_bytes_max = 64ULL << 20;   // one XML part
constexpr std::uint64_t inflation_ratio_max = 400;          // of parts over inflation_ratio_from
constexpr std::uint64_t inflation_ratio_from = 4ULL << 20;
constexpr std::size_t xml_tags_max = 3'000'000;        // '<' in one part
constexpr std::size_t xml_attributes_max = 6'000'000;  // '=' in one part
constexpr int xml_depth_max = 200;
constexpr std::size_t namespace_declarations_max = 256;  // in scope at once
constexpr std::size_t relationships_max = 20'000;        // of one part
constexpr std::size_t styles_max = 3'000;
constexpr int style_chain_max = 64;          // basedOn
constexpr std::size_t blocks_max = 200'000;  // paragraphs and tables, also in headers and boxes
constexpr std::size_t inlines_max = 2'000'000;
constexpr std::size_t cells_max = 400'000;
constexpr std::size_t sections_max = 5'000;
constexpr std::size_t columns_max = 256;  // of one table; Word stops at 63
constexpr std::size_t tabs_max = 64;      // of one paragraph, as in Word
constexpr std::size_t lists_max = 4'000;
constexpr int nesting_max = 24;  // tables and boxes in each other
constexpr std::size_t fields_nested_max = 20;
constexpr std::size_t field_instruction_bytes_max = 16 << 10;
constexpr std::size_t images_max = 1'000;
constexpr std::uint64_t picture_pixels_max = 64ULL << 20;  // no more than office/pdf takes
constexpr std::size_t notices_max = 200;

}  // namespace shanqi::office::docx::limits
