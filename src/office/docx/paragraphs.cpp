// Paragraphs: their properties, and their runs down to characters, tabs, breaks, fields, symbols and notes.
#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "office/docx/reader.hpp"
#include "office/docx/symbols.hpp"

namespace shanqi::office::docx {
namespace {

constexpr std::size_t detail_characters_max = 40;

std::string shortened(std::string_view text) {
    std::u32string wide = to_utf32(trimmed(text));
    if (wide.size() > detail_characters_max) wide = wide.substr(0, detail_characters_max) + U"…";
    return to_utf8(wide);
}

// w:hint decides only for characters that Latin and Chinese fonts share: quotes, dashes, dots, circled numbers
// (17.3.2.26). Elsewhere it is dropped, so that runs which look the same are the same.
bool hint_matters(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0xC2 && byte <= 0xE1) return true;  // U+0080..U+1FFF
        if (byte == 0xE2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) <= 0xB9)
            return true;                                // ..U+2E7F
        if (byte == 0xEE || byte == 0xEF) return true;  // private use, compatibility and full-width forms
    }
    return false;
}

// A form's check box or drop-down list shows what is chosen (17.16.7, 17.16.9).
std::string form_text_of(pugi::xml_node data) {
    if (const pugi::xml_node box = data.child("w:checkBox")) {
        const auto checked = child_on_off(box, "w:checked");
        return checked.value_or(child_on_off(box, "w:default").value_or(false)) ? "☑" : "☐";
    }
    if (const pugi::xml_node list = data.child("w:ddList")) {
        const auto chosen =
            integer(child_value(list, child_value(list, "w:result").empty() ? "w:default" : "w:result")).value_or(0);
        long long index = 0;
        for (const pugi::xml_node entry : list.children("w:listEntry")) {
            if (index++ == chosen) return clean_text(entry.attribute("w:val").value());
        }
    }
    return {};
}

void gather_text(pugi::xml_node node, std::string& out, int depth) {
    if (depth > limits::xml_depth_max || out.size() > 400) return;
    for (const pugi::xml_node child : node.children()) {
        const std::string_view name = child.name();
        if (name == "m:t" || name == "w:t" || name == "a:t") out += clean_text(child.text().get());
        gather_text(child, out, depth + 1);
    }
}

class ParagraphReader {
public:
    ParagraphReader(Reader& reader, Story& story, const ParagraphFormat& format, Paragraph& out)
        : reader_(reader), story_(story), format_(format), out_(out) {}

    Result<> content(pugi::xml_node container, int depth) {
        if (depth > limits::xml_depth_max) return fail(ErrorKind::limit, "docx.too_complex");
        for (const pugi::xml_node node : container.children()) {
            const std::string_view name = node.name();
            if (name == "w:r") {
                TRY_DO(run(node));
            } else if (name == "w:hyperlink" || name == "w:ins" || name == "w:moveTo" || name == "w:smartTag" ||
                       name == "w:customXml" || name == "w:dir" || name == "w:bdo") {
                TRY_DO(content(node, depth + 1));
            } else if (name == "w:sdt") {
                TRY_DO(content(node.child("w:sdtContent"), depth + 1));
            } else if (name == "w:fldSimple") {
                TRY_DO(simple_field(node, depth));
            } else if (name == "m:oMath" || name == "m:oMathPara") {
                TRY_DO(unsupported("unsupported.equation", text_inside(node), plain_style()));
            } else if (name == "mc:AlternateContent" || name == "w:subDoc") {
                TRY_DO(unsupported("unsupported.content", "", plain_style()));
            }
        }
        return {};
    }

private:
    RunStylePtr plain_style() { return reader_.formatting().run(format_, pugi::xml_node()).style; }

    static std::string text_inside(pugi::xml_node node) {
        std::string out;
        gather_text(node, out, 0);
        return shortened(out);
    }

    Result<> add(Inline item, const RunStylePtr& style) {
        if (story_.fields.hides(style)) return {};
        TRY_DO(reader_.count_inline());
        out_.inlines.push_back(std::move(item));
        return {};
    }

    Result<> unsupported(std::string_view key, std::string detail, const RunStylePtr& style) {
        return add(Unsupported{std::string(key), std::move(detail), 0, 0, style}, style);
    }

    Result<> text(std::string value, RunStylePtr style) {
        if (value.empty()) return {};
        if (story_.fields.hides(style)) return {};
        if (is_symbol_font(style->latin_font)) {
            bool has_unknown = false;
            value = symbol_text(style->latin_font, value, has_unknown);
            if (has_unknown) reader_.notice("unsupported.symbol", style->latin_font);
        }
        if (style->hint_east_asian && !hint_matters(value)) style = without_hint(style);
        if (!out_.inlines.empty()) {
            if (auto* last = std::get_if<Text>(&out_.inlines.back()); last != nullptr && last->style == style) {
                last->text += value;
                return {};
            }
        }
        TRY_DO(reader_.count_inline());
        out_.inlines.emplace_back(Text{std::move(value), std::move(style)});
        return {};
    }

