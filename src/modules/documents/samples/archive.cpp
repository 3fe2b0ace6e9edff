#include "modules/documents/samples/archive.hpp"

#include <zip.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace shanqi::sample {

void write_archive(const std::filesystem::path& path, const std::vector<Part>& parts) {
    int error = 0;
    std::unique_ptr<zip_t, decltype(&zip_discard)> archive(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error),
                                                           &zip_discard);
    if (!archive) throw std::runtime_error("cannot write " + path.string());
    for (const Part& part : parts) {
        // The bytes stay where they are until zip_close, so libzip need not copy them.
        zip_source_t* source = zip_source_buffer(archive.get(), part.bytes.data(), part.bytes.size(), 0);
        const zip_int64_t index = zip_file_add(archive.get(), part.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) throw std::runtime_error("cannot add " + part.name);
        constexpr zip_uint16_t first_day_of_1980 = 0x21;  // the oldest date of MS-DOS, as Word itself writes
        zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(index), 0, first_day_of_1980, 0);
    }
    if (zip_close(archive.get()) != 0) throw std::runtime_error("cannot write " + path.string());
    [[maybe_unused]] zip_t* const closed = archive.release();  // zip_close has freed it
}

void write_docx(const std::filesystem::path& path, std::map<std::string, std::string> parts) {
    // Some programs tell a document from other zip files by its first part.
    std::vector<Part> ordered{{"[Content_Types].xml", parts.at("[Content_Types].xml")}};
    parts.erase("[Content_Types].xml");
    for (auto& [part, bytes] : parts) ordered.push_back({part, std::move(bytes)});
    write_archive(path, ordered);
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream stream(path, std::ios::binary);
    stream << bytes;
    if (!stream.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace shanqi::sample
