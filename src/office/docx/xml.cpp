#include "office/docx/xml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/text.hpp"
#include "office/docx/limits.hpp"

namespace shanqi::office::docx {
namespace {

struct KnownNamespace {
    std::string_view uri;
    std::string_view prefix;
};

// Transitional and Strict (ECMA-376 part 1 annex A, part 4), and Microsoft's own (MS-ODRAWXML, MS-DOCX).
constexpr std::array known_namespaces = std::to_array<KnownNamespace>({
    {"http://schemas.openxmlformats.org/wordprocessingml/2006/main", "w"},
    {"http://purl.oclc.org/ooxml/wordprocessingml/main", "w"},
    {"http://schemas.openxmlformats.org/officeDocument/2006/relationships", "r"},
    {"http://purl.oclc.org/ooxml/officeDocument/relationships", "r"},
    {"http://schemas.openxmlformats.org/drawingml/2006/main", "a"},
    {"http://purl.oclc.org/ooxml/drawingml/main", "a"},
    {"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing", "wp"},
    {"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", "wp"},
    {"http://schemas.openxmlformats.org/drawingml/2006/picture", "pic"},
    {"http://purl.oclc.org/ooxml/drawingml/picture", "pic"},
    {"http://schemas.openxmlformats.org/drawingml/2006/chart", "c"},
    {"http://purl.oclc.org/ooxml/drawingml/chart", "c"},
    {"http://schemas.openxmlformats.org/drawingml/2006/diagram", "dgm"},
    {"http://purl.oclc.org/ooxml/drawingml/diagram", "dgm"},
    {"http://schemas.openxmlformats.org/officeDocument/2006/math", "m"},
    {"http://purl.oclc.org/ooxml/officeDocument/math", "m"},
    {"http://schemas.openxmlformats.org/markup-compatibility/2006", "mc"},
    {"http://schemas.microsoft.com/office/word/2010/wordprocessingShape", "wps"},
    {"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup", "wpg"},
    {"http://schemas.microsoft.com/office/word/2010/wordml", "w14"},
    {"http://schemas.microsoft.com/office/drawing/2014/chartex", "cx"},
    {"urn:schemas-microsoft-com:vml", "v"},
    {"urn:schemas-microsoft-com:office:office", "o"},
    {"urn:schemas-microsoft-com:office:word", "w10"},
    {"http://schemas.openxmlformats.org/package/2006/metadata/core-properties", "cp"},
    {"http://purl.org/dc/elements/1.1/", "dc"},
    {"http://www.w3.org/XML/1998/namespace", "xml"},
});
// A Choice is taken when all that it requires is here. wp14 is not: its percent positions are ignored, and the
// Fallback beside them has plain offsets.
constexpr std::array<std::string_view, 3> understood_extensions = {"wps", "wpg", "cx"};

struct Binding {
    std::string prefix;
    std::string_view canonical;  // "" for a namespace that we do not know
};

class Normaliser {
public:
    // False: nested too deeply or too many namespaces at once.
    bool run(pugi::xml_node node, int depth) {
        if (depth > limits::xml_depth_max) return false;
        const std::size_t scope = bindings_.size();
        for (const pugi::xml_attribute attribute : node.attributes()) declare(attribute);
        if (bindings_.size() > limits::namespace_declarations_max) return false;
        rename(node);
        for (pugi::xml_node child = node.first_child(); child;) {
            const pugi::xml_node next = child.next_sibling();
            if (child.type() == pugi::node_element) {
                if (!run(child, depth + 1)) return false;
                if (name_of(child) == "mc:AlternateContent") decide(node, child);
            }
            child = next;
        }
        bindings_.resize(scope);
        return true;
    }

private:
    void declare(pugi::xml_attribute attribute) {
        const std::string_view name = attribute.name();
        if (name != "xmlns" && !name.starts_with("xmlns:")) return;
        std::string_view canonical;
        for (const KnownNamespace& known : known_namespaces) {
            if (known.uri == attribute.value()) canonical = known.prefix;
        }
        // chartex comes as cx, cx1, … cx8 with a dated URI each.
        const std::string_view uri = attribute.value();
        if (uri.starts_with("http://schemas.microsoft.com/office/drawing/") && uri.ends_with("/chartex"))
            canonical = "cx";
        bindings_.push_back({std::string(name == "xmlns" ? "" : name.substr(6)), canonical});
    }

