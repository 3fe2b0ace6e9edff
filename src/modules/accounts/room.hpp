// What the handlers of this room share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "modules/accounts/account_store.hpp"
#include "modules/accounts/accounts.hpp"
#include "modules/accounts/outbox.hpp"
#include "modules/accounts/single_sign_on.hpp"

namespace shanqi::accounts {

constexpr std::string_view session_cookie = "shanqi_session";

struct Room {
    house::House& house;
    Settings settings;
    std::vector<std::unique_ptr<SignInProvider>> providers;
    Outbox outbox;

    Room(house::House&, Settings);
    SignInProvider* provider(std::string_view id) const;  // nullptr: none with this name
};
using RoomHandle = std::shared_ptr<Room>;

// A link that a browser opens; the token is behind the "#", so it is in no log and no Referer.
std::string link_to(const house::House&, const std::string& page, const std::string& token);

// The account behind a call that the guard admitted as "session".
Result<Account> account_of(store::Reader&, const http::Call&);

// An entry of something that an account did to itself: in each of its organisations, or, when it has none, in the
// installation's own trail. `proven`: false when somebody only said to be this account; the actor is then "nobody".
Result<> audit_account(store::Writer&, const house::House&, const http::Call&, const AccountId&,
                       std::string_view action, const std::vector<std::pair<std::string, std::string>>& details = {},
                       bool proven = true);
// An entry in `org`, of a call that may have no {org} in its path.
Result<> audit_in(store::Writer&, const house::House&, const http::Call&, const OrgId& org, const AccountId& actor,
                  std::string_view action, std::string_view object,
                  std::vector<std::pair<std::string, std::string>> details = {});

// One of each, called by module.cpp.
void add_session_routes(http::Router&, const RoomHandle&);
void add_sms_routes(http::Router&, const RoomHandle&);
void add_setup_routes(http::Router&, const RoomHandle&);
void add_account_routes(http::Router&, const RoomHandle&);
void add_totp_routes(http::Router&, const RoomHandle&);
void add_token_routes(http::Router&, const RoomHandle&);
void add_organisation_routes(http::Router&, const RoomHandle&);
void add_member_routes(http::Router&, const RoomHandle&);
void add_invitation_routes(http::Router&, const RoomHandle&);
void add_single_sign_on_routes(http::Router&, const RoomHandle&);
void add_unmasking_routes(http::Router&, const RoomHandle&);

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

}  // namespace shanqi::accounts
