// A zip file with the same bytes each time: fixed order, fixed times.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace shanqi::sample {

struct Part {
    std::string name;  // "word/document.xml"
    std::string bytes;
};

// Throws std::runtime_error: a tool for developers stops at the first trouble.
void write_archive(const std::filesystem::path&, const std::vector<Part>&);
// A Word file of these parts, by name, with the one first that Word writes first.
void write_docx(const std::filesystem::path&, std::map<std::string, std::string> parts);
void write_file(const std::filesystem::path&, const std::string& bytes);
std::string read_file(const std::filesystem::path&);

}  // namespace shanqi::sample
