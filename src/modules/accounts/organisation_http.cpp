// Organisations: their names, code and logo.
#include "base/files.hpp"
#include "base/text.hpp"
#include "modules/accounts/organisation_store.hpp"
#include "modules/accounts/rules.hpp"
#include "modules/accounts/session_view.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;

struct OrganisationCreate {
    std::string name;
    std::optional<std::string> short_name, credit_code;
};
BOOST_DESCRIBE_STRUCT(OrganisationCreate, (), (name, short_name, credit_code))
struct OrganisationUpdate {
    OrgId org;
    std::string name;
    std::optional<std::string> short_name, credit_code;
};
BOOST_DESCRIBE_STRUCT(OrganisationUpdate, (), (org, name, short_name, credit_code))
struct OrgPlace {
    OrgId org;
};
BOOST_DESCRIBE_STRUCT(OrgPlace, (), (org))
struct Warning {
    std::string field, key, text;
};
BOOST_DESCRIBE_STRUCT(Warning, (), (field, key, text))
struct OrganisationView {
    OrgId id;
    std::string name, short_name, credit_code;
    std::vector<Warning> warnings;
    std::optional<std::string> logo_url;
};
BOOST_DESCRIBE_STRUCT(OrganisationView, (), (id, name, short_name, credit_code, warnings, logo_url))

Result<Organisation> checked(OrgId id, const std::string& name, const std::optional<std::string>& short_name,
                             const std::optional<std::string>& credit_code) {
    Organisation org{std::move(id), TRY(checked_name(name, limits::organisation_name_characters_max, "name")), {}, {}};
    if (short_name && !trimmed(*short_name).empty()) {
        org.short_name = TRY(checked_name(*short_name, limits::name_characters_max, "short_name"));
    }
    if (credit_code && !trimmed(*credit_code).empty()) {
        org.credit_code = TRY(checked_name(half_width(*credit_code), 32, "credit_code"));
    }
    return org;
}

OrganisationView view_of(const Call& call, const Organisation& org, bool has_logo) {
    OrganisationView view{org.id, org.name, org.short_name, org.credit_code, {}, {}};
    for (const std::string& key : credit_code_warnings(org.credit_code)) {
        view.warnings.push_back({"/credit_code", key, message(key, {}, call.request.language)});
    }
    if (has_logo) view.logo_url = "/api/v1/orgs/" + org.id.text() + "/logo";
    return view;
}

Result<OrganisationRow> row_of(store::Reader& reader, const OrgId& org) {
    auto row = TRY(find_organisation_row(reader, org));
    if (!row) return fail(ErrorKind::not_found, "http.not_found");
    return std::move(*row);
}

Result<OrganisationView> create(Room& room, Call& call, const OrganisationCreate& in) {
    house::House& house = room.house;
    const Organisation org = TRY(checked(OrgId::make(house.clock), in.name, in.short_name, in.credit_code));
    const Instant now = house.clock.now();
    const std::function<Result<OrganisationView>(store::Writer&)> work =
        [&](store::Writer& writer) -> Result<OrganisationView> {
        TRY_DO(insert_organisation(writer, org, now));
        TRY_DO(house.vault.create_key(writer, org.id));
        TRY_DO(insert_membership(writer, {org.id, call.who.account, house::Role::owner, "", now}));
        TRY_DO(audit_in(writer, house, call, org.id, call.who.account, "accounts.organisation_create",
                        "organisation:" + org.id.text()));
        return view_of(call, org, false);
    };
    return house::write_once(house, call, work);
}

Result<OrganisationView> show(Room& room, Call& call, const OrgPlace& in) {
    const auto row = TRY(room.house.database.read([&](store::Reader& reader) { return row_of(reader, in.org); }));
    return view_of(call, row.organisation, row.logo_key.has_value());
}

