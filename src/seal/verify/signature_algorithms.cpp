#include "seal/verify/signature_algorithms.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <optional>

#include "seal/openssl_handles.hpp"
#include "seal/verify/object_identifiers.hpp"

namespace shanqi::seal {
namespace {

constexpr int rsa_bits_min = 2048;
constexpr std::size_t salt_bytes_max = 512;

using Method = std::unique_ptr<EVP_MD, Releaser<EVP_MD_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;

struct DigestKind {
    DigestAlgorithm algorithm;
    std::string_view name;
    std::string_view oid, rsa_oid, ecdsa_oid;
    const char* openssl_name;
};
constexpr std::array digests = {
    DigestKind{DigestAlgorithm::sha256, "SHA-256", oid::sha256, oid::sha256_with_rsa, oid::ecdsa_with_sha256, "SHA256"},
    DigestKind{DigestAlgorithm::sha384, "SHA-384", oid::sha384, oid::sha384_with_rsa, oid::ecdsa_with_sha384, "SHA384"},
    DigestKind{DigestAlgorithm::sha512, "SHA-512", oid::sha512, oid::sha512_with_rsa, oid::ecdsa_with_sha512, "SHA512"},
};
const DigestKind& kind_of(DigestAlgorithm algorithm) { return digests[static_cast<std::size_t>(algorithm)]; }

struct Weak {
    std::string_view oid, name;
};
constexpr std::array weak_algorithms = {
    Weak{oid::sha1, "SHA-1"},
    Weak{oid::md5, "MD5"},
    Weak{oid::sha1_with_rsa, "SHA-1"},
    Weak{oid::md5_with_rsa, "MD5"},
    Weak{oid::ecdsa_with_sha1, "SHA-1"},
};

std::unexpected<Error> weak(std::string_view name) {
    return fail(ErrorKind::refused, "verify.weak_algorithm", {{"algorithm", std::string(name)}});
}
std::unexpected<Error> unknown(std::string name) {
    return fail(ErrorKind::refused, "verify.unknown_algorithm", {{"algorithm", std::move(name)}});
}
std::unexpected<Error> mismatch() { return fail(ErrorKind::refused, "verify.signature_mismatch"); }

std::unexpected<Error> weak_or_unknown(std::string_view algorithm) {
    const auto* found = std::ranges::find(weak_algorithms, algorithm, &Weak::oid);
    return found != weak_algorithms.end() ? weak(found->name) : unknown(der::dotted(algorithm));
}

bool absent_or_null(const Algorithm& algorithm) {
    return algorithm.parameters.empty() || algorithm.parameters == std::string_view("\x05\x00", 2);
}

// Fetched once: EVP_sha256() looks the provider up again at every use.
const EVP_MD* method_of(DigestAlgorithm algorithm) {
    static const std::array<Method, digests.size()> methods = [] {
        std::array<Method, digests.size()> out;
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i].reset(EVP_MD_fetch(nullptr, digests[i].openssl_name, nullptr));
            must(out[i] != nullptr, "digest");
        }
        return out;
    }();
    return methods[static_cast<std::size_t>(algorithm)].get();
}

std::string digest_with(const EVP_MD* method, std::span<const std::string_view> pieces) {
    const DigestContext context(EVP_MD_CTX_new());
    must(context != nullptr && EVP_DigestInit_ex(context.get(), method, nullptr) == 1, "digest");
    for (const std::string_view piece : pieces)
        must(EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1, "digest");
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    must(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size) == 1, "digest");
    out.resize(size);
    return out;
}

