#include "templates.hpp"

#include <map>

#include "archive.hpp"

namespace shanqi::sample {

void write_template(const std::filesystem::path& templates, const std::string& name,
                    const std::filesystem::path& docx) {
    std::map<std::string, std::string> parts;  // sorted: the same order on every file system
    for (const auto& folder : {templates / "common", templates / name}) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            if (entry.is_regular_file())
                parts[std::filesystem::relative(entry.path(), folder).generic_string()] = read_file(entry.path());
        }
    }
    if (name == "certificate") parts["word/media/image1.png"] = certificate_background_png();
    // [Content_Types].xml first, as Word writes it: some programs tell a document from other zip files by it.
    std::vector<Part> ordered{{"[Content_Types].xml", parts.at("[Content_Types].xml")}};
    parts.erase("[Content_Types].xml");
    for (auto& [part, bytes] : parts) ordered.push_back({part, std::move(bytes)});
    write_archive(docx, ordered);
}

}  // namespace shanqi::sample
