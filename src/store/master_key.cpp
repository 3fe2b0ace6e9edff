#include "store/master_key.hpp"

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/files.hpp"
#include "base/mac.hpp"
#include "base/password.hpp"
#include "base/text.hpp"

namespace shanqi::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t key_bytes = 32;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t file_bytes_max = 4096;
constexpr Argon2Cost passphrase_cost{64U << 10U, 3, 1};

bool is_inside(const fs::path& file, const fs::path& folder) {
    std::error_code ignored;
    const fs::path inner = fs::weakly_canonical(file, ignored), outer = fs::weakly_canonical(folder, ignored);
    const fs::path relative = inner.lexically_relative(outer);
    return !outer.empty() && !relative.empty() && *relative.begin() != "..";
}

std::optional<std::string> key_of_text(std::string bytes) {
    if (bytes.size() == key_bytes) return bytes;
    while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r' || bytes.back() == ' ')) bytes.pop_back();
    if (bytes.size() != key_bytes * 2) return std::nullopt;
    std::string key;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        int value = 0;
        for (const char c : bytes.substr(i, 2)) {
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0) return std::nullopt;
            value = value * 16 + digit;
        }
        key += static_cast<char>(value);
    }
    return key;
}

Result<MasterKey> read_key(const fs::path& path) {
    auto key = key_of_text(TRY(read_file(path, file_bytes_max)));
    if (!key) return fail(ErrorKind::invalid, "vault.bad_key_file", {}, {.file = path.string()});
    return MasterKey{std::move(*key)};
}

Result<MasterKey> from_key_file(const fs::path& path, const fs::path& data_folder) {
    if (is_inside(path, data_folder)) {
        return fail(ErrorKind::refused, "vault.key_file_in_data_folder", {}, {.file = path.string()});
    }
    struct stat about{};
    if (::stat(path.c_str(), &about) != 0) return system_error(errno, path);
    if ((about.st_mode & (S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH)) != 0) {
        return fail(ErrorKind::refused, "vault.key_file_readable", {}, {.file = path.string()});
    }
    return read_key(path);
}

// The check value tells a wrong passphrase before anything is opened with it; it costs a guess as much as the key.
std::string check_value(std::string_view key) { return base64url(hkdf_sha256(key, "", "shanqi.passphrase.check", 16)); }

Result<MasterKey> from_passphrase(const MasterKeySource& source) {
    const fs::path file = source.data_folder / "master_key.json";
    std::error_code error;
    if (!fs::exists(file, error)) {
        const std::string passphrase = TRY(source.passphrase(true));
        if (to_utf32(passphrase).size() < limits::passphrase_characters_min) {
            return fail(ErrorKind::invalid, "vault.short_passphrase",
                        {{"characters", std::to_string(limits::passphrase_characters_min)}});
        }
        const std::string salt = random_bytes(salt_bytes);
        MasterKey key{TRY(key_from_passphrase(passphrase, salt, passphrase_cost, key_bytes))};
        const boost::json::object kept{{"derivation", "argon2id"},         {"memory_kib", passphrase_cost.memory_kib},
                                       {"passes", passphrase_cost.passes}, {"lanes", passphrase_cost.lanes},
                                       {"salt", base64url(salt)},          {"check", check_value(key.bytes)}};
        TRY_DO(write_file_durably(file, boost::json::serialize(kept) + "\n"));
        return key;
    }
    const auto bad = [&] { return fail(ErrorKind::invalid, "vault.bad_passphrase_file", {}, {.file = file.string()}); };
    boost::system::error_code malformed;
    const boost::json::value kept = boost::json::parse(TRY(read_file(file, file_bytes_max)), malformed);
    if (malformed || !kept.is_object()) return bad();
    const auto number = [&](const char* name) -> std::uint32_t {
        const auto* value = kept.as_object().if_contains(name);
        return value != nullptr && value->is_int64() && value->as_int64() > 0 && value->as_int64() <= UINT32_MAX
                   ? static_cast<std::uint32_t>(value->as_int64())
                   : 0;
    };
    const auto text = [&](const char* name) -> std::string {
        const auto* value = kept.as_object().if_contains(name);
        return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
    };
    const auto salt = from_base64url(text("salt"));
    // Somebody who can write here must not be able to make the next derivation cheap.
    const Argon2Cost cost{number("memory_kib"), number("passes"), number("lanes")};
    if (!salt || salt->size() < salt_bytes || text("derivation") != "argon2id" ||
        cost.memory_kib < passphrase_cost.memory_kib || cost.passes < passphrase_cost.passes) {
        return bad();
    }
    const std::string passphrase = TRY(source.passphrase(false));
    MasterKey key{TRY(key_from_passphrase(passphrase, *salt, cost, key_bytes))};
    if (!equal_in_constant_time(check_value(key.bytes), text("check"))) {
        return fail(ErrorKind::refused, "vault.wrong_passphrase");
    }
    return key;
}

}  // namespace

Result<MasterKey> load_master_key(const MasterKeySource& source) {
    if (!source.credentials_folder.empty()) {
        const fs::path credential = fs::path(source.credentials_folder) / "shanqi-master-key";
        std::error_code error;
        // systemd keeps it in memory that only this service reads (systemd.exec(5), CREDENTIALS).
        if (fs::exists(credential, error)) return read_key(credential);
    }
    if (!source.key_file.empty()) return from_key_file(source.key_file, source.data_folder);
    if (source.passphrase) return from_passphrase(source);
    return fail(ErrorKind::invalid, "vault.no_master_key");
}

Result<MasterKey> create_key_file(const fs::path& path, const fs::path& data_folder) {
    if (is_inside(path, data_folder)) {
        return fail(ErrorKind::refused, "vault.key_file_in_data_folder", {}, {.file = path.string()});
    }
    MasterKey key{random_bytes(key_bytes)};
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST) {
        return fail(ErrorKind::conflict, "vault.key_file_exists", {}, {.file = path.string()});
    }
    if (descriptor < 0) return system_error(errno, path);
    const std::string text = hex(key.bytes) + "\n";
    const bool written =
        ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
    const int error_number = errno;
    ::close(descriptor);
    if (!written) {
        ::unlink(path.c_str());
        return system_error(error_number, path);
    }
    return key;
}

}  // namespace shanqi::store
