// Word files from strangers. The input is the parts one after another, each behind a line "@@name", so that the fuzzer
// works on XML and not on a zip's checksums; bytes that begin like a zip or a compound file are read as they are.
// What comes out must keep the promises of the model that the merge and the layout rely on.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "office/docx/docx.hpp"
#include "office/docx/test_package.hpp"

namespace {

using namespace shanqi;
using namespace shanqi::office;

std::string zipped_parts(std::string_view text) {
    std::map<std::string, std::string> parts;
    while (text.starts_with("@@")) {
        const std::size_t line = text.find('\n');
        if (line == text.npos) break;
        const std::string name(text.substr(2, line - 2));
        text.remove_prefix(line + 1);
        const std::size_t end = text.find("\n@@");
        const bool fits_a_zip = std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7F'; });
        if (fits_a_zip && !name.empty()) parts[name] = std::string(text.substr(0, end));
        text = end == text.npos ? "" : text.substr(end + 1);
    }
    if (parts.empty()) parts["word/document.xml"] = "";
    return docx::TestPackage::zipped(parts);
}

void require(bool kept) {
    if (!kept) std::abort();
}

void check(const Document& document, const Blocks& blocks);

void check(const Document& document, const Paragraph& paragraph) {
    require(paragraph.mark_style != nullptr && paragraph.static_id != 0);
    if (paragraph.style.numbering) {
        const auto list = document.lists.find(paragraph.style.numbering->list);
        require(list != document.lists.end() && paragraph.style.numbering->level >= 0);
    }
    for (const Inline& item : paragraph.inlines) {
        require(std::visit([](const auto& any) { return any.style != nullptr; }, item));
        if (const auto* text = std::get_if<Text>(&item)) require(!text->text.empty() && is_utf8(text->text));
        if (const auto* drawing = std::get_if<Drawing>(&item)) {
            require(drawing->width >= 0 && drawing->height >= 0);
            if (const auto* picture = std::get_if<Picture>(&drawing->content))
                require(picture->image >= 0 && static_cast<std::size_t>(picture->image) < document.images.size());
            const auto* shape = std::get_if<Shape>(&drawing->content);
            if (shape != nullptr && shape->text) check(document, shape->text->blocks);
        }
    }
}

void check(const Document& document, const Table& table) {
    for (const Row& row : table.rows) {
        int columns = row.grid_before + row.grid_after;
        for (const Cell& cell : row.cells) {
            require(cell.column_span >= 1);
            columns += cell.column_span;
            check(document, cell.blocks);
        }
        require(static_cast<std::size_t>(columns) <= table.grid.size());
    }
}

void check(const Document& document, const Blocks& blocks) {
    for (const Block& block : blocks) std::visit([&](const auto& any) { check(document, *any); }, block);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (size > 64 << 10) return 0;
    const auto document = read_docx(text.starts_with("@@") ? zipped_parts(text) : std::string(text));
    if (!document) return 0;
    for (const Section& section : document->sections) {
        require(section.page_width > section.margin_left + section.margin_right && section.columns >= 1);
        for (const Blocks* blocks : {&section.blocks, &section.header.default_blocks, &section.footer.first_blocks})
            check(*document, *blocks);
    }
    return 0;
}
