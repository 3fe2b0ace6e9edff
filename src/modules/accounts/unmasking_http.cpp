// One masked value in clear, with a reason, written into the audit trail before it is shown.
#include <algorithm>

#include "base/text.hpp"
#include "modules/accounts/room.hpp"
#include "modules/accounts/rules.hpp"

namespace shanqi::accounts {
namespace {

struct Unmasking {
    OrgId org;
    std::string kind, object, field, reason;
};
BOOST_DESCRIBE_STRUCT(Unmasking, (), (org, kind, object, field, reason))
struct Unmasked {
    std::string value;
};
BOOST_DESCRIBE_STRUCT(Unmasked, (), (value))

Result<Unmasked> unmask(Room& room, http::Call& call, const Unmasking& in) {
    house::House& house = room.house;
    const auto field = std::ranges::find_if(house.sensitive_fields, [&](const house::SensitiveField& one) {
        return one.kind == in.kind && one.field == in.field;
    });
    // The object stands in the audit entry: an id, never a text that somebody made up.
    if (field == house.sensitive_fields.end() || !is_uuid(in.object)) {
        return fail(ErrorKind::not_found, "http.not_found");
    }
    if (!field->permission.empty() && !call.may(field->permission)) return fail(ErrorKind::refused, "http.forbidden");
    const auto reason = checked_name(in.reason, limits::reason_characters_max, "reason");
    if (!reason || to_utf32(*reason).size() < limits::reason_characters_min) {
        return fail(ErrorKind::invalid, "accounts.reason_needed",
                    {{"characters", std::to_string(limits::reason_characters_min)}}, {.field = "/reason"});
    }
    std::string value = TRY(field->read(house, call, in.object));
    TRY_DO(house.database.write([&](store::Writer& writer) -> Result<> {
        return audit_in(writer, house, call, in.org, call.who.account, "accounts.value_unmask",
                        in.kind + ":" + in.object, {{"field", in.field}, {"reason", *reason}});
    }));
    call.reply_headers.emplace_back("Cache-Control", "no-store");
    return Unmasked{std::move(value)};
}

}  // namespace

void add_unmasking_routes(http::Router& router, const RoomHandle& room) {
    router.add<Unmasking, Unmasked>({.method = http::Method::post,
                                     .path = "/api/v1/orgs/{org}/unmaskings",
                                     .operation = "value_unmask",
                                     .permission = "accounts.unmask",
                                     .rate = "unmask",
                                     .summary = "One masked value in clear; the reason goes into the audit trail"},
                                    [room](http::Call& call, const Unmasking& in) { return unmask(*room, call, in); });
}

}  // namespace shanqi::accounts
