// The encrypted stream of a backup file. Layout:
//   "SHANQI-BACKUP-1\n", u32 size of the header, header (JSON: salt, cost, proof, time, version), pieces
// A piece is u32 size and AES-256-GCM(up to 1 MiB). Its nonce is its number and whether it is the last (the STREAM
// construction: Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015), the digest of the header is its context: what was
// cut off, reordered, repeated or changed does not open. The key comes from the passphrase by Argon2id (RFC 9106).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::operations {

namespace limits {
constexpr std::size_t backup_piece_bytes = 1U << 20U;
constexpr std::size_t backup_header_bytes_max = 4096;
constexpr std::size_t backup_passphrase_bytes_min = 8;
constexpr std::uint32_t backup_memory_kib = 64U << 10U;       // Argon2id, second choice of RFC 9106, 4
constexpr std::uint32_t backup_memory_kib_max = 512U << 10U;  // that a file may ask for
constexpr std::uint32_t backup_passes = 3;
}  // namespace limits

class BackupWriter {
public:
    virtual ~BackupWriter() = default;
    // Errors: file.disk_full and the like.
    virtual Result<> write(std::string_view bytes) = 0;
    // The last piece, fsync, rename to the name that was asked for; without it nothing of that name appears.
    virtual Result<std::uint64_t> finish() = 0;  // the bytes of the file
};
// Errors: backup.short_passphrase, backup.exists (never overwrites), file.*
Result<std::unique_ptr<BackupWriter>> create_backup_stream(const std::filesystem::path&, std::string_view passphrase,
                                                           Instant now, std::string_view version);

class BackupReader {
public:
    virtual ~BackupReader() = default;
    // Exactly `size` bytes. Errors: backup.damaged, backup.cut.
    virtual Result<std::string> read(std::size_t size) = 0;
    // Whether everything was read up to the last piece.
    virtual Result<bool> at_end() = 0;
    virtual const std::string& version() const = 0;  // of the program that made it
    virtual Instant created() const = 0;
};
// Errors: backup.not_a_backup, backup.wrong_passphrase, backup.damaged, backup.cut, file.*
Result<std::unique_ptr<BackupReader>> open_backup_stream(const std::filesystem::path&, std::string_view passphrase);

// When it was made, by its header alone: no passphrase, so nothing proves it.
Result<Instant> backup_created(const std::filesystem::path&);

}  // namespace shanqi::operations