    const Binding* find(std::string_view prefix) const {
        for (auto at = bindings_.rbegin(); at != bindings_.rend(); ++at) {
            if (at->prefix == prefix) return &*at;
        }
        return nullptr;
    }

    // The name with the canonical prefix, or "" when it already has it. A prefix that is bound to an unknown
    // namespace must not pass for one of ours.
    std::string canonical_name(std::string_view name, bool is_element) const {
        const std::size_t colon = name.find(':');
        const std::string_view prefix = colon == std::string_view::npos ? "" : name.substr(0, colon);
        if (prefix.empty() && !is_element) return {};
        const Binding* binding = find(prefix);
        if (binding == nullptr || binding->canonical == prefix) return {};
        const std::string_view local = colon == std::string_view::npos ? name : name.substr(colon + 1);
        if (!binding->canonical.empty()) return std::string(binding->canonical) + ":" + std::string(local);
        return is_ours(prefix) ? "unknown:" + std::string(local) : std::string();
    }

    static bool is_ours(std::string_view prefix) {
        return std::ranges::any_of(known_namespaces,
                                   [&](const KnownNamespace& known) { return known.prefix == prefix; });
    }

    void rename(pugi::xml_node node) {
        // Requires lists prefixes as the producer declared them; translate while the scope is known.
        if (const pugi::xml_attribute required = node.attribute("Requires")) {
            std::string translated;
            std::string_view rest = required.value();
            while (!rest.empty()) {
                const std::size_t blank = rest.find_first_of(" \t\r\n");
                const std::string_view prefix = rest.substr(0, blank);
                rest = blank == std::string_view::npos ? "" : rest.substr(blank + 1);
                if (prefix.empty()) continue;
                const Binding* binding = find(prefix);
                translated +=
                    binding != nullptr && !binding->canonical.empty() ? binding->canonical : std::string_view("?");
                translated += ' ';
            }
            pugi::xml_attribute(required).set_value(translated.c_str());
        }
        if (const std::string name = canonical_name(node.name(), true); !name.empty()) node.set_name(name.c_str());
        for (pugi::xml_attribute attribute : node.attributes()) {
            const std::string_view old = attribute.name();
            if (old.starts_with("xmlns")) continue;
            if (const std::string name = canonical_name(old, false); !name.empty()) attribute.set_name(name.c_str());
        }
    }

    static bool understood(pugi::xml_node choice) {
        std::string_view rest = choice.attribute("Requires").value();
        bool any = false;
        while (!rest.empty()) {
            const std::size_t blank = rest.find(' ');
            const std::string_view prefix = rest.substr(0, blank);
            rest = blank == std::string_view::npos ? "" : rest.substr(blank + 1);
            if (prefix.empty()) continue;
            if (std::ranges::find(understood_extensions, prefix) == understood_extensions.end()) return false;
            any = true;
        }
        return any;
    }

    // ECMA-376 part 3, 9.3: the first understood Choice, else the Fallback, takes the element's place.
    static void decide(pugi::xml_node parent, pugi::xml_node alternate) {
        pugi::xml_node chosen = alternate.child("mc:Fallback");
        for (const pugi::xml_node choice : alternate.children("mc:Choice")) {
            if (!understood(choice)) continue;
            chosen = choice;
            break;
        }
        if (!chosen) return;  // stays as mc:AlternateContent: the run reader reports it
        while (pugi::xml_node child = chosen.first_child()) {
            if (!parent.insert_move_before(child, alternate)) chosen.remove_child(child);
        }
        parent.remove_child(alternate);
    }

