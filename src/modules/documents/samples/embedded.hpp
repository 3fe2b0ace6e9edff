// What cmake/Samples.cmake has put into the program from sample/.
#pragma once

#include <string>
#include <vector>

#include "modules/documents/samples/archive.hpp"

namespace shanqi::sample {

const std::vector<Part>&
agreement_parts();  // of templates/common, then of templates/agreement, which stand in for them
const std::string& divisions_csv();

}  // namespace shanqi::sample
