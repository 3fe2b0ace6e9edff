// What a document of ours says of itself in its XMP metadata (namespace urn:shanqi:document:1.0, written by
// office/pdf).
#pragma once

#include <string>

#include "office/pdf/read/strict_file.hpp"

namespace shanqi::seal {

struct OwnProperties {
    std::string title;              // of any document
    std::string number, recipient;  // empty in other people's documents
    bool trial = false;
    bool operator==(const OwnProperties&) const = default;
};
OwnProperties own_properties(const office::pdf_read::StrictFile&);

}  // namespace shanqi::seal
