// From the folder of a run to what is published: documents in packs, register and list of refused rows, all sealed by
// the vault into the file store. A pack holds a group of documents one after another: a thousandth of the requests to
// an object store, and one document is still read by decrypting a few megabytes.
#pragma once

#include <filesystem>
#include <functional>

#include "modules/documents/runs.hpp"

namespace shanqi::documents {

namespace limits {
constexpr std::size_t pack_documents_max = 256;
constexpr std::int64_t pack_bytes_max = 32LL << 20;
}  // namespace limits

// Errors: documents.file_changed (a file is not as the register says), documents.interrupted when `should_stop`.
// What was put into the store stands in `results.files` also after an error.
Result<> collect(house::House&, const RunRow&, const std::filesystem::path& out, const SealReport&,
                 const std::function<bool()>& should_stop, RunResults& results);
// After a publish() that cannot have happened.
void forget(house::House&, const RunResults&);

std::uint32_t crc32_of(std::uint32_t begin, std::string_view bytes);

}  // namespace shanqi::documents
