#include "modules/operations/backup_stream.hpp"

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/aead.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/files.hpp"
#include "base/mac.hpp"
#include "base/password.hpp"

namespace shanqi::operations {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "SHANQI-BACKUP-1\n";
constexpr std::size_t salt_bytes = 16;

std::string big_endian(std::uint64_t number, std::size_t bytes) {
    std::string out(bytes, '\0');
    for (std::size_t i = bytes; i-- > 0; number >>= 8U) out[i] = static_cast<char>(number & 0xFFU);
    return out;
}

std::uint64_t number_of(std::string_view big_endian_bytes) {
    std::uint64_t number = 0;
    for (const char byte : big_endian_bytes) number = number << 8U | static_cast<unsigned char>(byte);
    return number;
}

// 11 bytes of number, one that says whether it is the last.
std::string nonce_of(std::uint64_t piece, bool last) { return big_endian(piece, 11) + (last ? '\x01' : '\0'); }

std::string digest_of(std::string_view bytes) {
    const Sha256 digest = sha256(bytes);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

struct Keys {
    std::string pieces;  // 32 bytes
    std::string proof;   // tells a wrong passphrase from a damaged file
};

Result<Keys> keys_of(std::string_view passphrase, std::string_view salt, const Argon2Cost& cost) {
    const std::string root = TRY(key_from_passphrase(passphrase, salt, cost, 32));
    return Keys{hkdf_sha256(root, salt, "shanqi backup pieces", aead::key_bytes),
                hkdf_sha256(root, salt, "shanqi backup proof", 16)};
}

struct File {
    int descriptor = -1;
    fs::path path;
    File() = default;
    File(int d, fs::path p) : descriptor(d), path(std::move(p)) {}
    File(File&& other) noexcept : descriptor(std::exchange(other.descriptor, -1)), path(std::move(other.path)) {}
    ~File() {
        if (descriptor >= 0) ::close(descriptor);
    }
    Result<> write_all(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return system_error(errno, path);
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return {};
    }
    // Fewer than asked for at the end of the file only.
    Result<std::string> read_up_to(std::size_t size) const {
        std::string out(size, '\0');
        std::size_t got = 0;
        while (got < size) {
            const ssize_t n = ::read(descriptor, out.data() + got, size - got);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return system_error(errno, path);
            if (n == 0) break;
            got += static_cast<std::size_t>(n);
        }
        out.resize(got);
        return out;
    }
};

class StreamWriter final : public BackupWriter {
public:
    StreamWriter(File part, fs::path target, std::string key, std::string context)
        : part_(std::move(part)), target_(std::move(target)), key_(std::move(key)), context_(std::move(context)) {}
    ~StreamWriter() override {
        if (!finished_) ::unlink(part_.path.c_str());
        wipe(key_);
    }

    Result<> write(std::string_view bytes) override {
        while (!bytes.empty()) {
            // A full piece is kept back until more comes: the last one must know that it is the last.
            if (buffer_.size() == limits::backup_piece_bytes) TRY_DO(flush(false));
            const std::size_t take = std::min(bytes.size(), limits::backup_piece_bytes - buffer_.size());
            buffer_.append(bytes.substr(0, take));
            bytes.remove_prefix(take);
        }
        return {};
    }

    Result<std::uint64_t> finish() override {
        TRY_DO(flush(true));
        if (::fsync(part_.descriptor) != 0) return system_error(errno, target_);
        struct stat status{};
        if (::fstat(part_.descriptor, &status) != 0) return system_error(errno, target_);
        // link() refuses an existing name, rename() would replace it.
        if (::link(part_.path.c_str(), target_.c_str()) != 0) {
            if (errno == EEXIST) return fail(ErrorKind::conflict, "backup.exists", {}, {.file = target_.string()});
            // Some file systems (FAT on a stick) have no hard links.
            if (::rename(part_.path.c_str(), target_.c_str()) != 0) return system_error(errno, target_);
        }
        ::unlink(part_.path.c_str());
        finished_ = true;
        const fs::path parent = target_.has_parent_path() ? target_.parent_path() : fs::path(".");
        const File folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), parent};
        if (folder.descriptor < 0 || ::fsync(folder.descriptor) != 0) return system_error(errno, parent);
        return static_cast<std::uint64_t>(status.st_size);
    }

private:
    Result<> flush(bool last) {
        const std::string sealed = aead::seal(key_, nonce_of(piece_++, last), context_, buffer_);
        buffer_.clear();
        TRY_DO(part_.write_all(big_endian(sealed.size(), 4)));
        return part_.write_all(sealed);
    }

