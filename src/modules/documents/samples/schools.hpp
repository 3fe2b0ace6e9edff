// The workbooks and lists of the sample. Every one has the faults that real lists have.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "modules/documents/samples/divisions.hpp"

namespace shanqi::sample {

struct School {
    std::string name, kind, department, address;
    County county;
    int sequence = 0;
};

// Distinct names: none is a school that exists, except by chance.
std::vector<School> make_schools(const std::vector<County>&, int count);

void write_schools(const std::filesystem::path&, const std::vector<School>&);

}  // namespace shanqi::sample
