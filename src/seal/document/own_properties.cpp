#include "seal/document/own_properties.hpp"

#include "base/text.hpp"
#include "seal/document/signature_fields.hpp"
#include <pugixml.hpp>

namespace shanqi::seal {
namespace {

constexpr std::size_t metadata_bytes_max = 1U << 20U;
constexpr std::string_view own_namespace = "urn:shanqi:document:1.0";

struct Finder : pugi::xml_tree_walker {
    OwnProperties found;
    std::string prefix;

    bool for_each(pugi::xml_node& node) override {
        for (const pugi::xml_attribute attribute : node.attributes()) {
            const std::string_view name = attribute.name();
            if (name.starts_with("xmlns:") && attribute.value() == own_namespace)
                prefix = std::string(name.substr(6)) + ":";
        }
        if (std::string_view(node.name()) == "dc:title" && found.title.empty()) found.title = text_in(node);
        if (prefix.empty()) return true;
        // A property is an element or an attribute (ISO 16684-1, 7.9.2): other writers turn one into the other.
        take(node.name(), node.text().get());
        for (const pugi::xml_attribute attribute : node.attributes()) take(attribute.name(), attribute.value());
        return true;
    }

    void take(std::string_view name, std::string_view value) {
        if (!name.starts_with(prefix)) return;
        const std::string_view key = name.substr(prefix.size());
        if (key == "number") found.number = value;
        if (key == "recipient") found.recipient = value;
        if (key == "trial") found.trial = value == "True";
    }

    static std::string text_in(pugi::xml_node node) {
        const pugi::xml_node text = node.find_node([](pugi::xml_node one) { return one.type() == pugi::node_pcdata; });
        return text.value();
    }
};

}  // namespace

OwnProperties own_properties(const office::pdf_read::StrictFile& file) {
    OwnProperties out;
    const auto& metadata = file.resolve(file.resolve(file.trailer(), "Root").at("Metadata"));
    if (const auto* stream = metadata.stream()) {
        const Result<std::string> xml = file.decoded(*stream);
        pugi::xml_document document;
        if (xml && xml->size() <= metadata_bytes_max && is_utf8(*xml) &&
            document.load_buffer(xml->data(), xml->size())) {
            Finder finder;
            document.traverse(finder);
            out = std::move(finder.found);
        }
    }
    if (out.title.empty()) out.title = text_of(file.resolve(file.resolve(file.trailer(), "Info").at("Title")));
    return out;
}

}  // namespace shanqi::seal
