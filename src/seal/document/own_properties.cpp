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
        const std::string_view name = node.name();
        if (name == "dc:title" && found.title.empty()) found.title = node.first_child().first_child().text().get();
        if (prefix.empty() || !name.starts_with(prefix)) return true;
        const std::string_view key = name.substr(prefix.size());
        if (key == "number") found.number = node.text().get();
        if (key == "recipient") found.recipient = node.text().get();
        if (key == "trial") found.trial = std::string_view(node.text().get()) == "True";
        return true;
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
