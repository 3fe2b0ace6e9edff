#include "office/docx/reader.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "office/docx/symbols.hpp"

namespace shanqi::office::docx {
namespace {

std::unexpected<Error> too_complex() { return fail(ErrorKind::limit, "docx.too_complex"); }

bool is_language_tag(std::string_view text) {
    return text.size() >= 2 && text.size() <= 20 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
           });
}

// What the text is read aloud in. w:themeFontLang is no sign of it: python-docx writes ja-JP into every file.
std::string document_language(const Styles& styles) {
    const std::string& language = styles.east_asian_language;
    const bool east_asian = language.starts_with("zh") || language.starts_with("ja") || language.starts_with("ko");
    return east_asian && is_language_tag(language) ? language : "zh-CN";
}

// MS-DOCX 2.6.2: a document that does not say it was written by Word 2007.
int compatibility_mode(pugi::xml_node settings) {
    for (const pugi::xml_node setting : settings.child("w:compat").children("w:compatSetting")) {
        if (text_of(setting.attribute("w:name")) != "compatibilityMode") continue;
        return static_cast<int>(std::clamp(integer(setting.attribute("w:val").value()).value_or(12), 11LL, 15LL));
    }
    return 12;
}

}  // namespace

Result<> Reader::count_block() { return ++blocks_ > limits::blocks_max ? Result<>(too_complex()) : Result<>(); }
Result<> Reader::count_inline() { return ++inlines_ > limits::inlines_max ? Result<>(too_complex()) : Result<>(); }
Result<> Reader::count_cell() { return ++cells_ > limits::cells_max ? Result<>(too_complex()) : Result<>(); }

void Reader::notice(std::string_view key, std::string_view detail) {
    if (seen_notices_.size() >= limits::notices_max) return;
    if (!seen_notices_.insert(std::string(key) + '\n' + std::string(detail)).second) return;
    document_.notices.push_back(Error{ErrorKind::invalid,
                                      detail.empty() ? "unsupported.notice" : "unsupported.notice_with_detail",
                                      {{"@what", std::string(key)}, {"detail", std::string(detail)}},
                                      {}});
}

Result<XmlPart> Reader::parse(std::string_view name) {
    return parse_xml(TRY(package_.read(name, limits::xml_part_bytes_max)), name);
}

Result<Part> Reader::open_part(std::string_view name) {
    return Part{std::string(name), TRY(package_.relationships(name))};
}

std::string Reader::related(const Relationships& relationships, std::string_view type) const {
    for (const auto& [id, relationship] : relationships) {
        if (relationship.type == type && !relationship.external && package_.has(relationship.target))
            return relationship.target;
    }
    return {};
}

Result<> Reader::read_definitions(const Part& main) {
    if (const std::string name = related(main.relationships, "theme"); !name.empty()) {
        const XmlPart xml = TRY(parse(name));
        theme_.read(xml.root());
    }
    document_.compatibility_mode = compatibility_mode({});
    if (const std::string name = related(main.relationships, "settings"); !name.empty()) {
        const XmlPart xml = TRY(parse(name));
        theme_.read_settings(xml.root());
        document_.even_and_odd_headers = child_on_off(xml.root(), "w:evenAndOddHeaders").value_or(false);
        const auto tab = points_from_twips(child_value(xml.root(), "w:defaultTabStop"));
        if (tab && *tab > 1) document_.default_tab = *tab;
        document_.compatibility_mode = compatibility_mode(xml.root());
        if (child_on_off(xml.root(), "w:mirrorMargins").value_or(false)) notice("unsupported.mirror_margins");
    }
    if (const std::string name = related(main.relationships, "styles"); !name.empty()) {
        const XmlPart xml = TRY(parse(name));
        TRY_DO(styles_.read(xml.root(), theme_));
    }
    if (const std::string name = related(main.relationships, "numbering"); !name.empty()) {
        const XmlPart xml = TRY(parse(name));
        TRY_DO(numbering_.read(xml.root(), styles_, theme_));
    }
    notes_part_ = related(main.relationships, "footnotes");
    end_notes_part_ = related(main.relationships, "endnotes");
    formatting_ = std::make_unique<Formatting>(styles_, numbering_, theme_);
    return {};
}

