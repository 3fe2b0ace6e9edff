#include "store/sealed_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>

#include "base/aead.hpp"
#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/mac.hpp"

namespace shanqi::store {
namespace {

constexpr std::string_view magic = "SHQF1\n";
constexpr std::size_t salt_bytes = 32;

class Input {
public:
    static Result<Input> open(const std::string& path) {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) return system_error(errno, path);
        return Input(descriptor, path);
    }
    Input(Input&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}
    Input& operator=(Input&&) = delete;
    ~Input() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    // As many bytes as asked for, fewer only at the end.
    Result<std::string> read(std::size_t bytes) {
        std::string out(bytes, '\0');
        std::size_t got = 0;
        while (got < bytes) {
            const ssize_t now = ::read(descriptor_, out.data() + got, bytes - got);
            if (now < 0 && errno == EINTR) continue;
            if (now < 0) return system_error(errno, path_);
            if (now == 0) break;
            got += static_cast<std::size_t>(now);
        }
        out.resize(got);
        return out;
    }

private:
    Input(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
    int descriptor_;
    std::string path_;
};

// Written beside, renamed by keep(); removed when that was not reached.
class Output {
public:
    static Result<Output> create(const std::string& path) {
        std::string beside = path + "." + hex(random_bytes(8)) + ".part";
        const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor < 0) return system_error(errno, path);
        return Output(descriptor, path, std::move(beside));
    }
    Output(Output&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)),
          path_(std::move(other.path_)),
          beside_(std::move(other.beside_)) {}
    Output& operator=(Output&&) = delete;
    ~Output() {
        if (descriptor_ < 0) return;
        ::close(descriptor_);
        ::unlink(beside_.c_str());
    }
    Result<> write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t now = ::write(descriptor_, bytes.data(), bytes.size());
            if (now < 0 && errno == EINTR) continue;
            if (now < 0) return system_error(errno, path_);
            bytes.remove_prefix(static_cast<std::size_t>(now));
        }
        return {};
    }
    Result<> keep() {
        if (::fsync(descriptor_) != 0) return system_error(errno, path_);
        if (::rename(beside_.c_str(), path_.c_str()) != 0) return system_error(errno, path_);
        ::close(std::exchange(descriptor_, -1));
        std::filesystem::path folder = std::filesystem::path(path_).parent_path();
        if (folder.empty()) folder = ".";
        const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (handle < 0) return system_error(errno, folder);
        const int status = ::fsync(handle);
        const int error_number = errno;
        ::close(handle);
        if (status != 0) return system_error(error_number, folder);
        return {};
    }

private:
    Output(int descriptor, std::string path, std::string beside)
        : descriptor_(descriptor), path_(std::move(path)), beside_(std::move(beside)) {}
    int descriptor_;
    std::string path_, beside_;
};

// 11 bytes of number, one byte that says whether more follows.
std::string nonce_of(std::uint64_t piece, bool last) {
    std::string nonce(aead::nonce_bytes, '\0');
    for (std::size_t i = 0; i < 8; i++) nonce[10 - i] = static_cast<char>(piece >> (8 * i) & 0xFFU);
    nonce[11] = last ? 1 : 0;
    return nonce;
}

std::string file_key(std::string_view key, std::string_view salt) {
    return hkdf_sha256(key, salt, "shanqi.file", aead::key_bytes);
}

// Reads one piece ahead: the last one is known only when nothing follows.
template <class Work>
Result<> each_piece(Input& input, std::size_t piece_bytes, Work&& work) {
    std::string piece = TRY(input.read(piece_bytes));
    for (std::uint64_t number = 0;; number++) {
        std::string next = piece.size() == piece_bytes ? TRY(input.read(piece_bytes)) : std::string();
        const bool last = next.empty();
        TRY_DO(work(piece, nonce_of(number, last)));
        if (last) return {};
        piece = std::move(next);
    }
}

}  // namespace

Result<> seal_file(std::string_view key, std::string_view context, const std::string& from, const std::string& to) {
    Input input = TRY(Input::open(from));
    Output output = TRY(Output::create(to));
    const std::string salt = random_bytes(salt_bytes);
    const std::string own_key = file_key(key, salt);
    TRY_DO(output.write(std::string(magic) + salt));
    TRY_DO(each_piece(input, limits::sealed_piece_bytes, [&](const std::string& piece, const std::string& nonce) {
        return output.write(aead::seal(own_key, nonce, context, piece));
    }));
    return output.keep();
}

Result<> open_file(std::string_view key, std::string_view context, const std::string& from, const std::string& to) {
    Input input = TRY(Input::open(from));
    const std::string head = TRY(input.read(magic.size() + salt_bytes));
    if (head.size() != magic.size() + salt_bytes || !head.starts_with(magic)) {
        return fail(ErrorKind::system, "vault.damaged");
    }
    Output output = TRY(Output::create(to));
    const std::string own_key = file_key(key, std::string_view(head).substr(magic.size()));
    TRY_DO(each_piece(input, limits::sealed_piece_bytes + aead::tag_bytes,
                      [&](const std::string& piece, const std::string& nonce) -> Result<> {
                          const auto plain = aead::open(own_key, nonce, context, piece);
                          if (!plain) return fail(ErrorKind::system, "vault.damaged");
                          return output.write(*plain);
                      }));
    return output.keep();
}

}  // namespace shanqi::store
