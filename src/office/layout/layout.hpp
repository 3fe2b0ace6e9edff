// The page engine: a document model becomes pages. ECMA-376 part 1 clause 17 for what Word means, UAX #14
// and GB/T 15834 / W3C clreq for where Chinese lines break, GB/T 9704 for how official letters look.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "office/document/document.hpp"
#include "office/fonts/fonts.hpp"
#include "office/layout/page.hpp"

namespace shanqi::office {

namespace limits {
constexpr int pages_max = 2000;     // of one document
constexpr int table_depth_max = 8;  // tables in tables
}  // namespace limits

// Lays out documents that share a template. It keeps what it learned about static paragraphs and tables
// (static_id) and about words, and uses it again. One engine a thread; not thread-safe.
class LayoutEngine {
public:
    explicit LayoutEngine(const std::shared_ptr<const FontLibrary>& fonts);
    ~LayoutEngine();
    LayoutEngine(LayoutEngine&&) noexcept;

    // Errors: layout.no_glyph ({character}, {code}; Place::field unknown): no font has the character;
    // layout.too_many_pages.
    Result<Pages> lay_out(const Document&);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shanqi::office
