// What an account is reached by and signs in with, and its end: rows, and the rules that several endpoints share.
#pragma once

#include <string>
#include <vector>

#include "modules/accounts/room.hpp"

namespace shanqi::accounts {

// By which an account is found and reached. Its name is the column's: "email", "phone".
BOOST_DEFINE_ENUM_CLASS(ContactKind, email, phone)

struct Contact {
    ContactKind kind = ContactKind::email;
    std::string value;          // in its one spelling
    std::string sealed, index;  // as they are stored with the account
};
// Normal, sealed for this account, indexed: made outside the transaction. Errors: accounts.bad_email,
// accounts.bad_phone. (people.cpp)
Result<Contact> prepare_contact(house::House&, const AccountId&, ContactKind, const std::string& value);
// Errors: accounts.contact_taken.
Result<> update_contact(store::Writer&, const AccountId&, const Contact&);

struct LinkedIdentity {
    std::string id;  // SHA-256 of provider and subject: the subject itself is the other server's affair
    std::string provider, subject;
    Instant created;
};
Result<std::vector<LinkedIdentity>> list_identities(store::Reader&, const AccountId&);
Result<> delete_identity(store::Writer&, const AccountId&, const LinkedIdentity&);

Result<std::int64_t> count_administrators(store::Reader&);
// Everything that is the account's own. Entries of the audit trail name it by its id alone and stay.
Result<> delete_account(store::Writer&, const AccountId&);

// Accounts are global, so who opens or changes one for a member must be above it in all its organisations, or a manager
// here could walk into the neighbour's house. Error: accounts.above_you. (member_http.cpp)
Result<> check_above(store::Reader&, const http::Call&, const Account& target);

void add_contact_routes(http::Router&, const RoomHandle&);
void add_leaving_routes(http::Router&, const RoomHandle&);

}  // namespace shanqi::accounts
