// The object identifiers that verification knows, as the octets that stand in the file.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace shanqi::seal::oid {

namespace detail {
constexpr std::size_t arc_octets(unsigned arc) {
    std::size_t octets = 1;
    while ((arc >>= 7) != 0) ++octets;
    return octets;
}

template <unsigned first, unsigned second, unsigned... rest>
constexpr auto encode() {
    constexpr unsigned arcs[] = {first * 40 + second, rest...};
    constexpr std::size_t size = arc_octets(first * 40 + second) + (arc_octets(rest) + ... + 0);
    std::array<char, size> out{};
    std::size_t at = 0;
    for (const unsigned arc : arcs) {
        for (std::size_t left = arc_octets(arc); left-- > 0;)
            out[at++] = static_cast<char>((arc >> (7 * left) & 0x7F) | (left > 0 ? 0x80 : 0));
    }
    return out;
}

template <unsigned... arcs>
inline constexpr auto octets = encode<arcs...>();
}  // namespace detail

template <unsigned... arcs>
inline constexpr std::string_view of{detail::octets<arcs...>.data(), detail::octets<arcs...>.size()};

// RFC 5652, RFC 5035, RFC 6211, RFC 5940, RFC 3161; the last by Adobe ("Adobe Supplement to ISO 32000", 12.8.3.3.2).
inline constexpr auto data = of<1, 2, 840, 113549, 1, 7, 1>;
inline constexpr auto signed_data = of<1, 2, 840, 113549, 1, 7, 2>;
inline constexpr auto time_stamp_info = of<1, 2, 840, 113549, 1, 9, 16, 1, 4>;
inline constexpr auto content_type = of<1, 2, 840, 113549, 1, 9, 3>;
inline constexpr auto message_digest = of<1, 2, 840, 113549, 1, 9, 4>;
inline constexpr auto signing_time = of<1, 2, 840, 113549, 1, 9, 5>;
inline constexpr auto signing_certificate = of<1, 2, 840, 113549, 1, 9, 16, 2, 12>;
inline constexpr auto signing_certificate_v2 = of<1, 2, 840, 113549, 1, 9, 16, 2, 47>;
inline constexpr auto time_stamp_token = of<1, 2, 840, 113549, 1, 9, 16, 2, 14>;
inline constexpr auto algorithm_protection = of<1, 2, 840, 113549, 1, 9, 52>;
inline constexpr auto ocsp_response = of<1, 3, 6, 1, 5, 5, 7, 16, 2>;
inline constexpr auto adobe_revocation = of<1, 2, 840, 113583, 1, 1, 8>;

// RFC 5754, RFC 8017, RFC 5758, RFC 8410.
inline constexpr auto sha1 = of<1, 3, 14, 3, 2, 26>;
inline constexpr auto md5 = of<1, 2, 840, 113549, 2, 5>;
inline constexpr auto sha256 = of<2, 16, 840, 1, 101, 3, 4, 2, 1>;
inline constexpr auto sha384 = of<2, 16, 840, 1, 101, 3, 4, 2, 2>;
inline constexpr auto sha512 = of<2, 16, 840, 1, 101, 3, 4, 2, 3>;
inline constexpr auto rsa = of<1, 2, 840, 113549, 1, 1, 1>;
inline constexpr auto md5_with_rsa = of<1, 2, 840, 113549, 1, 1, 4>;
inline constexpr auto sha1_with_rsa = of<1, 2, 840, 113549, 1, 1, 5>;
inline constexpr auto mask_generation_1 = of<1, 2, 840, 113549, 1, 1, 8>;
inline constexpr auto rsa_pss = of<1, 2, 840, 113549, 1, 1, 10>;
inline constexpr auto sha256_with_rsa = of<1, 2, 840, 113549, 1, 1, 11>;
inline constexpr auto sha384_with_rsa = of<1, 2, 840, 113549, 1, 1, 12>;
inline constexpr auto sha512_with_rsa = of<1, 2, 840, 113549, 1, 1, 13>;
inline constexpr auto ecdsa_with_sha1 = of<1, 2, 840, 10045, 4, 1>;
inline constexpr auto ecdsa_with_sha256 = of<1, 2, 840, 10045, 4, 3, 2>;
inline constexpr auto ecdsa_with_sha384 = of<1, 2, 840, 10045, 4, 3, 3>;
inline constexpr auto ecdsa_with_sha512 = of<1, 2, 840, 10045, 4, 3, 4>;
inline constexpr auto ed25519 = of<1, 3, 101, 112>;

}  // namespace shanqi::seal::oid
