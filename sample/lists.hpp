// The smaller lists of the sample, and the plain one for measuring.
#pragma once

#include <filesystem>
#include <vector>

#include "modules/documents/samples/schools.hpp"

namespace shanqi::sample {

// The same schools without a fault, in UTF-8: for measuring, where the peer's merge should not need our reader.
void write_plain(const std::filesystem::path&, const std::vector<School>&);
void write_materials(const std::filesystem::path&, const std::vector<School>&);
void write_volunteers(const std::filesystem::path&, const std::vector<County>&, int count);

}  // namespace shanqi::sample