    File part_;
    fs::path target_;
    std::string key_, context_, buffer_;
    std::uint64_t piece_ = 0;
    bool finished_ = false;
};

class StreamReader final : public BackupReader {
public:
    StreamReader(File file, std::string key, std::string context, std::string version, Instant created)
        : file_(std::move(file)),
          key_(std::move(key)),
          context_(std::move(context)),
          version_(std::move(version)),
          created_(created) {}
    ~StreamReader() override { wipe(key_); }

    Result<std::string> read(std::size_t size) override {
        std::string out;
        while (out.size() < size) {
            if (at_ == piece_.size()) {
                if (last_) return damaged();  // the frames inside ask for more than there is
                TRY_DO(next());
                continue;
            }
            const std::size_t take = std::min(size - out.size(), piece_.size() - at_);
            out.append(piece_, at_, take);
            at_ += take;
        }
        return out;
    }

    Result<bool> at_end() override {
        while (at_ == piece_.size() && !last_) TRY_DO(next());
        if (at_ < piece_.size()) return false;
        const std::string more = TRY(file_.read_up_to(1));
        if (!more.empty()) return damaged();  // something was appended
        return true;
    }

    const std::string& version() const override { return version_; }
    Instant created() const override { return created_; }

private:
    std::unexpected<Error> damaged() const {
        return fail(ErrorKind::invalid, "backup.damaged", {}, {.file = file_.path.string()});
    }
    std::unexpected<Error> cut() const {
        return fail(ErrorKind::invalid, "backup.cut", {}, {.file = file_.path.string()});
    }

    Result<> next() {
        const std::string size_bytes = TRY(file_.read_up_to(4));
        if (size_bytes.size() < 4) return cut();
        const std::uint64_t size = number_of(size_bytes);
        if (size < aead::tag_bytes || size > limits::backup_piece_bytes + aead::tag_bytes) return damaged();
        const std::string sealed = TRY(file_.read_up_to(size));
        if (sealed.size() < size) return cut();
        std::optional<std::string> plain = aead::open(key_, nonce_of(number_, false), context_, sealed);
        if (!plain) {
            plain = aead::open(key_, nonce_of(number_, true), context_, sealed);
            last_ = plain.has_value();
        }
        if (!plain) return damaged();
        ++number_;
        piece_ = std::move(*plain);
        at_ = 0;
        return {};
    }

    File file_;
    std::string key_, context_, version_, piece_;
    Instant created_;
    std::size_t at_ = 0;
    std::uint64_t number_ = 0;
    bool last_ = false;
};

struct Header {
    std::string salt, proof, version;
    Argon2Cost cost;
    Instant created;
};

std::string text_of(const Header& header) {
    return boost::json::serialize(boost::json::object{{"salt", base64url(header.salt)},
                                                      {"memory_kib", header.cost.memory_kib},
                                                      {"passes", header.cost.passes},
                                                      {"proof", base64url(header.proof)},
                                                      {"created_us", header.created.us},
                                                      {"version", header.version}});
}