    RunStylePtr without_hint(const RunStylePtr& style) {
        RunProperties direct = run_properties_;
        direct.hint_east_asian = false;
        const RunStylePtr plain = reader_.formatting().run(format_, direct).style;
        return plain == nullptr ? style : plain;
    }

    // ---- fields ----

    Result<> simple_field(pugi::xml_node node, int depth) {
        const RunStylePtr style = plain_style();
        if (!story_.fields.begin(style, form_text_of(node.child("w:fldData"))))
            return fail(ErrorKind::limit, "docx.too_complex");
        story_.fields.instruction(clean_text(node.attribute("w:instr").value()));
        story_.fields.separate();
        TRY_DO(content(node, depth + 1));
        return end_field();
    }

    Result<> field_character(pugi::xml_node node, const RunStylePtr& style) {
        const std::string_view type = node.attribute("w:fldCharType").value();
        if (type == "begin") {
            if (!story_.fields.begin(style, form_text_of(node.child("w:ffData"))))
                return fail(ErrorKind::limit, "docx.too_complex");
        } else if (type == "separate") {
            story_.fields.separate();
        } else if (type == "end") {
            return end_field();
        }
        return {};
    }

    Result<> end_field() {
        if (story_.fields.empty()) return {};
        FieldStack::Field field = story_.fields.end();
        using Kind = FieldMeaning::Kind;
        const RunStylePtr style = field.style == nullptr ? plain_style() : field.style;
        switch (field.meaning.kind) {
            case Kind::number:
                field.meaning.number.style = style;
                return add(std::move(field.meaning.number), style);
            case Kind::merge:
                field.meaning.merge.style = style;
                return add(std::move(field.meaning.merge), style);
            case Kind::symbol:
                return symbol(field.meaning.symbol_font, field.meaning.symbol_code, style);
            case Kind::equation:
                return unsupported("unsupported.equation", shortened(field.instruction), style);
            case Kind::merge_rule:
                if (field.condition) return text(*std::move(field.condition), style);
                return unsupported("unsupported.merge_rule", shortened(field.instruction), style);
            case Kind::silent:
                return {};
            case Kind::keep_result:
                break;
        }
        if (field.encloses_merge) return unsupported("unsupported.merge_rule", shortened(field.instruction), style);
        if (!field.form_text.empty() && !field.has_result) return text(std::move(field.form_text), style);
        // Without a result Word would compute one; we cannot. Hyperlinks and form texts may well be empty.
        const bool may_be_empty =
            field.meaning.name.starts_with("FORM") || field.meaning.name == "HYPERLINK" || field.meaning.name.empty();
        if (!field.in_result && !may_be_empty)
            return unsupported("unsupported.field", shortened(field.instruction), style);
        return {};
    }

    // ---- runs ----

    Result<> run(pugi::xml_node r) {
        run_properties_ = parse_run_properties(r.child("w:rPr"), reader_.theme());
        const RunFormat format = reader_.formatting().run(format_, run_properties_);
        if (!format.effect_key.empty() && !format.hidden) reader_.notice(format.effect_key);
        for (const pugi::xml_node node : r.children()) {
            const std::string_view name = node.name();
            if (name == "w:fldChar") {
                TRY_DO(field_character(node, format.style));
            } else if (name == "w:instrText") {
                story_.fields.instruction(clean_text(node.text().get()));
            } else if (!format.hidden) {
                TRY_DO(run_item(node, name, format.style));
            }
        }
        return {};
    }

    Result<> run_item(pugi::xml_node node, std::string_view name, const RunStylePtr& style) {
        if (name == "w:t") return text(text_of_t(node), style);
        if (name == "w:tab") return add(Tab{style}, style);
        if (name == "w:ptab") return margin_tab(node, style);
        if (name == "w:br") return line_break(node, style);
        if (name == "w:cr") return add(Break{Break::Kind::line, style}, style);
        if (name == "w:noBreakHyphen") return text("\u2011", style);
        if (name == "w:softHyphen") return text("\u00AD", style);
        if (name == "w:sym") return symbol(node, style);
        if (name == "w:pgNum") return add(PageNumber{PageNumber::Kind::page, "", style}, style);
        if (name == "w:drawing") return add_all(TRY(reader_.drawing(node, story_, style)), style);
        if (name == "w:pict") return add_all(TRY(reader_.vml_picture(node, story_, style)), style);
        if (name == "w:object") {
            const char* program = node.child("o:OLEObject").attribute("ProgID").value();
            return unsupported("unsupported.ole_object", shortened(clean_text(program)), style);
        }
        if (name == "w:footnoteReference" || name == "w:endnoteReference") {
            const bool foot = name == "w:footnoteReference";
            const std::string words = reader_.note_text(foot ? "footnote" : "endnote", node.attribute("w:id").value());
            return unsupported(foot ? "unsupported.footnote" : "unsupported.endnote", shortened(words), style);
        }
        if (name == "w:commentReference") {
            reader_.notice("unsupported.comments");
            return {};
        }
        if (name == "w:ruby") {
            reader_.notice("unsupported.ruby", text_inside(node.child("w:rubyBase")));
            return content(node.child("w:rubyBase"), 1);
        }
        if (name == "mc:AlternateContent" || name == "w:contentPart" || name.ends_with("Short") ||
            name.ends_with("Long"))  // w:yearLong…: a clock that only Word has
            return unsupported("unsupported.content", "", style);
        return {};
    }

