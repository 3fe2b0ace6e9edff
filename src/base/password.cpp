#include "base/password.hpp"

#include <argon2.h>

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "base/digest.hpp"

namespace shanqi {
namespace {

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;
constexpr std::uint32_t memory_kib_max = 256U << 10U;

// A place in the small pool; what does not get one soon is refused at once, so that the other workers stay free.
class Turn {
public:
    static Result<> take() {
        std::unique_lock lock(mutex);
        if (waiting >= limits::passwords_waiting_max) return fail(ErrorKind::limit, "password.busy");
        waiting++;
        changed.wait(lock, [] { return running < limits::passwords_at_once; });
        waiting--;
        running++;
        return {};
    }
    Turn() = default;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        const std::scoped_lock lock(mutex);
        running--;
        changed.notify_one();
    }

private:
    static inline std::mutex mutex;
    static inline std::condition_variable changed;
    static inline int running = 0, waiting = 0;
};

void must(int status) {
    if (status != ARGON2_OK) throw std::runtime_error(argon2_error_message(status));
}

// "$argon2id$v=19$m=19456,…": the memory that checking it would take; 0 when it is no such text.
std::uint32_t memory_of(std::string_view hash) {
    constexpr std::string_view start = "$argon2id$v=19$m=";
    std::uint32_t memory = 0;
    if (!hash.starts_with(start)) return 0;
    hash.remove_prefix(start.size());
    const auto [end, error] = std::from_chars(hash.data(), hash.data() + hash.size(), memory);
    return error == std::errc{} && end != hash.data() + hash.size() && *end == ',' ? memory : 0;
}

}  // namespace

Result<std::string> hash_password(std::string_view password, const Argon2Cost& cost) {
    if (password.size() > limits::password_bytes_max) return fail(ErrorKind::invalid, "password.too_long");
    const std::string salt = random_bytes(salt_bytes);
    TRY_DO(Turn::take());
    const Turn turn;
    std::string out(argon2_encodedlen(cost.passes, cost.memory_kib, cost.lanes, salt_bytes, hash_bytes, Argon2_id),
                    '\0');
    must(argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, password.data(), password.size(), salt.data(),
                               salt.size(), hash_bytes, out.data(), out.size()));
    out.resize(out.find('\0'));
    return out;
}

Result<bool> verify_password(std::string_view hash, std::string_view password) {
    const std::uint32_t memory = memory_of(hash);
    if (memory == 0 || memory > memory_kib_max || password.size() > limits::password_bytes_max) return false;
    TRY_DO(Turn::take());
    const Turn turn;
    return argon2id_verify(std::string(hash).c_str(), password.data(), password.size()) == ARGON2_OK;
}

const std::string& password_hash_of_nobody() {
    // Not a secret: 32 zero bytes are not the hash of any password that can be found.
    static const std::string hash =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    return hash;
}

Result<std::string> key_from_passphrase(std::string_view passphrase, std::string_view salt, const Argon2Cost& cost,
                                        std::size_t bytes) {
    if (passphrase.size() > limits::password_bytes_max) return fail(ErrorKind::invalid, "password.too_long");
    if (cost.memory_kib > memory_kib_max || cost.passes == 0 || cost.passes > 16 || cost.lanes != 1 ||
        salt.size() < salt_bytes) {
        return fail(ErrorKind::invalid, "password.bad_cost");
    }
    TRY_DO(Turn::take());
    const Turn turn;
    std::string key(bytes, '\0');
    must(argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, passphrase.data(), passphrase.size(), salt.data(),
                           salt.size(), key.data(), key.size()));
    return key;
}

}  // namespace shanqi
