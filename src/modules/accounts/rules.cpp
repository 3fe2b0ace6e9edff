#include "modules/accounts/rules.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/identity.hpp"
#include "base/text.hpp"

namespace shanqi::accounts {
namespace {

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
int big_endian_16(std::string_view bytes, std::size_t at) {
    return static_cast<int>(byte_at(bytes, at) << 8U | byte_at(bytes, at + 1));
}
bool within(int width, int height) {
    return width > 0 && height > 0 && width <= limits::logo_pixels_max && height <= limits::logo_pixels_max;
}

bool is_png(std::string_view bytes) {
    // PNG (ISO/IEC 15948), 5.2 and 11.2.2: signature, then IHDR with width and height; IEND is the end.
    constexpr std::string_view signature("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    constexpr std::string_view end("\0\0\0\0IEND\xae\x42\x60\x82", 12);
    if (!bytes.starts_with(signature) || bytes.size() < 45 || !bytes.ends_with(end)) return false;
    if (big_endian_16(bytes, 16) != 0 || big_endian_16(bytes, 20) != 0) return false;
    return within(big_endian_16(bytes, 18), big_endian_16(bytes, 22));
}

bool is_jpeg(std::string_view bytes) {
    // ITU-T T.81, B.1: segments with lengths up to the first frame header, which holds the size.
    if (!bytes.starts_with("\xff\xd8\xff") || !bytes.ends_with("\xff\xd9")) return false;
    for (std::size_t at = 2; at + 9 < bytes.size();) {
        if (byte_at(bytes, at) != 0xFF) return false;
        const unsigned marker = byte_at(bytes, at + 1);
        if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
            return within(big_endian_16(bytes, at + 7), big_endian_16(bytes, at + 5));
        }
        if (marker == 0xDA) return false;
        const int size = big_endian_16(bytes, at + 2);
        if (size < 2) return false;
        at += 2 + static_cast<std::size_t>(size);
    }
    return false;
}

}  // namespace

std::optional<std::string> normal_email(std::string_view text) {
    std::string email = trimmed(half_width(text));
    std::ranges::transform(email, email.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (email.size() > 254 || !is_email(email)) return std::nullopt;
    return email;
}

std::optional<std::string> normal_phone(std::string_view text) {
    std::string phone = half_width(text);
    std::erase_if(phone, [](char c) { return c == ' ' || c == '-' || c == '\t'; });
    phone = trimmed(phone);
    for (const std::string_view prefix : {"+86", "0086"}) {
        if (phone.starts_with(prefix)) phone.erase(0, prefix.size());
    }
    if (!is_mobile_number(phone)) return std::nullopt;
    return phone;
}

std::optional<std::string> normal_login(std::string_view text) {
    if (auto phone = normal_phone(text)) return phone;
    return normal_email(text);
}

std::string masked_phone(std::string_view phone) {
    if (phone.size() < 8) return phone.empty() ? "" : "****";
    return std::string(phone.substr(0, 3)) + "****" + std::string(phone.substr(phone.size() - 4));
}

std::string masked_email(std::string_view email) {
    const auto at = email.find('@');
    if (at == std::string_view::npos || at == 0) return email.empty() ? "" : "***";
    return std::string(email.substr(0, 1)) + "***" + std::string(email.substr(at));
}

Result<std::string> checked_name(std::string_view text, std::size_t most, std::string_view field) {
    std::string name = trimmed(text);
    const std::u32string characters = to_utf32(name);
    const bool control = std::ranges::any_of(characters, [](char32_t c) {
        return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    });
    if (!is_utf8(name) || name.empty() || characters.size() > most || control) {
        return fail(ErrorKind::invalid, "accounts.bad_name", {{"most", std::to_string(most)}},
                    {.field = "/" + std::string(field)});
    }
    return name;
}

Result<> check_password(std::string_view password, const std::vector<std::string>& about_the_person) {
    const std::u32string characters = to_utf32(password);
    bool weak = characters.size() < limits::password_characters_min ||
                std::set<char32_t>(characters.begin(), characters.end()).size() < limits::password_distinct_min;
    // Ascending and descending runs: 1234567890, abcdefghij.
    const auto runs = [&](int step) {
        return std::ranges::adjacent_find(characters, [step](char32_t a, char32_t b) {
                   return static_cast<int>(b) != static_cast<int>(a) + step;
               }) == characters.end();
    };
    weak = weak || runs(1) || runs(-1) || folded(password) == "1234567890" || folded(password) == "password123";
    for (const std::string& word : about_the_person) {
        const std::string plain = folded(word);
        weak = weak || (!plain.empty() && (folded(password) == plain || folded(password) == plain + plain));
    }
    if (weak) {
        return fail(ErrorKind::invalid, "accounts.weak_password",
                    {{"characters", std::to_string(limits::password_characters_min)}}, {.field = "/password"});
    }
    return {};
}

std::vector<std::string> credit_code_warnings(std::string_view code) {
    if (code.empty() || is_credit_code(code)) return {};
    if (!is_credit_code_form(code)) return {"accounts.credit_code_form"};
    return {"accounts.credit_code_check"};
}

std::optional<std::string> logo_type(std::string_view bytes) {
    if (bytes.size() > limits::logo_bytes_max) return std::nullopt;
    if (is_png(bytes)) return "image/png";
    if (is_jpeg(bytes)) return "image/jpeg";
    return std::nullopt;
}

std::string device_of(std::string_view user_agent) {
    using Pairs = std::array<std::pair<std::string_view, std::string_view>, 7>;
    // The first that is named wins: WeChat and Edge name Chrome, Chrome names Safari.
    constexpr Pairs browsers{{{"wxwork", "企业微信"},
                              {"MicroMessenger", "微信"},
                              {"Edg", "Edge"},
                              {"Firefox", "Firefox"},
                              {"Chrom", "Chrome"},
                              {"Safari", "Safari"},
                              {"curl", "curl"}}};
    constexpr Pairs systems{{{"HarmonyOS", "HarmonyOS"},
                             {"Android", "Android"},
                             {"iPhone", "iPhone"},
                             {"iPad", "iPad"},
                             {"Mac OS", "macOS"},
                             {"Windows", "Windows"},
                             {"Linux", "Linux"}}};
    const auto named = [&](const Pairs& pairs) -> std::string {
        const auto found = std::ranges::find_if(
            pairs, [&](const auto& pair) { return user_agent.find(pair.first) != std::string_view::npos; });
        return found == pairs.end() ? "" : std::string(found->second);
    };
    const std::string browser = named(browsers), system = named(systems);
    return browser + (browser.empty() || system.empty() ? "" : " · ") + system;
}

bool sees_own_only(house::Role role) { return role == house::Role::partner || role == house::Role::volunteer; }

bool may_manage(house::Role actor, house::Role role) {
    return actor == house::Role::owner || (actor == house::Role::manager && role != house::Role::owner);
}

std::vector<std::string> permissions_of(house::Role role, const std::vector<house::Permission>& all) {
    std::vector<std::string> names;
    for (const house::Permission& permission : all) {
        if (role == house::Role::owner || std::ranges::find(permission.roles, role) != permission.roles.end()) {
            names.push_back(permission.name);
        }
    }
    return names;
}

}  // namespace shanqi::accounts
