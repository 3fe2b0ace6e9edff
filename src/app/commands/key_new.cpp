#include "app/commands/key_new.hpp"

#include <array>
#include <utility>

#include "base/files.hpp"
#include "base/time.hpp"
#include "seal/seal.hpp"

namespace shanqi::app {
namespace {

Result<seal::KeyAlgorithm> algorithm_named(const std::string& name) {
    using enum seal::KeyAlgorithm;
    constexpr std::array known = {std::pair{"p256", p256}, std::pair{"rsa2048", rsa2048},
                                  std::pair{"rsa3072", rsa3072}};
    for (const auto& [known_name, algorithm] : known)
        if (name == known_name) return algorithm;
    return fail(ErrorKind::invalid, "seal.bad_algorithm", {{"value", name}});
}

Result<Error::Arguments> create(const KeyNewOptions& options) {
    const seal::KeyAlgorithm algorithm = TRY(algorithm_named(options.algorithm));
    const std::string password = TRY(read_password_file(options.password_file));
    const Instant now = system_clock().now();
    TRY_DO(seal::create_trial_key({options.name, options.folder, password, algorithm, now}));
    // Opened again: whoever leaves with a key leaves with one that works.
    const std::filesystem::path file = options.folder / "seal.p12";
    const auto key = TRY(seal::SigningKey::open(file, password, now));
    return Error::Arguments{{"key", file.string()},
                            {"ca", (options.folder / "ca.pem").string()},
                            {"until", iso_date(china_time(key->not_after()).date)}};
}

}  // namespace

int run_key_new(const KeyNewOptions& options, Language language, std::FILE* out) {
    const auto created = create(options);
    if (!created) {
        std::fprintf(stderr, "%s\n", message(created.error(), language).c_str());
        return 1;
    }
    std::fprintf(out, "%s\n", message("seal.key_created", *created, language).c_str());
    return 0;
}

}  // namespace shanqi::app
