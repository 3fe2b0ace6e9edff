// Block level: paragraphs, tables and what wraps them (content controls, custom XML, accepted changes).
#include "office/docx/reader.hpp"

namespace shanqi::office::docx {
namespace {

bool is_drop_cap(pugi::xml_node frame) {
    const std::string_view kind = frame.attribute("w:dropCap").value();
    return kind == "drop" || kind == "margin";
}

}  // namespace

Result<> Reader::block(pugi::xml_node node, Story& story, const BaseFormat& base, Blocks& out, int depth) {
    if (depth > limits::xml_depth_max) return fail(ErrorKind::limit, "docx.too_complex");
    const std::string_view name = node.name();
    if (name == "w:p") {
        TRY_DO(count_block());
        Paragraph paragraph = TRY(this->paragraph(node, story, base));
        const pugi::xml_node pPr = node.child("w:pPr");
        // A paragraph whose mark is hidden or deleted and that shows nothing takes no room in Word.
        const pugi::xml_node mark = pPr.child("w:rPr");
        const bool no_mark =
            child_on_off(mark, "w:vanish").value_or(false) || mark.child("w:del") || mark.child("w:moveFrom");
        if (no_mark && paragraph.inlines.empty() && !pPr.child("w:sectPr")) return {};
        const pugi::xml_node frame = pPr.child("w:framePr");
        if (frame && !pPr.child("w:sectPr") && !is_drop_cap(frame)) {
            if (story.frame.empty()) story.frame_properties = frame;
            story.frame.emplace_back(std::make_shared<const Paragraph>(std::move(paragraph)));
            return {};
        }
        if (frame && is_drop_cap(frame)) notice("unsupported.drop_cap");
        if (!story.frame.empty()) place_frame(story, paragraph);
        paragraph.is_empty_tail = pPr.child("w:sectPr") && paragraph.inlines.empty();
        out.emplace_back(std::make_shared<const Paragraph>(std::move(paragraph)));
    } else if (name == "w:tbl") {
        TRY_DO(count_block());
        flush_frame(story, out);
        if (story.nesting >= limits::nesting_max) return fail(ErrorKind::limit, "docx.too_complex");
        ++story.nesting;
        Table table = TRY(this->table(node, story, base));
        --story.nesting;
        if (!table.rows.empty()) out.emplace_back(std::make_shared<const Table>(std::move(table)));
    } else if (name == "w:sdt") {
        for (const pugi::xml_node child : node.child("w:sdtContent").children()) {
            TRY_DO(block(child, story, base, out, depth + 1));
        }
    } else if (name == "w:customXml" || name == "w:ins" || name == "w:moveTo" || name == "w:smartTag") {
        for (const pugi::xml_node child : node.children()) TRY_DO(block(child, story, base, out, depth + 1));
    } else if (name == "w:altChunk") {
        notice("unsupported.embedded_document");
    } else if (name == "m:oMathPara" || name == "m:oMath" || name == "mc:AlternateContent" || name == "w:subDoc") {
        TRY_DO(count_block());
        Paragraph holder;
        holder.static_id = next_static_id();
        const ParagraphFormat format = formatting_->paragraph({}, base);
        holder.style = paragraph_style(format.properties);
        holder.mark_style = formatting_->run(format, pugi::xml_node()).style;
        const bool math = name.starts_with("m:");
        holder.inlines.emplace_back(
            Unsupported{math ? "unsupported.equation" : "unsupported.content", "", 0, 0, holder.mark_style});
        out.emplace_back(std::make_shared<const Paragraph>(std::move(holder)));
    }
    return {};
}

Result<Blocks> Reader::blocks(pugi::xml_node container, Story& story, const BaseFormat& base) {
    Blocks out;
    for (const pugi::xml_node node : container.children()) TRY_DO(block(node, story, base, out, 0));
    flush_frame(story, out);
    return out;
}

Result<Blocks> Reader::text_box(pugi::xml_node content, const Story& around, const BaseFormat& base) {
    if (around.nesting >= limits::nesting_max) return fail(ErrorKind::limit, "docx.too_complex");
    Story inside{around.part, {}, around.nesting + 1, {}, {}};
    Blocks out = TRY(blocks(content, inside, base));
    if (!inside.fields.empty()) notice("unsupported.unclosed_field");
    return out;
}

}  // namespace shanqi::office::docx
