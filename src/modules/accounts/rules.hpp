// Rules without a database: how logins are written, what is shown masked, which passwords are accepted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "modules/house/house.hpp"

namespace shanqi::accounts {

namespace limits {
constexpr std::size_t name_characters_max = 60;
constexpr std::size_t organisation_name_characters_max = 100;
constexpr std::size_t reason_characters_min = 4;
constexpr std::size_t reason_characters_max = 200;
constexpr std::size_t password_characters_min = 10;
constexpr std::size_t password_distinct_min = 5;
constexpr std::uint64_t logo_bytes_max = 1U << 20U;
constexpr int logo_pixels_max = 4096;  // a side
}  // namespace limits

// One spelling per login, so that the blind index finds it: half-width, trimmed; an e-mail in lower case, a mobile
// number as 11 digits (+86, spaces and hyphens removed). None: neither.
std::optional<std::string> normal_email(std::string_view);
std::optional<std::string> normal_phone(std::string_view);
std::optional<std::string> normal_login(std::string_view);

std::string masked_phone(std::string_view phone);  // 138****8000
std::string masked_email(std::string_view email);  // z***@example.org

// 1..most characters after trimming, no control characters. Errors: accounts.bad_name {most}.
Result<std::string> checked_name(std::string_view, std::size_t most, std::string_view field);

// Length, not classes of characters (NIST SP 800-63B, 5.1.1.2): ten at least, five different ones, and not the login or
// name itself. Errors: accounts.weak_password.
Result<> check_password(std::string_view password, const std::vector<std::string>& about_the_person);

// Sentences' keys: what looks wrong with a 统一社会信用代码 (GB 32100). Warnings, never a refusal: some early codes
// that are legally in use fail the check character.
std::vector<std::string> credit_code_warnings(std::string_view code);

// "image/png" or "image/jpeg" by content, when its size in pixels is readable and within limits; none otherwise.
std::optional<std::string> logo_type(std::string_view bytes);

// "Chrome · Windows": what a person recognises a session by.
std::string device_of(std::string_view user_agent);

bool sees_own_only(house::Role);
// Whether `actor` may give, change or take `role`: managers manage everybody but owners.
bool may_manage(house::Role actor, house::Role role);
std::vector<std::string> permissions_of(house::Role, const std::vector<house::Permission>&);

}  // namespace shanqi::accounts
