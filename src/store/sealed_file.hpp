// Files under a key: pieces of 64 KiB, each with its own tag, number, and the word whether it is the last (the STREAM
// construction: Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015), so that a file that was cut, whose pieces were
// exchanged, or that was prolonged, does not open.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi::store {

namespace limits {
constexpr std::size_t sealed_piece_bytes = 64U << 10U;
}

// "SHQF1\n" || salt (32) || pieces. Each file has a key of its own (HKDF of `key` with the salt), so the nonces are
// numbers. `to` is written whole, synced and renamed into place, or not at all; of a file that does not open, nothing
// stays. Errors: vault.damaged, and those of files (file.not_found, file.disk_full, …).
Result<> seal_file(std::string_view key, std::string_view context, const std::string& from, const std::string& to);
Result<> open_file(std::string_view key, std::string_view context, const std::string& from, const std::string& to);

}  // namespace shanqi::store