// RSASSA-PSS-params (RFC 8017, A.2.3). Returns the length of the salt.
Result<int> read_pss_parameters(std::string_view parameters, DigestAlgorithm digest) {
    constexpr std::string_view what = "RSASSA-PSS-params";
    if (parameters.empty()) return weak("SHA-1");  // what the defaults mean
    der::Reader outer(parameters, what);
    der::Reader fields = TRY(outer.enter(der::read_sequence, what));
    const auto explicit_field = [&](std::uint8_t number) -> Result<std::optional<der::Element>> {
        const auto field = TRY(fields.next_if(der::read_constructed_0 + number));
        if (!field) return std::nullopt;
        der::Reader inside(field->content, what);
        const der::Element element = TRY(inside.next());
        TRY_DO(inside.finish());
        return element;
    };
    const auto hash = TRY(explicit_field(0));
    const auto mask = TRY(explicit_field(1));
    const auto salt = TRY(explicit_field(2));
    const auto trailer = TRY(explicit_field(3));
    TRY_DO(fields.finish());
    if (!hash || !mask) return weak("SHA-1");
    const Algorithm mask_algorithm = TRY(algorithm_of(mask->content));
    if (mask_algorithm.oid != oid::mask_generation_1) return unknown(der::dotted(mask_algorithm.oid));
    der::Reader mask_reader(mask_algorithm.parameters, what);
    const Algorithm mask_hash = TRY(read_algorithm(mask_reader));
    const Algorithm own_hash = TRY(algorithm_of(hash->content));
    const DigestAlgorithm mask_digest = TRY(digest_algorithm_of(mask_hash));
    const DigestAlgorithm own_digest = TRY(digest_algorithm_of(own_hash));
    // RFC 4056, 3: the same hash for the message, the mask and the attributes.
    if (own_digest != digest || mask_digest != digest) return der::broken(what);
    if (trailer && trailer->content != std::string_view("\x01", 1)) return der::broken(what);
    std::size_t salt_bytes = 20;
    if (salt) {
        const auto magnitude = der::unsigned_integer(*salt);
        if (!magnitude || magnitude->size() > 2) return der::broken(what);
        salt_bytes = 0;
        for (const char c : *magnitude) salt_bytes = salt_bytes << 8 | static_cast<unsigned char>(c);
    }
    if (salt_bytes > salt_bytes_max) return der::broken(what);
    return static_cast<int>(salt_bytes);
}

struct KeyDescription {
    bool is_rsa = false, is_elliptic = false, is_ed25519 = false;
    std::string size;  // "2048", "P-256"
};

Result<KeyDescription> describe(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS")) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits < rsa_bits_min) return weak("RSA " + std::to_string(bits));
        return KeyDescription{.is_rsa = true, .size = std::to_string(bits)};
    }
    if (EVP_PKEY_is_a(key, "ED25519")) return KeyDescription{.is_ed25519 = true};
    char group[64] = "";
    if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1) {
        const std::string_view name = group;
        if (name == "prime256v1" || name == "P-256") return KeyDescription{.is_elliptic = true, .size = "P-256"};
        if (name == "secp384r1" || name == "P-384") return KeyDescription{.is_elliptic = true, .size = "P-384"};
        if (name == "secp521r1" || name == "P-521") return KeyDescription{.is_elliptic = true, .size = "P-521"};
        return unknown("EC " + std::string(name));
    }
    const char* name = EVP_PKEY_get0_type_name(key);
    return unknown(name != nullptr ? name : "?");
}

// `salt_bytes`: RSA-PSS with this salt; none: PKCS #1 v1.5 or ECDSA.
bool holds(EVP_PKEY* key, DigestAlgorithm digest, std::string_view message, std::string_view signature, bool is_rsa,
           std::optional<int> salt_bytes) {
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1) return false;
    if (is_rsa &&
        EVP_PKEY_CTX_set_rsa_padding(context.get(), salt_bytes ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) != 1)
        return false;
    if (EVP_PKEY_CTX_set_signature_md(context.get(), method_of(digest)) != 1) return false;
    if (salt_bytes && (EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), method_of(digest)) != 1 ||
                       EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), *salt_bytes) != 1))
        return false;
    const std::string hash = digest_of(digest, {&message, 1});
    return EVP_PKEY_verify(context.get(), bytes_of(signature), signature.size(), bytes_of(hash), hash.size()) == 1;
}

