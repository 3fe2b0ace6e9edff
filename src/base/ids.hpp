// Identifiers of rows: UUID version 7 (RFC 9562, 5.7), so that new rows stand at the end of an index. Strongly typed:
// the id of a person cannot be given where an organisation's is asked for.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace shanqi {

class Clock;

// "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d10": lower case, 36 characters, the only form that is stored and sent.
std::string new_uuid_v7(const Clock&);
bool is_uuid(std::string_view);  // of any version, lower case only

// using OrgId = Id<struct OrgTag>;
template <class Tag>
class Id {
public:
    Id() = default;  // empty: no row
    static std::optional<Id> parse(std::string_view text) {
        if (!is_uuid(text)) return std::nullopt;
        return Id(std::string(text));
    }
    static Id make(const Clock& clock) { return Id(new_uuid_v7(clock)); }
    // From a column or another place that has held ids only.
    static Id trusted(std::string text) { return Id(std::move(text)); }

    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    auto operator<=>(const Id&) const = default;

private:
    explicit Id(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

using OrgId = Id<struct OrgTag>;
using AccountId = Id<struct AccountTag>;
using JobId = Id<struct JobTag>;

}  // namespace shanqi
