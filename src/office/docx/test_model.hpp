// For tests: short ways into the document model.
#pragma once

#include <gtest/gtest.h>

#include "base/messages.hpp"
#include "office/docx/docx.hpp"
#include "office/docx/test_package.hpp"

namespace shanqi::office::docx {

inline Document read_ok(const std::string& bytes) {
    Result<Document> document = read_docx(bytes);
    if (!document) ADD_FAILURE() << document.error().key << ": " << message(document.error(), Language::en);
    return document ? std::move(*document) : Document{.sections = std::vector<Section>(1)};
}
inline Document read_ok(const TestPackage& package) { return read_ok(package.bytes()); }
inline Document read_body_ok(std::string_view xml) { return read_ok(TestPackage().body(xml)); }

inline const Paragraph& paragraph_at(const Blocks& blocks, std::size_t index) {
    static const Paragraph none;
    if (index >= blocks.size() || !std::holds_alternative<ParagraphPtr>(blocks[index])) {
        ADD_FAILURE() << "no paragraph at " << index;
        return none;
    }
    return *std::get<ParagraphPtr>(blocks[index]);
}
inline const Paragraph& paragraph_at(const Document& document, std::size_t index) {
    return paragraph_at(document.sections.at(0).blocks, index);
}
inline const Table& table_at(const Blocks& blocks, std::size_t index) {
    static const Table none;
    if (index >= blocks.size() || !std::holds_alternative<TablePtr>(blocks[index])) {
        ADD_FAILURE() << "no table at " << index;
        return none;
    }
    return *std::get<TablePtr>(blocks[index]);
}
inline const Table& table_at(const Document& document, std::size_t index) {
    return table_at(document.sections.at(0).blocks, index);
}

// The text of a paragraph; other inlines as [tab], [page], [MERGE name], [unsupported.chart]…
inline std::string shown(const Paragraph& paragraph) {
    std::string out;
    for (const Inline& item : paragraph.inlines) {
        if (const auto* text = std::get_if<Text>(&item)) out += text->text;
        if (std::holds_alternative<Tab>(item)) out += "[tab]";
        if (const auto* line_break = std::get_if<Break>(&item)) {
            out += line_break->kind == Break::Kind::line   ? "[line]"
                   : line_break->kind == Break::Kind::page ? "[page break]"
                                                           : "[column]";
        }
        if (const auto* number = std::get_if<PageNumber>(&item)) {
            out += number->kind == PageNumber::Kind::page    ? "[page"
                   : number->kind == PageNumber::Kind::pages ? "[pages"
                                                             : "[section pages";
            out += (number->format.empty() ? "" : " " + number->format) + "]";
        }
        if (const auto* field = std::get_if<MergeField>(&item)) out += "[MERGE " + field->name + "]";
        if (std::holds_alternative<Drawing>(item)) out += "[drawing]";
        if (const auto* missing = std::get_if<Unsupported>(&item)) out += "[" + missing->key + "]";
    }
    return out;
}
inline const RunStyle& style_at(const Paragraph& paragraph, std::size_t index) {
    static const RunStyle none;
    if (index >= paragraph.inlines.size()) {
        ADD_FAILURE() << "no inline at " << index;
        return none;
    }
    return std::visit([](const auto& item) -> const RunStyle& { return item.style ? *item.style : none; },
                      paragraph.inlines[index]);
}
// "unsupported.comments", or "unsupported.symbol: Wingdings" with its detail.
inline bool has_notice(const Document& document, std::string_view wanted) {
    for (const Error& notice : document.notices) {
        const std::string& what = notice.arguments.at(0).second;
        const std::string& detail = notice.arguments.at(1).second;
        if (wanted == what || (!detail.empty() && wanted == std::string(what).append(": ").append(detail))) return true;
    }
    return false;
}
template <class T>
const T& inline_at(const Paragraph& paragraph, std::size_t index) {
    static const T none;
    if (index >= paragraph.inlines.size() || !std::holds_alternative<T>(paragraph.inlines[index])) {
        ADD_FAILURE() << "no such inline at " << index << " of " << shown(paragraph);
        return none;
    }
    return std::get<T>(paragraph.inlines[index]);
}

}  // namespace shanqi::office::docx
