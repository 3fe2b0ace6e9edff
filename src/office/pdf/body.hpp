// A stretch of a PDF file's objects with the places where they stand. A file is made of stretches: what the
// template fixes, then what belongs to the one document.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "office/pdf/bytes.hpp"

namespace shanqi::office::pdf {

class Body {
public:
    // objects and bytes that stand before this stretch
    Body(int objects_before, std::uint64_t bytes_before)
        : objects_before_(objects_before), bytes_before_(bytes_before) {}

    std::string bytes;

    int reserve() {
        offsets_.push_back(0);
        return objects_before_ + static_cast<int>(offsets_.size());
    }
    void begin(int object);
    void end() { bytes += "endobj\n"; }
    // A whole object whose dictionary (without << >>) the caller wrote; Length is added.
    void stream(int object, std::string_view dictionary, std::string_view content);
    int stream(std::string_view dictionary, std::string_view content) {
        int object = reserve();
        stream(object, dictionary, content);
        return object;
    }
    int dictionary(std::string_view entries);  // << entries >>

    int objects() const { return objects_before_ + static_cast<int>(offsets_.size()); }
    std::uint64_t size() const { return bytes_before_ + bytes.size(); }
    const std::vector<std::uint64_t>& offsets() const { return offsets_; }

private:
    int objects_before_;
    std::uint64_t bytes_before_;
    std::vector<std::uint64_t> offsets_;
};

}  // namespace shanqi::office::pdf