Result<OrganisationView> update(Room& room, Call& call, const OrganisationUpdate& in) {
    const Organisation org = TRY(checked(in.org, in.name, in.short_name, in.credit_code));
    return room.house.database.write([&](store::Writer& writer) -> Result<OrganisationView> {
        const OrganisationRow before = TRY(row_of(writer, in.org));
        TRY_DO(update_organisation(writer, org));
        TRY_DO(audit_in(writer, room.house, call, in.org, call.who.account, "accounts.organisation_update",
                        "organisation:" + in.org.text()));
        return view_of(call, org, before.logo_key.has_value());
    });
}

Result<OrganisationView> put_logo(Room& room, Call& call, const OrgPlace& in) {
    house::House& house = room.house;
    if (!call.request.upload) return fail(ErrorKind::invalid, "accounts.bad_logo");
    const std::string bytes = TRY(read_file(call.request.upload->file, limits::logo_bytes_max));
    const auto type = logo_type(bytes);
    if (!type) return fail(ErrorKind::invalid, "accounts.bad_logo");
    const store::StoredFile stored = TRY(house.files.put_bytes(in.org.text(), bytes));
    return house.database.write([&](store::Writer& writer) -> Result<OrganisationView> {
        const OrganisationRow before = TRY(row_of(writer, in.org));
        TRY_DO(update_logo(writer, in.org, stored.key, *type));
        TRY_DO(audit_in(writer, house, call, in.org, call.who.account, "accounts.logo_update",
                        "organisation:" + in.org.text()));
        return view_of(call, before.organisation, true);
    });
}

Result<http::Reply> get_logo(Room& room, const Call& call) {
    const auto row = TRY(room.house.database.read([&](store::Reader& reader) { return row_of(reader, call.org); }));
    if (!row.logo_key) return fail(ErrorKind::not_found, "http.not_found");
    std::string bytes;
    TRY_DO(room.house.files.get(*row.logo_key, [&](std::string_view piece) -> Result<> {
        bytes.append(piece);
        return {};
    }));
    http::Reply reply;
    reply.content_type = *row.logo_type;
    reply.headers = {{"Cache-Control", "private, max-age=300"}, {"X-Content-Type-Options", "nosniff"}};
    reply.body = std::move(bytes);
    return reply;
}

}  // namespace

void add_organisation_routes(http::Router& router, const RoomHandle& room) {
    router.add<OrganisationCreate, OrganisationView>(
        {.method = Method::post,
         .path = "/api/v1/orgs",
         .operation = "organisation_create",
         .permission = "administrator",
         .creates = true,
         .summary = "A new organisation, owned by the caller"},
        [room](Call& call, const OrganisationCreate& in) { return create(*room, call, in); });
    router.add<OrgPlace, OrganisationView>({.method = Method::get,
                                            .path = "/api/v1/orgs/{org}",
                                            .operation = "organisation_show",
                                            .permission = "member",
                                            .summary = "Names and code of an organisation"},
                                           [room](Call& call, const OrgPlace& in) { return show(*room, call, in); });
    router.add<OrganisationUpdate, OrganisationView>(
        {.method = Method::put,
         .path = "/api/v1/orgs/{org}",
         .operation = "organisation_update",
         .permission = "accounts.organisation_edit",
         .summary = "Change names and code; a doubtful code is a warning"},
        [room](Call& call, const OrganisationUpdate& in) { return update(*room, call, in); });
    router.add<OrgPlace, OrganisationView>(
        {.method = Method::put,
         .path = "/api/v1/orgs/{org}/logo",
         .operation = "logo_update",
         .permission = "accounts.organisation_edit",
         .upload = true,
         .body_bytes_max = limits::logo_bytes_max,
         .summary = "A PNG or JPEG of at most 1 MB"},
        [room](Call& call, const OrgPlace& in) { return put_logo(*room, call, in); });
    router.add_raw(
        {.method = Method::get,
         .path = "/api/v1/orgs/{org}/logo",
         .operation = "logo_show",
         .permission = "member",
         .summary = "The logo as it was uploaded"},
        [room](Call& call) { return get_logo(*room, call); }, "image/png");
}

}  // namespace shanqi::accounts
