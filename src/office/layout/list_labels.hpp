// The labels of numbered paragraphs: counters as ECMA-376 part 1, 17.9 counts.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "office/document/document.hpp"

namespace shanqi::office {

struct ListLabel {
    std::string text;                  // "1.2", "（三）", "•"
    const ListLevel* level = nullptr;  // null: the paragraph has no label
};

// Counts along a text, paragraph by paragraph, in document order.
class ListCounters {
public:
    ListLabel next(const Paragraph&, const Document&);

private:
    static constexpr int levels = 9;
    using Counts = std::array<std::optional<int>, levels>;
    void count(const List&, int level);
    std::string text(const List&, int level);

    std::map<int, Counts> counts_;  // by abstract list
};

}  // namespace shanqi::office
