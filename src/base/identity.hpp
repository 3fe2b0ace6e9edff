// Numbers that identify: mobile telephones, identity cards (GB 11643), organisations (GB 32100). Pure checks of
// half-width text without white space.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace shanqi {

bool is_mobile_number(std::string_view text);  // 11 digits, 1[3-9]

enum class IdentityNumberCheck : std::uint8_t { valid, wrong_form, wrong_date, wrong_check_digit };

// 18 characters: area, birth date, sequence, ISO 7064 MOD 11-2 check character. Any area is accepted: abolished
// counties stay in the numbers of those born there.
IdentityNumberCheck check_identity_number(std::string_view text);
std::optional<Date> birth_date(std::string_view identity_number);  // of one that is valid

// GB 32100-2015: 18 characters of an alphabet without I, O, S, V, Z.
bool is_credit_code_form(std::string_view text);
// The check character too. Some early codes that are legally in use fail it: warn, never refuse.
bool is_credit_code(std::string_view text);

bool is_email(std::string_view text);  // one address, as lists hold it; not the whole of RFC 5322

}  // namespace shanqi
