// Bytes of any size, known by their SHA-256: in a folder (written beside, synced, renamed) or in S3-compatible storage.
// What is stored is encrypted by the caller where it must be (security/); names and owners are rows of the rooms.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::store {

namespace limits {
constexpr std::uint64_t file_bytes_max = 4ULL << 30U;
constexpr std::size_t file_piece_bytes = 256U << 10U;
}  // namespace limits

struct StoredFile {
    std::string key;  // "<org id>/<sha256 hex>": an organisation's bytes are its own even when equal
    std::uint64_t bytes = 0;
    bool operator==(const StoredFile&) const = default;
};

// Is fed the bytes piece by piece; an error from it ends the transfer and is the transfer's error.
using Sink = std::function<Result<>(std::string_view piece)>;

class FileStore {
public:
    virtual ~FileStore() = default;
    // Durable when it returns; the same bytes again cost nothing. `source` is a whole file on disk.
    // Errors: file.not_found (the source), files.too_large, files.bad_owner (no id of an organisation), file.disk_full,
    // file.no_permission; S3: files.unreachable, files.refused (wrong key), files.no_bucket, files.failed.
    virtual Result<StoredFile> put(std::string_view org, const std::filesystem::path& source) = 0;
    virtual Result<StoredFile> put_bytes(std::string_view org, std::string_view bytes) = 0;
    // Errors: files.not_found, files.damaged (the digest does not match: told after the last piece).
    virtual Result<> get(const std::string& key, const Sink&) = 0;
    virtual Result<bool> exists(const std::string& key) = 0;
    virtual Result<> remove(const std::string& key) = 0;  // of what does not exist: fine
    // Every key, in order; for backup and for `shanqi doctor`.
    virtual Result<> list(const std::function<Result<>(const StoredFile&)>& each) = 0;
    // Removes what was put before `before` and what `unwanted` says of, in the order of keys; returns how many. What is
    // put again counts from then on, also when that happens in this moment.
    virtual Result<std::int64_t> sweep(Instant before,
                                       const std::function<Result<bool>(const std::string& key)>& unwanted) = 0;
};

// folder/<org id>/<first two digits>/<sha256 hex>; what is being written stands in folder/incoming under a lock of the
// process that writes it, and what a killed one left there is removed when a store is made. Any number of processes.
std::unique_ptr<FileStore> make_folder_store(std::filesystem::path folder);

struct S3Options {
    std::string endpoint, bucket, region, access_key, secret_key;  // path-style addresses: endpoint/bucket/key
    int list_page = 1'000;                                         // keys of one answer
    std::uint64_t part_bytes = 16U << 20U;                         // of an upload in parts; S3 wants 5 MiB at least
    std::uint64_t single_bytes_max = 64U << 20U;                   // a larger file goes up in parts
    std::function<void(std::chrono::milliseconds)> wait;           // before a retry; empty: sleeps
};
// Asks the server for the bucket. Errors: files.bad_settings, files.unreachable, files.refused, files.no_bucket.
Result<std::unique_ptr<FileStore>> make_s3_store(const S3Options&);

// "<org id>/<sha256 hex>" and nothing else: keys come from rows, and rows may have been edited.
bool is_file_key(std::string_view key);

}  // namespace shanqi::store
