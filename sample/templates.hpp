// The templates: parts as plain XML under templates/<name>/, zipped into <name>.docx.
#pragma once

#include <filesystem>
#include <string>

namespace shanqi::sample {

// Parts of templates/common stand in for those that templates/<name> does not have itself.
void write_template(const std::filesystem::path& templates, const std::string& name, const std::filesystem::path& docx);

// A fine frame and a pattern of rosettes for the certificate, drawn with cairo: PNG.
std::string certificate_background_png();

}  // namespace shanqi::sample
