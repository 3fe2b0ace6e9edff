#include "seal/document/page_index.hpp"

#include <set>
#include <string_view>

namespace shanqi::seal {
namespace {

using office::pdf_read::Object;
using office::pdf_read::Reference;
using office::pdf_read::StrictFile;

constexpr int tree_depth_max = 64;
constexpr std::size_t pages_max = 100'000;

// Calls `visit` for every reference inside a value, not following them; `enter` decides on keys of dictionaries.
template <class Visit, class Enter>
void each_reference(const Object& object, const Visit& visit, const Enter& enter) {
    if (const Reference* reference = object.reference()) return visit(*reference);
    if (const auto* array = object.array()) {
        for (const Object& item : *array) each_reference(item, visit, enter);
    }
    if (const auto* dictionary = object.dictionary()) {
        for (const auto& [key, value] : *dictionary) {
            if (enter(key)) each_reference(value, visit, enter);
        }
    }
}

void collect_pages(const StrictFile& file, const Object& entry, std::vector<int>& out, std::set<int>& seen, int depth) {
    const Reference* reference = entry.reference();
    if (!reference || depth > tree_depth_max || out.size() >= pages_max || !seen.insert(reference->number).second)
        return;
    const Object& node = file.object(reference->number);
    const Object& kids = file.resolve(node.at("Kids"));
    if (!kids.array()) {
        out.push_back(reference->number);
        return;
    }
    for (const Object& kid : *kids.array()) collect_pages(file, kid, out, seen, depth + 1);
}

}  // namespace

std::vector<int> pages_of(const StrictFile& file) {
    std::vector<int> out;
    std::set<int> seen;
    collect_pages(file, file.resolve(file.trailer(), "Root").at("Pages"), out, seen, 0);
    return out;
}

std::map<int, int> count_uses(const StrictFile& file) {
    std::map<int, int> uses;
    const auto count = [&](const Reference& reference) { ++uses[reference.number]; };
    const auto everywhere = [](std::string_view) { return true; };
    for (const auto& [number, object] : file.objects()) {
        // A cross-reference stream repeats the trailer.
        if (object.stream() && object.at("Type").is_name("XRef")) continue;
        each_reference(object, count, everywhere);
    }
    for (const auto& [key, value] : file.trailer()) each_reference(value, count, everywhere);
    return uses;
}

PageIndex::PageIndex(const StrictFile& file) {
    const std::vector<int> pages = pages_of(file);
    const std::set<int> all(pages.begin(), pages.end());
    std::vector<int> waiting;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        waiting.push_back(pages[i]);
        while (!waiting.empty()) {
            const int number = waiting.back();
            waiting.pop_back();
            if (!pages_.emplace(number, i + 1).second) continue;
            each_reference(
                file.object(number),
                [&](const Reference& reference) {
                    if (!all.contains(reference.number)) waiting.push_back(reference.number);
                },
                [](std::string_view key) {
                    return key != "Parent" && key != "P" && key != "Dest" && key != "StructParent";
                });
        }
    }
}

std::optional<std::size_t> PageIndex::page_of(int object) const {
    const auto found = pages_.find(object);
    return found == pages_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace shanqi::seal
