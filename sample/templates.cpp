#include "templates.hpp"

#include <map>
#include <utility>

#include "modules/documents/samples/archive.hpp"

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
    write_docx(docx, std::move(parts));
}

}  // namespace shanqi::sample
