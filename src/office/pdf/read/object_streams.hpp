// Object streams (ISO 32000-1, 7.5.7): objects that stand compressed inside a stream.
#pragma once

#include <map>
#include <vector>

#include "office/pdf/read/parser.hpp"

namespace shanqi::office::pdf_read {

struct CompressedObject {
    int number = 0;
    Object object;
};

class ObjectStreams {
public:
    // Reads the stream `container`, which stands at container.object.begin. Nothing may stand in it but its objects.
    Result<void> add(const IndirectObject& container, Budget&);
    // In their order, of the stream that stands at `offset`; nullptr when it was not added.
    const std::vector<CompressedObject>* members(std::size_t offset) const;
    // The object that an entry names; nullptr when its stream, its place in it or its number is another.
    // `offset`: where the stream stands.
    const Object* find(std::size_t offset, int index, int number) const;

private:
    std::map<std::size_t, std::vector<CompressedObject>> by_offset_;
};

}  // namespace shanqi::office::pdf_read
