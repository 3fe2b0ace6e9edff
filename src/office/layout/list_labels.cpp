#include "office/layout/list_labels.hpp"

#include <algorithm>

#include "office/layout/number_format.hpp"

namespace shanqi::office {

namespace {

// Does level `deeper` begin anew when a paragraph of `level` comes? 17.9.10: lvlRestart names the level (counted
// from 1) after which it does, 0 is never; without it every higher level restarts it.
bool restarts(const ListLevel& deeper_level, int deeper, int level) {
    if (deeper <= level) return false;
    if (!deeper_level.restart_after) return true;
    return *deeper_level.restart_after > 0 && level < *deeper_level.restart_after;
}

}  // namespace

void ListCounters::count(const List& list, int level) {
    const auto& definition = list.levels[static_cast<std::size_t>(level)];
    Counts& counts = counts_[definition.abstract_list];
    auto& counter = counts[static_cast<std::size_t>(level)];
    counter = counter ? *counter + 1 : definition.start;
    const int count = std::min(levels, static_cast<int>(list.levels.size()));
    for (int deeper = level + 1; deeper < count; ++deeper) {
        if (restarts(list.levels[static_cast<std::size_t>(deeper)], deeper, level)) {
            counts[static_cast<std::size_t>(deeper)].reset();
        }
    }
}

std::string ListCounters::text(const List& list, int level) {
    const auto& definition = list.levels[static_cast<std::size_t>(level)];
    Counts& counts = counts_[definition.abstract_list];
    std::string out;
    const std::string& pattern = definition.text;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const bool is_place =
            pattern[at] == '%' && at + 1 < pattern.size() && pattern[at + 1] >= '1' && pattern[at + 1] <= '9';
        if (!is_place) {
            out += pattern[at];
            continue;
        }
        const auto wanted = static_cast<std::size_t>(pattern[++at] - '1');
        if (wanted >= list.levels.size()) continue;
        const auto& other = list.levels[wanted];
        // A level that was passed over counts as begun: 1.1 under a heading that never came.
        if (!counts[wanted]) counts[wanted] = other.start;
        out += format_number(*counts[wanted], definition.legal ? "decimal" : std::string_view(other.format));
    }
    return out;
}

ListLabel ListCounters::next(const Paragraph& paragraph, const Document& document) {
    if (!paragraph.style.numbering) return {};
    const auto [number, level] = *paragraph.style.numbering;
    const auto list = document.lists.find(number);
    if (list == document.lists.end() || level < 0 || level >= levels) return {};
    if (level >= static_cast<int>(list->second.levels.size())) return {};
    const auto& definition = list->second.levels[static_cast<std::size_t>(level)];
    count(list->second, level);
    if (definition.format == "bullet") return {definition.text, &definition};
    return {text(list->second, level), &definition};
}

}  // namespace shanqi::office