void Reader::read_core_properties(const Relationships& package_relationships) {
    document_.language = document_language(styles_);
    const std::string name = related(package_relationships, "core-properties");
    if (name.empty()) return;
    const auto xml = parse(name);
    if (!xml) return;  // a document reads well without them
    const auto property = [&](const char* element) {
        return trimmed(clean_text(xml->root().child(element).text().get()));
    };
    document_.title = property("dc:title");
    document_.subject = property("dc:subject");
    document_.author = property("dc:creator");
    if (const std::string language = property("dc:language"); language.starts_with("zh") && is_language_tag(language)) {
        document_.language = language;
    }
}

void Reader::report_package_contents(const Part& main) {
    if (!related(main.relationships, "vbaProject").empty()) notice("unsupported.macros");
}

void Reader::use_list(NumberingReference reference, const ParagraphFormat& format, const RunProperties& mark) {
    if (!document_.lists.contains(reference.list)) define_list(reference.list, format, mark);
    // Lists have nine levels, of which a document uses one or two: only those are worth a word.
    const auto found = level_notices_.find({reference.list, reference.level});
    if (found != level_notices_.end()) notice(found->second.first, found->second.second);
}

void Reader::define_list(int list, const ParagraphFormat& format, const RunProperties& mark) {
    const NumberingInstance* instance = numbering_.find(list);
    if (instance == nullptr) return;
    List out;
    for (const NumberingLevel& level : instance->levels) {
        ListLevel to;
        to.start = level.start;
        to.format = level.format;
        to.text = level.text;
        to.align = level.align;
        to.suffix = level.suffix;
        to.legal = level.legal;
        to.restart_after = level.restart_after;
        to.abstract_list = instance->abstract_list;
        RunProperties direct = mark;
        direct.underline.reset();  // Word underlines the text, not the number
        direct.apply(level.run);
        const RunFormat formatted = formatting_->run(format, direct);
        to.style = formatted.style;
        if (level.format == "bullet") {
            bool has_unknown = false;
            to.text = symbol_text(formatted.style->latin_font, level.text, has_unknown);
            const std::pair here{list, static_cast<int>(out.levels.size())};
            if (has_unknown) level_notices_[here] = {"unsupported.symbol", formatted.style->latin_font};
            if (level.picture_bullet) {
                level_notices_[here] = {"unsupported.picture_bullet", ""};
                to.text = "•";
            }
        }
        // Only the font differs from the text's (or nothing): let the number follow each paragraph's own size.
        RunProperties plain = level.run;
        plain.hint_east_asian.reset();
        const bool symbol = level.format == "bullet" && is_symbol_font(plain.latin_font.value_or(""));
        const bool fonts_matter = (plain.latin_font || plain.east_asian_font) && !symbol;
        const bool says_something = fonts_matter || plain.bold || plain.italic || plain.size || plain.color ||
                                    plain.underline || plain.strike || plain.raise || plain.script ||
                                    plain.character_spacing || plain.all_caps;
        if (!says_something) to.style = nullptr;
        if (formatted.hidden) to.text.clear();
        out.levels.push_back(std::move(to));
    }
    document_.lists.emplace(list, std::move(out));
}

Result<Document> Reader::run() {
    const Relationships root = TRY(package_.relationships(""));
    std::string main_name = related(root, "officeDocument");
    if (main_name.empty() && package_.has("word/document.xml")) main_name = "word/document.xml";
    if (main_name.empty()) return fail(ErrorKind::invalid, "docx.no_document");
    const Part main = TRY(open_part(main_name));
    const XmlPart xml = TRY(parse(main_name));
    if (name_of(xml.root()) != "w:document") return fail(ErrorKind::invalid, "docx.other_format");
    const pugi::xml_node body = xml.root().child("w:body");
    if (!body) return fail(ErrorKind::invalid, "docx.damaged", {{"part", main_name}});
    TRY_DO(read_definitions(main));
    read_core_properties(root);
    report_package_contents(main);
    TRY_DO(read_body(body, main));
    return std::move(document_);
}

}  // namespace shanqi::office::docx
