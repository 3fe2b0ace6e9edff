#include "store/vault.hpp"

#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/aead.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/mac.hpp"
#include "store/sealed_file.hpp"

namespace shanqi::store {
namespace {

const Statement insert_key{
    "INSERT INTO vault_keys (org_id, wrapped_key, created) VALUES ($1, $2, $3) ON CONFLICT (org_id) DO NOTHING"};
const Statement select_key{"SELECT wrapped_key FROM vault_keys WHERE org_id = $1"};
const Statement select_all_keys{"SELECT org_id, wrapped_key FROM vault_keys ORDER BY org_id"};
const Statement count_keys{"SELECT COUNT(*) FROM vault_keys"};
const Statement update_key{"UPDATE vault_keys SET wrapped_key = $2 WHERE org_id = $1"};

constexpr std::string_view format = "v1.";
constexpr std::size_t index_bytes = 16;

std::string sealed_text(std::string_view key, std::string_view context, std::string_view plain) {
    const std::string nonce = random_bytes(aead::nonce_bytes);
    return std::string(format) + base64url(nonce + aead::seal(key, nonce, context, plain));
}

std::optional<std::string> opened_text(std::string_view key, std::string_view context, std::string_view sealed) {
    if (!sealed.starts_with(format)) return std::nullopt;
    const auto bytes = from_base64url(sealed.substr(format.size()));
    if (!bytes || bytes->size() < aead::nonce_bytes + aead::tag_bytes) return std::nullopt;
    const std::string_view all = *bytes;
    return aead::open(key, all.substr(0, aead::nonce_bytes), context, all.substr(aead::nonce_bytes));
}

std::string wrap_context(const OrgId& org) { return "vault.key:" + org.text(); }

// The organisation stands in the context too, although its key is its own: two locks are no more work than one.
std::string value_context(const OrgId& org, std::string_view context) {
    return "value:" + org.text() + ":" + std::string(context);
}

struct OrgKeys {
    std::string key, value_key;
    explicit OrgKeys(std::string of) : key(std::move(of)), value_key(hkdf_sha256(key, "", "shanqi.value", 32)) {}
};

class DatabaseVault final : public Vault {
public:
    DatabaseVault(Database& database, const Clock& clock, MasterKey master)
        : database_(database), clock_(clock), master_(std::move(master)) {}

    Result<> create_key(Writer& writer, const OrgId& org) override {
        const std::string wrapped = sealed_text(master_.bytes, wrap_context(org), random_bytes(aead::key_bytes));
        TRY_DO(writer.execute(insert_key, {org, wrapped, clock_.now()}));
        return {};  // Read back at its first use: what was rolled back must not seal anything.
    }

    Result<> warm(const OrgId& org) override {
        TRY_DO(keys_of(org));
        return {};
    }

    Result<std::string> seal(const OrgId& org, std::string_view context, std::string_view plain) override {
        const auto keys = TRY(keys_of(org));
        return sealed_text(keys->value_key, value_context(org, context), plain);
    }

    Result<std::string> open(const OrgId& org, std::string_view context, std::string_view sealed) override {
        const auto keys = TRY(keys_of(org));
        auto plain = opened_text(keys->value_key, value_context(org, context), sealed);
        if (!plain) return fail(ErrorKind::system, "vault.damaged");
        return std::move(*plain);
    }

    Result<std::string> blind_index(const OrgId& org, std::string_view use, std::string_view value) override {
        const auto keys = TRY(keys_of(org));
        const std::string key = hkdf_sha256(keys->key, "", "shanqi.index:" + std::string(use), 32);
        return base64url(hmac_sha256(key, value).substr(0, index_bytes));
    }

    Result<> seal_file(const OrgId& org, std::string_view context, const std::string& from,
                       const std::string& to) override {
        const auto keys = TRY(keys_of(org));
        return shanqi::store::seal_file(keys->key, value_context(org, context), from, to);
    }

    Result<> open_file(const OrgId& org, std::string_view context, const std::string& from,
                       const std::string& to) override {
        const auto keys = TRY(keys_of(org));
        return shanqi::store::open_file(keys->key, value_context(org, context), from, to);
    }

private:
    Result<std::shared_ptr<const OrgKeys>> keys_of(const OrgId& org) {
        {
            const std::shared_lock lock(mutex_);
            if (const auto found = cache_.find(org.text()); found != cache_.end()) return found->second;
        }
        const auto row = TRY(database_.read([&](Reader& reader) { return reader.first(select_key, {org}); }));
        if (!row) return fail(ErrorKind::not_found, "vault.no_key");
        auto key = opened_text(master_.bytes, wrap_context(org), row->text(0));
        if (!key || key->size() != aead::key_bytes) return fail(ErrorKind::system, "vault.damaged");
        auto keys = std::make_shared<const OrgKeys>(std::move(*key));
        const std::unique_lock lock(mutex_);
        return cache_.try_emplace(org.text(), std::move(keys)).first->second;
    }

    Database& database_;
    const Clock& clock_;
    MasterKey master_;
    std::shared_mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const OrgKeys>> cache_;
};

}  // namespace

std::unique_ptr<Vault> make_vault(Database& database, const Clock& clock, MasterKey master) {
    return std::make_unique<DatabaseVault>(database, clock, std::move(master));
}

Result<> check_master_key(Database& database, const Clock& clock, const MasterKey& master) {
    const OrgId& org = installation_org();
    const std::string first = sealed_text(master.bytes, wrap_context(org), random_bytes(aead::key_bytes));
    const std::string wrapped = TRY(database.write([&](Writer& writer) -> Result<std::string> {
        // Two servers at their first start: one inserts, both read the same row.
        TRY_DO(writer.execute(insert_key, {org, first, clock.now()}));
        const auto row = TRY(writer.first(select_key, {org}));
        if (!row) return fail(ErrorKind::not_found, "vault.no_key");
        return row->text(0);
    }));
    if (!opened_text(master.bytes, wrap_context(org), wrapped)) {
        return fail(ErrorKind::refused, "vault.wrong_master_key");
    }
    return {};
}

Result<bool> has_wrapped_keys(Database& database) {
    return database.read([](Reader& reader) -> Result<bool> {
        const auto row = TRY(reader.first(count_keys));
        return row && row->integer(0) > 0;
    });
}

Result<std::int64_t> rotate_master_key(Database& database, const MasterKey& from, const MasterKey& to) {
    return database.write([&](Writer& writer) -> Result<std::int64_t> {
        const Rows rows = TRY(writer.query(select_all_keys));
        for (const Row& row : rows) {
            const OrgId org = row.id<OrgId>(0);
            const auto key = opened_text(from.bytes, wrap_context(org), row.text(1));
            if (!key) return fail(ErrorKind::refused, "vault.wrong_master_key");
            TRY_DO(writer.execute(update_key, {org, sealed_text(to.bytes, wrap_context(org), *key)}));
        }
        return static_cast<std::int64_t>(rows.size());
    });
}

}  // namespace shanqi::store