bool holds_ed25519(EVP_PKEY* key, std::string_view message, std::string_view signature) {
    const DigestContext context(EVP_MD_CTX_new());
    return context != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) ==
               1;
}

}  // namespace

Result<Algorithm> read_algorithm(der::Reader& reader) {
    const der::Element element = TRY(reader.next(der::read_sequence));
    return algorithm_of(element.content);
}

Result<Algorithm> algorithm_of(std::string_view content) {
    der::Reader reader(content, "AlgorithmIdentifier");
    Algorithm out{.oid = TRY(reader.next(der::read_oid)).content, .parameters = {}};
    if (!reader.at_end()) out.parameters = TRY(reader.next()).whole;
    TRY_DO(reader.finish());
    return out;
}

bool same_algorithm(const Algorithm& a, const Algorithm& b) {
    return a.oid == b.oid && (a.parameters == b.parameters || (absent_or_null(a) && absent_or_null(b)));
}

Result<DigestAlgorithm> digest_algorithm_of(const Algorithm& algorithm) {
    const auto* found = std::ranges::find(digests, algorithm.oid, &DigestKind::oid);
    if (found == digests.end()) return weak_or_unknown(algorithm.oid);
    if (!absent_or_null(algorithm)) return der::broken("AlgorithmIdentifier");
    return found->algorithm;
}

std::string_view name_of(DigestAlgorithm algorithm) { return kind_of(algorithm).name; }

std::string digest_of(DigestAlgorithm algorithm, std::span<const std::string_view> pieces) {
    return digest_with(method_of(algorithm), pieces);
}

std::string sha1_of(std::string_view bytes) { return digest_with(EVP_sha1(), {&bytes, 1}); }

Result<std::string> check_signature(const Algorithm& algorithm, DigestAlgorithm digest, EVP_PKEY* key,
                                    std::string_view message, std::string_view signature) {
    const KeyDescription description = TRY(describe(key));
    const DigestKind& kind = kind_of(digest);
    const auto named = [&](bool ok, const std::string& name) -> Result<std::string> {
        ERR_clear_error();
        if (!ok) return mismatch();
        return name;
    };
    if (algorithm.oid == oid::rsa || algorithm.oid == kind.rsa_oid) {
        if (!absent_or_null(algorithm)) return der::broken("AlgorithmIdentifier");
        return named(description.is_rsa && holds(key, digest, message, signature, true, std::nullopt),
                     "RSA " + description.size);
    }
    if (algorithm.oid == oid::rsa_pss) {
        const int salt_bytes = TRY(read_pss_parameters(algorithm.parameters, digest));
        return named(description.is_rsa && holds(key, digest, message, signature, true, salt_bytes),
                     "RSA-PSS " + description.size);
    }
    if (algorithm.oid == kind.ecdsa_oid) {
        if (!algorithm.parameters.empty()) return der::broken("AlgorithmIdentifier");  // RFC 5754, 3.3
        return named(description.is_elliptic && holds(key, digest, message, signature, false, std::nullopt),
                     "ECDSA " + description.size);
    }
    if (algorithm.oid == oid::ed25519) {
        // RFC 8419, 3.1: with signed attributes the content is hashed by SHA-512.
        if (!algorithm.parameters.empty() || digest != DigestAlgorithm::sha512)
            return der::broken("AlgorithmIdentifier");
        return named(description.is_ed25519 && holds_ed25519(key, message, signature), "Ed25519");
    }
    const bool other_digest = std::ranges::any_of(
        digests, [&](const DigestKind& one) { return algorithm.oid == one.rsa_oid || algorithm.oid == one.ecdsa_oid; });
    if (other_digest) return der::broken("digestAlgorithm");  // the attributes by one digest, the content by another
    return weak_or_unknown(algorithm.oid);
}

}  // namespace shanqi::seal
