// Pages in their order, and which page an object belongs to: so that a person reads "第3页", not an object number.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "office/pdf/read/strict_file.hpp"

namespace shanqi::seal {

// Object numbers of the pages, in order. A tree with loops or holes ends there.
std::vector<int> pages_of(const office::pdf_read::StrictFile&);

// How often each object is referred to, by all objects in use and the trailer; numbers that lead nowhere count too.
std::map<int, int> count_uses(const office::pdf_read::StrictFile&);

class PageIndex {
public:
    explicit PageIndex(const office::pdf_read::StrictFile&);
    std::optional<std::size_t> page_of(int object) const;  // 1-based; the first page that reaches it

private:
    std::map<int, std::size_t> pages_;
};

}  // namespace shanqi::seal
