// Replies that are kept for whoever repeats a request (draft-ietf-httpapi-idempotency-key-header).
//
// A reply may hold what is shown only once (a new token), so the database alone must not give it away: it is encrypted
// under a key that is made from the Idempotency-Key, of which only a digest is stored. The web UI sends random UUIDs; a
// client that sends guessable keys weakens this for itself only.
#include <stdexcept>

#include "base/aead.hpp"
#include "base/digest.hpp"
#include "modules/house/house.hpp"

namespace shanqi::house {
namespace {

using store::Statement;

// Where the path names no organisation (POST /orgs): every key of a tenant's table begins with org_id.
constexpr std::string_view no_organisation = "00000000-0000-0000-0000-000000000000";

// Who has waited 24 hours may send the same key anew: the old row is replaced.
const Statement insert_reply{
    "INSERT INTO idempotency_replies (org_id, key_hash, request_digest, status, reply, created)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org_id, key_hash) DO UPDATE SET"
    " request_digest = excluded.request_digest, status = excluded.status, reply = excluded.reply,"
    " created = excluded.created WHERE idempotency_replies.created < $7"};
const Statement find_reply{
    "SELECT request_digest, status, reply FROM idempotency_replies"
    " WHERE org_id = $1 AND key_hash = $2 AND created >= $3"};
const Statement delete_old{"DELETE FROM idempotency_replies WHERE created < $1"};

std::string org_of(const http::Call& call) { return call.org.empty() ? std::string(no_organisation) : call.org.text(); }

// Two people may send the same key: the caller is part of what it means.
Sha256 digest_for(std::string_view use, const http::Call& call, std::string_view key) {
    const std::string actor = call.who.actor();
    return Sha256Stream()
        .update(use)
        .update(std::to_string(actor.size()))
        .update(":")
        .update(actor)
        .update(key)
        .finish();
}
std::string row_name(const http::Call& call, std::string_view key) {
    return hex(digest_for("shanqi idempotency row\n", call, key));
}
std::string reply_key(const http::Call& call, std::string_view key) {
    const Sha256 digest = digest_for("shanqi idempotency reply\n", call, key);
    return {digest.begin(), digest.end()};
}

Instant oldest(const Clock& clock) {
    return {clock.now().us - std::chrono::microseconds(limits::idempotency_kept).count()};
}

class Keeper final : public http::IdempotencyKeeper {
public:
    explicit Keeper(House& house) : house_(house) {}

    Result<std::optional<http::Reply>> find(const http::Call& call, const std::string& key,
                                            const std::string& request_digest) override {
        const std::optional<store::Row> row = TRY(house_.database.read([&](store::Reader& reader) {
            return reader.first(find_reply, {org_of(call), row_name(call, key), oldest(house_.clock)});
        }));
        if (!row) return std::optional<http::Reply>{};
        if (row->text(0) != request_digest) return fail(ErrorKind::invalid, "http.idempotency_mismatch");
        const std::string_view sealed = row->bytes(2);
        const std::optional<std::string> body =
            sealed.size() < aead::nonce_bytes ? std::nullopt
                                              : aead::open(reply_key(call, key), sealed.substr(0, aead::nonce_bytes),
                                                           request_digest, sealed.substr(aead::nonce_bytes));
        if (!body) throw std::runtime_error("a kept reply does not open");  // somebody changed the row
        http::Reply reply;
        reply.status = static_cast<int>(row->integer(1));
        reply.body = *body;
        return std::optional<http::Reply>(std::move(reply));
    }

private:
    House& house_;
};

}  // namespace

std::unique_ptr<http::IdempotencyKeeper> make_idempotency_keeper(House& house) {
    return std::make_unique<Keeper>(house);
}

Result<> keep_reply(store::Writer& writer, const House& house, const http::Call& call, const std::string& body) {
    if (body.size() > limits::idempotency_reply_bytes_max) throw std::length_error("a reply that is too long to keep");
    const std::string nonce = random_bytes(aead::nonce_bytes);
    const std::string sealed =
        nonce + aead::seal(reply_key(call, call.idempotency_key), nonce, call.request_digest, body);
    const std::int64_t kept =
        TRY(writer.execute(insert_reply, {org_of(call), row_name(call, call.idempotency_key), call.request_digest,
                                          call.status == 0 ? 201 : call.status, store::Bytes{sealed}, house.clock.now(),
                                          oldest(house.clock)}));
    if (kept == 0) return fail(ErrorKind::conflict, "house.idempotency_again");
    return {};
}

Result<std::int64_t> forget_replies(House& house) {
    const Instant before = oldest(house.clock);
    return house.database.write([&](store::Writer& writer) { return writer.execute(delete_old, {before}); });
}

}  // namespace shanqi::house
