#include "modules/documents/own_sheet.hpp"

#include <cerrno>

#include "base/digest.hpp"
#include "base/files.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;

Result<std::string> digest_of(const fs::path& file) {
    return hex(sha256(TRY(read_file(file, limits::data_file_bytes_max))));
}

}  // namespace

OwnSheet::OwnSheet(const fs::path& out, const std::string& name)
    : file_(out / name), record_(out / ".shanqi" / (name + ".sha256")) {}

Result<fs::path> OwnSheet::set_aside_if_changed() const {
    std::error_code error;
    if (!fs::exists(file_, error)) return fs::path();
    const Result<std::string> recorded = read_file(record_, limits::key_file_bytes_max);
    if (recorded && *recorded == TRY(digest_of(file_))) return fs::path();
    for (int n = 1;; ++n) {
        fs::path kept = file_;
        kept.replace_filename(file_.stem().string() + "-" + std::to_string(n) + file_.extension().string());
        if (fs::exists(kept, error)) continue;
        fs::rename(file_, kept, error);
        if (error) return system_error(error.value(), kept);
        return kept;
    }
}

Result<> OwnSheet::remember() const { return write_file_durably(record_, TRY(digest_of(file_))); }

Result<> OwnSheet::remove() const {
    std::error_code error;
    fs::remove(file_, error);
    if (error) return system_error(error.value(), file_);
    fs::remove(record_, error);
    return {};
}

}  // namespace shanqi::documents
