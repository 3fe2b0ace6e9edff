#include "office/pdf/body.hpp"

namespace shanqi::office::pdf {

void Body::begin(int object) {
    offsets_[static_cast<std::size_t>(object - objects_before_ - 1)] = size();
    append_integer(bytes, object);
    bytes += " 0 obj\n";
}

void Body::stream(int object, std::string_view dictionary, std::string_view content) {
    begin(object);
    bytes += "<<";
    bytes += dictionary;
    bytes += "/Length ";
    append_integer(bytes, static_cast<std::int64_t>(content.size()));
    bytes += ">>\nstream\n";
    bytes += content;
    bytes += "\nendstream\n";
    end();
}

int Body::dictionary(std::string_view entries) {
    int object = reserve();
    begin(object);
    bytes += "<<";
    bytes += entries;
    bytes += ">>\n";
    end();
    return object;
}

}  // namespace shanqi::office::pdf