    // w:ptab goes to the middle or the end of the text's width, whatever tab stops there are (17.3.3.23).
    Result<> margin_tab(pugi::xml_node node, const RunStylePtr& style) {
        const std::string_view align = node.attribute("w:alignment").value();
        if ((align == "center" || align == "right") && !story_.fields.hides(style)) {
            const double width = reader_.page_geometry().text_width;
            const TabStop stop = align == "center" ? TabStop{TabStop::Kind::center, TabStop::Leader::none, width / 2}
                                                   : TabStop{TabStop::Kind::right, TabStop::Leader::none, width};
            std::vector<TabStop>& tabs = out_.style.tabs;
            const auto at = std::ranges::lower_bound(tabs, stop.position - 0.5, {}, &TabStop::position);
            const bool there = at != tabs.end() && at->position < stop.position + 0.5;
            if (!there && tabs.size() < limits::tabs_max) tabs.insert(at, stop);
        }
        return add(Tab{style}, style);
    }

    static std::string text_of_t(pugi::xml_node node) {
        std::string raw;
        for (const pugi::xml_node piece : node.children()) raw += piece.value();
        const bool preserve = std::string_view(node.attribute("xml:space").value()) == "preserve";
        std::string_view view = raw;
        const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
        while (!preserve && !view.empty() && blank(view.front())) view.remove_prefix(1);
        while (!preserve && !view.empty() && blank(view.back())) view.remove_suffix(1);
        return clean_text(view);
    }

    Result<> line_break(pugi::xml_node node, const RunStylePtr& style) {
        const std::string_view type = node.attribute("w:type").value();
        Break item{Break::Kind::line, style};
        if (type == "page") item.kind = Break::Kind::page;
        if (type == "column") item.kind = Break::Kind::column;
        return add(std::move(item), style);
    }

    Result<> symbol(pugi::xml_node node, const RunStylePtr& style) {
        const auto code = static_cast<char32_t>(std::strtoul(node.attribute("w:char").value(), nullptr, 16) & 0x1FFFFF);
        return symbol(node.attribute("w:font").value(), code, style);
    }

    Result<> symbol(std::string_view font, char32_t code, const RunStylePtr& style) {
        const char32_t character = symbol_character(font, code);
        const bool private_use = character >= 0xE000 && character <= 0xF8FF;
        if (character < 0x20 || private_use || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000)) {
            return unsupported("unsupported.symbol", clean_text(font), style);
        }
        return text(clean_text(to_utf8(std::u32string(1, character))), style);
    }

    Result<> add_all(std::vector<Inline> items, const RunStylePtr& style) {
        for (Inline& item : items) TRY_DO(add(std::move(item), style));
        return {};
    }

    Reader& reader_;
    Story& story_;
    const ParagraphFormat& format_;
    Paragraph& out_;
    RunProperties run_properties_;  // direct formatting of the run at hand
};

}  // namespace

Result<Paragraph> Reader::paragraph(pugi::xml_node p, Story& story, const BaseFormat& base) {
    const pugi::xml_node pPr = p.child("w:pPr");
    const ParagraphFormat format = formatting_->paragraph(pPr, base);
    Paragraph out;
    out.static_id = next_static_id();
    out.style = paragraph_style(format.properties);
    out.style.style_id = format.style_id;
    const RunProperties mark = parse_run_properties(pPr.child("w:rPr"), theme_);
    out.mark_style = formatting_->run(format, mark).style;
    const int list = format.properties.list.value_or(0);
    if (list != 0 && numbering_.find(list) != nullptr) {
        out.style.numbering = NumberingReference{list, format.properties.list_level.value_or(0)};
        use_list(*out.style.numbering, format, mark);
    }
    TRY_DO(ParagraphReader(*this, story, format, out).content(p, 0));
    return out;
}

}  // namespace shanqi::office::docx
