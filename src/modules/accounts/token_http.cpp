// API tokens of one's own account.
#include <algorithm>
#include <cstdint>

#include "modules/accounts/rules.hpp"
#include "modules/accounts/secrets.hpp"
#include "modules/accounts/session_view.hpp"
#include "modules/lists/lists.hpp"

namespace shanqi::accounts {
namespace {

using http::Call;
using http::Method;

constexpr std::int64_t tokens_max = 50;  // of one account

struct TokenCreate {
    std::string name;
    std::vector<std::string> scopes;
    std::optional<Instant> expires;
};
BOOST_DESCRIBE_STRUCT(TokenCreate, (), (name, scopes, expires))
struct TokenView {
    std::string id, name;
    std::vector<std::string> scopes;
    Instant created;
    std::optional<Instant> last_used, expires;
};
BOOST_DESCRIBE_STRUCT(TokenView, (), (id, name, scopes, created, last_used, expires))
struct TokenCreated {
    std::string id, token, name;
    std::vector<std::string> scopes;
    std::optional<Instant> expires;
};
BOOST_DESCRIBE_STRUCT(TokenCreated, (), (id, token, name, scopes, expires))
BOOST_DEFINE_ENUM_CLASS(TokenState, valid, expired)
struct TokenListIn {
    std::optional<int> limit;
    std::optional<std::string> after, sort, text;  // text: a part of the name
    std::optional<TokenState> state;
};
BOOST_DESCRIBE_STRUCT(TokenListIn, (), (limit, after, sort, text, state))
struct TokenPlace {
    Id<struct TokenTag> token;
};
BOOST_DESCRIBE_STRUCT(TokenPlace, (), (token))

Result<TokenCreated> create(Room& room, Call& call, const TokenCreate& in) {
    house::House& house = room.house;
    const std::string name = TRY(checked_name(in.name, limits::name_characters_max, "name"));
    for (std::size_t i = 0; i < in.scopes.size(); i++) {
        if (std::ranges::find(house.permissions, in.scopes[i], &house::Permission::name) == house.permissions.end()) {
            return fail(ErrorKind::invalid, "accounts.unknown_scope", {}, {.field = "/scopes/" + std::to_string(i)});
        }
    }
    const Instant now = house.clock.now();
    if (in.expires && *in.expires <= now) {
        return fail(ErrorKind::invalid, "accounts.expired_already", {}, {.field = "/expires"});
    }
    const std::string token = new_api_token();
    ApiToken row{.id = new_uuid_v7(house.clock),
                 .account = call.who.account,
                 .name = name,
                 .token_hash = token_hash(token),
                 .scopes = in.scopes,
                 .created = now};
    if (in.expires) row.expires_us = in.expires->us;
    const std::function<Result<TokenCreated>(store::Writer&)> work =
        [&](store::Writer& writer) -> Result<TokenCreated> {
        if (TRY(count_api_tokens(writer, call.who.account)) >= tokens_max) {
            return fail(ErrorKind::conflict, "accounts.too_many_tokens", {{"most", std::to_string(tokens_max)}});
        }
        TRY_DO(insert_api_token(writer, row));
        TRY_DO(audit_account(writer, house, call, call.who.account, "accounts.token_create", {{"token", row.id}}));
        return TokenCreated{row.id, token, name, in.scopes, in.expires};
    };
    call.reply_headers.emplace_back("Cache-Control", "no-store");
    return house::write_once(house, call, work);
}

http::RowPlace place_of(const http::ListQuery& query, const ApiToken& row) {
    const std::string& sort = query.sort->name;
    if (sort == "name") return {row.name, row.id};
    if (sort == "last_used") return {row.last_used.us, row.id};
    if (sort == "expires") return {row.expires_us.value_or(INT64_MAX), row.id};
    return {row.created.us, row.id};
}

Result<http::Page<TokenView>> list(Room& room, Call& call, const TokenListIn& in) {
    http::ListQuery query = TRY(lists::page_query(token_listing(), in.limit, in.after, in.sort));
    using enum http::Filter::Operation;
    if (in.text && !in.text->empty()) lists::add_filter(query, "name", contains, *in.text);
    const std::int64_t now = room.house.clock.now().us;
    if (in.state) lists::add_filter(query, "expires", *in.state == TokenState::valid ? more : at_most, now);
    auto rows = TRY(room.house.database.read(
        [&](store::Reader& reader) { return list_api_tokens(reader, call.who.account, query); }));
    const auto page =
        http::page_of<ApiToken>(query, std::move(rows), [&](const ApiToken& row) { return place_of(query, row); });
    http::Page<TokenView> out{{}, page.next};
    for (const ApiToken& row : page.items) {
        TokenView view{row.id, row.name, row.scopes, row.created, {}, {}};
        if (row.last_used.us > 0) view.last_used = row.last_used;
        if (row.expires_us) view.expires = Instant{*row.expires_us};
        out.items.push_back(std::move(view));
    }
    return out;
}

Result<http::NoContent> revoke(Room& room, Call& call, const TokenPlace& in) {
    TRY_DO(room.house.database.write([&](store::Writer& writer) -> Result<> {
        if (!TRY(delete_api_token(writer, call.who.account, in.token.text()))) {
            return fail(ErrorKind::not_found, "http.not_found");
        }
        return audit_account(writer, room.house, call, call.who.account, "accounts.token_revoke",
                             {{"token", in.token.text()}});
    }));
    return http::NoContent{};
}

}  // namespace

void add_token_routes(http::Router& router, const RoomHandle& room) {
    router.add<TokenListIn, http::Page<TokenView>>(
        {.method = Method::get,
         .path = "/api/v1/account/tokens",
         .operation = "token_list",
         .permission = "session",
         .summary = "One's own API tokens"},
        [room](Call& call, const TokenListIn& in) { return list(*room, call, in); });
    router.add<TokenCreate, TokenCreated>(
        {.method = Method::post,
         .path = "/api/v1/account/tokens",
         .operation = "token_create",
         .permission = "session",
         .creates = true,
         .summary = "A new API token, shown once; no scopes: everything that one may"},
        [room](Call& call, const TokenCreate& in) { return create(*room, call, in); });
    router.add<TokenPlace, http::NoContent>(
        {.method = Method::del,
         .path = "/api/v1/account/tokens/{token}",
         .operation = "token_revoke",
         .permission = "session",
         .summary = "Revoke an API token at once"},
        [room](Call& call, const TokenPlace& in) { return revoke(*room, call, in); });
}

}  // namespace shanqi::accounts
