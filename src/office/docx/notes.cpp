// What stands in parts that are not rendered: the words of footnotes and the titles of charts, to report them by name.
#include "office/docx/reader.hpp"

namespace shanqi::office::docx {
namespace {

constexpr std::size_t words_bytes_max = 400;

void gather(pugi::xml_node node, std::string& out, int depth) {
    if (depth > limits::xml_depth_max || out.size() > words_bytes_max) return;
    for (const pugi::xml_node child : node.children()) {
        const std::string_view name = child.name();
        if (name == "w:t" || name == "a:t" || name == "c:v") out += clean_text(child.text().get());
        gather(child, out, depth + 1);
    }
}

}  // namespace

std::string Reader::note_text(std::string_view kind, std::string_view id) {
    if (!notes_.contains(kind)) {
        auto& texts = notes_[std::string(kind)];
        const std::string& part = kind == "footnote" ? notes_part_ : end_notes_part_;
        const auto xml = part.empty() ? Result<XmlPart>(fail(ErrorKind::not_found, "docx.damaged")) : parse(part);
        if (xml) {
            for (const pugi::xml_node note : xml->root().children()) {
                std::string words;
                gather(note, words, 0);
                texts.emplace(note.attribute("w:id").value(), std::move(words));
            }
        }
    }
    const auto& texts = notes_.find(kind)->second;
    const auto found = texts.find(id);
    return found == texts.end() ? std::string() : found->second;
}

std::string Reader::chart_title(const Part& part, std::string_view relationship_id) {
    const auto relationship = part.relationships.find(relationship_id);
    if (relationship == part.relationships.end() || relationship->second.external) return {};
    const auto [kept, is_new] = chart_titles_.try_emplace(relationship->second.target);
    std::string& words = kept->second;
    if (!is_new) return words;
    if (const auto xml = parse(relationship->second.target)) {
        gather(xml->root().child("c:chart").child("c:title"), words, 0);
        if (words.empty()) gather(xml->root().child("cx:chart").child("cx:title"), words, 0);
    }
    return words;
}

}  // namespace shanqi::office::docx
