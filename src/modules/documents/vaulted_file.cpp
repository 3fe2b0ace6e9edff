#include "modules/documents/vaulted_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.hpp"
#include "modules/documents/scratch_file.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;

// An empty file that others cannot read, before anything is written into it.
Result<int> open_private(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return system_error(errno, path);
    return descriptor;
}

Result<> write_piece(int descriptor, std::string_view piece, const fs::path& path) {
    while (!piece.empty()) {
        const ssize_t n = ::write(descriptor, piece.data(), piece.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error(errno, path);
        piece.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

}  // namespace

Result<std::string> put_sealed(house::House& house, const OrgId& org, const std::string& context,
                               const fs::path& plain) {
    const ScratchFile sealed(house.scratch, "sealed");
    TRY_DO(house.vault.seal_file(org, context, plain.string(), sealed.path().string()));
    return TRY(house.files.put(org.text(), sealed.path())).key;
}

Result<> get_sealed(house::House& house, const OrgId& org, const std::string& context, const std::string& key,
                    const fs::path& to) {
    const ScratchFile sealed(house.scratch, "sealed");
    const int descriptor = TRY(open_private(sealed.path()));
    Result<> got =
        house.files.get(key, [&](std::string_view piece) { return write_piece(descriptor, piece, sealed.path()); });
    if (::close(descriptor) != 0 && got) got = system_error(errno, sealed.path());
    TRY_DO(std::move(got));
    ::close(TRY(open_private(to)));
    return house.vault.open_file(org, context, sealed.path().string(), to.string());
}

}  // namespace shanqi::documents