std::optional<Header> header_of(std::string_view text) {
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
    if (error || !parsed.is_object()) return std::nullopt;
    const boost::json::object& object = parsed.as_object();
    const auto bytes = [&](const char* name) -> std::optional<std::string> {
        const auto* found = object.if_contains(name);
        if (found == nullptr || !found->is_string()) return std::nullopt;
        return from_base64url(std::string_view(found->get_string().data(), found->get_string().size()));
    };
    const auto number = [&](const char* name) -> std::int64_t {
        const auto* found = object.if_contains(name);
        return found != nullptr && found->is_int64() ? found->get_int64() : -1;
    };
    const auto salt = bytes("salt");
    const auto proof = bytes("proof");
    const std::int64_t memory = number("memory_kib"), passes = number("passes");
    const auto* version = object.if_contains("version");
    if (!salt || salt->size() != salt_bytes || !proof || memory < 8 || memory > limits::backup_memory_kib_max ||
        passes < 1 || passes > 16 || version == nullptr || !version->is_string())
        return std::nullopt;
    Header header{.salt = *salt,
                  .proof = *proof,
                  .version = std::string(version->get_string()),
                  .cost = {},
                  .created = Instant{number("created_us")}};
    header.cost.memory_kib = static_cast<std::uint32_t>(memory);
    header.cost.passes = static_cast<std::uint32_t>(passes);
    return header;
}

}  // namespace

Result<std::unique_ptr<BackupWriter>> create_backup_stream(const fs::path& path, std::string_view passphrase,
                                                           Instant now, std::string_view version) {
    if (passphrase.size() < limits::backup_passphrase_bytes_min)
        return fail(ErrorKind::invalid, "backup.short_passphrase",
                    {{"smallest", std::to_string(limits::backup_passphrase_bytes_min)}});
    std::error_code ignored;
    if (fs::exists(path, ignored)) return fail(ErrorKind::conflict, "backup.exists", {}, {.file = path.string()});
    Header header{
        .salt = random_bytes(salt_bytes), .proof = {}, .version = std::string(version), .cost = {}, .created = now};
    header.cost.memory_kib = limits::backup_memory_kib;
    header.cost.passes = limits::backup_passes;
    const Keys keys = TRY(keys_of(passphrase, header.salt, header.cost));
    header.proof = keys.proof;
    const std::string text = text_of(header);

    const fs::path part = path.string() + "." + hex(random_bytes(4)) + ".part";
    File file{::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), part};
    if (file.descriptor < 0) return system_error(errno, path);
    const std::string start = std::string(magic) + big_endian(text.size(), 4) + text;
    if (Result<> written = file.write_all(start); !written) {
        ::unlink(part.c_str());
        return std::unexpected(written.error());
    }
    return std::make_unique<StreamWriter>(std::move(file), path, keys.pieces, digest_of(text));
}

namespace {

struct Opened {
    File file;
    Header header;
    std::string header_text;
};

// Up to where the pieces begin.
Result<Opened> open_header(const fs::path& path) {
    File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC), path};
    if (file.descriptor < 0) return system_error(errno, path);
    const Place place{.file = path.string()};
    const std::string start = TRY(file.read_up_to(magic.size() + 4));
    if (!start.starts_with(magic)) return fail(ErrorKind::invalid, "backup.not_a_backup", {}, place);
    if (start.size() < magic.size() + 4) return fail(ErrorKind::invalid, "backup.cut", {}, place);
    const std::uint64_t size = number_of(std::string_view(start).substr(magic.size()));
    if (size > limits::backup_header_bytes_max) return fail(ErrorKind::invalid, "backup.damaged", {}, place);
    std::string text = TRY(file.read_up_to(size));
    if (text.size() < size) return fail(ErrorKind::invalid, "backup.cut", {}, place);
    std::optional<Header> header = header_of(text);
    if (!header) return fail(ErrorKind::invalid, "backup.damaged", {}, place);
    return Opened{std::move(file), std::move(*header), std::move(text)};
}

}  // namespace

Result<std::unique_ptr<BackupReader>> open_backup_stream(const fs::path& path, std::string_view passphrase) {
    Opened opened = TRY(open_header(path));
    const Keys keys = TRY(keys_of(passphrase, opened.header.salt, opened.header.cost));
    if (!equal_in_constant_time(keys.proof, opened.header.proof))
        return fail(ErrorKind::refused, "backup.wrong_passphrase", {}, {.file = path.string()});
    return std::make_unique<StreamReader>(std::move(opened.file), keys.pieces, digest_of(opened.header_text),
                                          opened.header.version, opened.header.created);
}

Result<Instant> backup_created(const fs::path& path) { return TRY(open_header(path)).header.created; }

}  // namespace shanqi::operations
