#include "office/tables/package.hpp"

#include <zip.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/files.hpp"

namespace shanqi::office::tables {
namespace {

std::unexpected<Error> damaged(std::string_view part) {
    return fail(ErrorKind::invalid, "tables.damaged", {{"part", std::string(part)}});
}

class ZipPackage;

class ZipPartStream final : public PartStream {
public:
    ZipPartStream(ZipPackage& package, zip_file_t* file, zip_uint64_t index, std::string part)
        : package_(package), file_(file), index_(index), part_(std::move(part)) {}
    ~ZipPartStream() override { zip_fclose(file_); }
    ZipPartStream(const ZipPartStream&) = delete;
    ZipPartStream& operator=(const ZipPartStream&) = delete;

    Result<std::size_t> read(char* buffer, std::size_t size) override;

private:
    ZipPackage& package_;
    zip_file_t* file_;
    zip_uint64_t index_;
    std::string part_;
    std::uint64_t read_bytes_ = 0;
};

class ZipPackage final : public Package {
public:
    explicit ZipPackage(zip_t* archive) : archive_(archive) {}
    ~ZipPackage() override { zip_discard(archive_); }
    ZipPackage(const ZipPackage&) = delete;
    ZipPackage& operator=(const ZipPackage&) = delete;

    bool has(std::string_view part) const override { return locate(part) >= 0; }

    Result<std::unique_ptr<PartStream>> open(std::string_view part) override {
        const zip_int64_t index = locate(part);
        if (index < 0) return damaged(part);
        zip_file_t* file = zip_fopen_index(archive_, static_cast<zip_uint64_t>(index), 0);
        if (file == nullptr) return damaged(part);
        return std::make_unique<ZipPartStream>(*this, file, static_cast<zip_uint64_t>(index), std::string(part));
    }

    // Counts a part once, however often it is read.
    Result<> count(zip_uint64_t index, std::uint64_t part_bytes) {
        std::uint64_t& counted = counted_bytes_[index];
        if (part_bytes <= counted) return {};
        total_bytes_ += part_bytes - counted;
        counted = part_bytes;
        const bool too_much = total_bytes_ > limits::package_bytes_max;
        if (too_much || (part_bytes > limits::package_ratio_from_bytes &&
                         part_bytes > stored_bytes(index) * limits::package_ratio_max)) {
            return fail(ErrorKind::limit, "tables.zip_bomb");
        }
        return {};
    }

private:
    zip_int64_t locate(std::string_view part) const {
        std::string name(part);
        zip_int64_t index = zip_name_locate(archive_, name.c_str(), 0);
        // Part names compare without case (ECMA-376 part 2, 6.2.2.3); some writers use back-slashes.
        if (index < 0) index = zip_name_locate(archive_, name.c_str(), ZIP_FL_NOCASE);
        if (index < 0) {
            std::replace(name.begin(), name.end(), '/', '\\');
            index = zip_name_locate(archive_, name.c_str(), ZIP_FL_NOCASE);
        }
        return index;
    }

    std::uint64_t stored_bytes(zip_uint64_t index) const {
        zip_stat_t status;
        if (zip_stat_index(archive_, index, 0, &status) != 0 || (status.valid & ZIP_STAT_COMP_SIZE) == 0) return 0;
        return status.comp_size;
    }

    zip_t* archive_;
    std::unordered_map<zip_uint64_t, std::uint64_t> counted_bytes_;
    std::uint64_t total_bytes_ = 0;
};

Result<std::size_t> ZipPartStream::read(char* buffer, std::size_t size) {
    const zip_int64_t got = zip_fread(file_, buffer, size);
    if (got < 0) return damaged(part_);  // also a wrong CRC, found at the end
    read_bytes_ += static_cast<std::uint64_t>(got);
    TRY_DO(package_.count(index_, read_bytes_));
    return static_cast<std::size_t>(got);
}

class MemoryPackage final : public Package {
public:
    explicit MemoryPackage(std::map<std::string, std::string> parts) : parts_(std::move(parts)) {}

    bool has(std::string_view part) const override { return parts_.contains(std::string(part)); }

    Result<std::unique_ptr<PartStream>> open(std::string_view part) override {
        struct Stream final : PartStream {
            std::string_view rest;
            Result<std::size_t> read(char* buffer, std::size_t size) override {
                const std::size_t count = rest.copy(buffer, size);
                rest.remove_prefix(count);
                return count;
            }
        };
        const auto found = parts_.find(std::string(part));
        if (found == parts_.end()) return damaged(part);
        auto stream = std::make_unique<Stream>();
        stream->rest = found->second;
        return stream;
    }

private:
    std::map<std::string, std::string> parts_;
};

}  // namespace

Result<std::unique_ptr<Package>> open_zip_package(const std::filesystem::path& path) {
    int code = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY, &code);
    if (archive == nullptr) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const int number = zip_error_system_type(&error) == ZIP_ET_SYS ? zip_error_code_system(&error) : 0;
        zip_error_fini(&error);
        if (number != 0) return system_error(number, path);
        return fail(ErrorKind::invalid, "tables.truncated");
    }
    auto package = std::make_unique<ZipPackage>(archive);
    if (zip_get_num_entries(archive, 0) > limits::package_entries_max) return fail(ErrorKind::limit, "tables.zip_bomb");
    return package;
}

std::unique_ptr<Package> memory_package(std::map<std::string, std::string> parts) {
    return std::make_unique<MemoryPackage>(std::move(parts));
}

}  // namespace shanqi::office::tables
