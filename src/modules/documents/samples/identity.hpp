// Numbers that look right to a checker and belong to nobody.
#pragma once

#include <string>

namespace shanqi::sample {

// 164 is a prefix that, as far as we know, no operator has been given: eleven digits, 1[3-9], nobody's telephone.
std::string mobile_of(int sequence);

// 统一社会信用代码 of a public institution (12) with an area code that does not exist (99xxxx) and right check
// characters: GB 32100-2015, with GB 11714 for the nine characters of the organisation.
std::string credit_code_of(int sequence);

// 12345678.5 -> "１２３４５６７８．５": as typed with a Chinese input method.
std::string full_width(const std::string& ascii);

// 1234567 -> "1,234,567"
std::string with_thousands(long number);

}  // namespace shanqi::sample
