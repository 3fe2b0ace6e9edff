// Bytes of any size, known by their SHA-256: in a folder (written beside, synced, renamed) or in S3-compatible storage.
// What is stored is encrypted by the caller where it must be (security/); names and owners are rows of the rooms.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/result.hpp"

namespace shanqi::store {

namespace limits {
constexpr std::uint64_t file_bytes_max = 4ULL << 30;
}

struct StoredFile {
    std::string key;  // "<org id>/<sha256 hex>": an organisation's bytes are its own even when equal
    std::uint64_t bytes = 0;
    bool operator==(const StoredFile&) const = default;
};

// Feeds the bytes piece by piece; false from it or an error ends the transfer.
using Sink = std::function<Result<>(std::string_view piece)>;

class FileStore {
public:
    virtual ~FileStore() = default;
    // Durable when it returns; the same bytes again cost nothing. `source` is a whole file on disk.
    // Errors: file.disk_full, file.unwritable, files.unreachable (S3), files.refused (S3: wrong key).
    virtual Result<StoredFile> put(std::string_view org, const std::filesystem::path& source) = 0;
    virtual Result<StoredFile> put_bytes(std::string_view org, std::string_view bytes) = 0;
    // Errors: files.not_found, files.damaged (the digest does not match: told after the last piece).
    virtual Result<> get(const std::string& key, const Sink&) = 0;
    virtual Result<bool> exists(const std::string& key) = 0;
    virtual Result<> remove(const std::string& key) = 0;  // of what does not exist: fine
    // Every key, in order; for backup and for `shanqi doctor`.
    virtual Result<> list(const std::function<Result<>(const StoredFile&)>& each) = 0;
};

std::unique_ptr<FileStore> make_folder_store(std::filesystem::path folder);

struct S3Options {
    std::string endpoint, bucket, region, access_key, secret_key;  // path-style addresses: endpoint/bucket/key
};
Result<std::unique_ptr<FileStore>> make_s3_store(const S3Options&);

}  // namespace shanqi::store