    std::vector<Binding> bindings_;
};

std::optional<double> universal_measure(std::string_view text) {
    struct Unit {
        std::string_view name;
        double points;
    };
    constexpr std::array units =
        std::to_array<Unit>({{"mm", 72 / 25.4}, {"cm", 72 / 2.54}, {"in", 72}, {"pt", 1}, {"pc", 12}, {"pi", 12}});
    for (const Unit& unit : units) {
        if (!text.ends_with(unit.name)) continue;
        const auto number = decimal(text.substr(0, text.size() - unit.name.size()));
        if (number) return *number * unit.points;
    }
    return std::nullopt;
}

constexpr double points_max = 20'000;  // 7 m; Word's largest page is 1584 pt
std::optional<double> bounded(std::optional<double> points) {
    return points ? std::optional(std::clamp(*points, -points_max, points_max)) : std::nullopt;
}

}  // namespace

Result<XmlPart> parse_xml(std::string bytes, std::string_view part) {
    const auto count = [&](char c) { return static_cast<std::size_t>(std::ranges::count(bytes, c)); };
    if (count('<') > limits::xml_tags_max || count('=') > limits::xml_attributes_max) {
        return fail(ErrorKind::limit, "docx.too_complex");
    }
    XmlPart xml;
    // No parse_doctype: a document type is skipped, its entities stay unknown names.
    constexpr unsigned options = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_wconv_attribute |
                                 pugi::parse_eol | pugi::parse_ws_pcdata_single;
    const pugi::xml_parse_result parsed = xml.document_->load_buffer(bytes.data(), bytes.size(), options);
    if (!parsed || !xml.root()) return fail(ErrorKind::invalid, "docx.damaged", {{"part", std::string(part)}});
    if (!Normaliser().run(xml.root(), 0)) return fail(ErrorKind::limit, "docx.too_complex");
    return xml;
}

std::string_view local_name(pugi::xml_node node) {
    const std::string_view name = node.name();
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view child_value(pugi::xml_node node, const char* name) {
    return node.child(name).attribute("w:val").value();
}

bool on_off(pugi::xml_attribute value) {
    if (!value) return true;
    const std::string_view text = value.value();
    return !(text == "0" || text == "false" || text == "off" || text == "False" || text == "none");
}

std::optional<bool> child_on_off(pugi::xml_node node, const char* name) {
    const pugi::xml_node child = node.child(name);
    return child ? std::optional(on_off(child.attribute("w:val"))) : std::nullopt;
}

std::optional<double> decimal(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::optional<long long> integer(std::string_view text) {
    const auto value = decimal(text);  // WPS writes "240.0" where an integer belongs
    if (!value) return std::nullopt;
    return static_cast<long long>(std::clamp(*value, -1e15, 1e15));
}

double points_from_emu(std::string_view text) {
    if (const auto number = decimal(text)) return bounded(*number / 12700).value_or(0);
    return bounded(universal_measure(text)).value_or(0);
}

std::optional<double> points_from_twips(std::string_view text) {
    if (const auto number = decimal(text)) return bounded(*number / 20);
    return bounded(universal_measure(text));
}

std::optional<double> points_from_half_points(std::string_view text) {
    if (const auto number = decimal(text)) return bounded(*number / 2);
    return bounded(universal_measure(text));
}

std::optional<double> percent(std::string_view text, double units_per_percent) {
    std::optional<double> value;
    if (text.ends_with('%')) {
        value = decimal(text.substr(0, text.size() - 1));
    } else if (const auto number = decimal(text)) {
        value = *number / units_per_percent;
    }
    return value ? std::optional(std::clamp(*value, -10'000.0, 10'000.0)) : std::nullopt;
}

std::string clean_text(std::string_view text) {
    std::string repaired;
    if (!is_utf8(text)) {
        repaired = to_utf8(to_utf32(text));
        text = repaired;
    }
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte == '\n' || byte == '\t' || byte == '\r') {
            out += ' ';
        } else if (byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
            ++at;  // U+0080..U+009F
        } else if (byte >= 0x20 && byte != 0x7F) {
            out += text[at];
        }
    }
    return out;
}

}  // namespace shanqi::office::docx
