#include "modules/operations/evidence.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/log.hpp"
#include "base/mac.hpp"
#include "modules/accounts/accounts.hpp"
#include "modules/operations/evidence_key.hpp"
#include "seal/verify/signed_data.hpp"
#include "store/audit_heads.hpp"

namespace shanqi::operations {
namespace {

constexpr const char* mac_use = "operations.audit_heads";
constexpr const char* by_organisation = "organisation";
constexpr const char* by_installation = "installation";

#define SHANQI_HEAD_COLUMNS "number, sequence, hash, sealed, key_kind, key_fingerprint, signature, mac"
const store::Statement select_heads{"SELECT " SHANQI_HEAD_COLUMNS
                                    " FROM audit_heads WHERE org_id = $1 ORDER BY number"};
const store::Statement select_last_head{"SELECT " SHANQI_HEAD_COLUMNS
                                        " FROM audit_heads WHERE org_id = $1 ORDER BY number DESC LIMIT 1"};
const store::Statement insert_head{"INSERT INTO audit_heads (org_id, " SHANQI_HEAD_COLUMNS
                                   ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
#undef SHANQI_HEAD_COLUMNS

struct Head {
    std::int64_t number = 0, sequence = 0;
    std::string hash;  // hex
    Instant sealed;
    std::string key_kind, key_fingerprint, signature, mac;

    std::string text() const { return std::to_string(sequence) + ":" + hash; }
};

Head head_of(const store::Row& row) {
    return {.number = row.integer(0),
            .sequence = row.integer(1),
            .hash = row.text(2),
            .sealed = row.instant(3),
            .key_kind = row.text(4),
            .key_fingerprint = row.text(5),
            .signature = row.bytes(6),
            .mac = row.text(7)};
}

std::string netstrings(std::initializer_list<std::string_view> fields) {
    std::string out;
    for (const std::string_view field : fields)
        out.append(std::to_string(field.size())).append(":").append(field).append(",");
    return out;
}

std::string signed_text(const OrgId& org, const Head& head) {
    return "shanqi-head-1\n" +
           netstrings({org.text(), std::to_string(head.number), std::to_string(head.sequence), head.hash,
                       std::to_string(head.sealed.us), head.key_kind, head.key_fingerprint});
}

Result<std::string> mac_of(house::House& house, const OrgId& org, const Head& head) {
    return house.vault.blind_index(org, mac_use, signed_text(org, head) + netstrings({head.signature}));
}

// "12:ab…" of store::audit_head().
Head head_from(const std::string& text) {
    const std::size_t colon = text.find(':');
    Head head;
    head.sequence = std::stoll(text.substr(0, colon));
    head.hash = text.substr(colon + 1);
    return head;
}

Result<> sign(house::House& house, const OrgId& org, const OrganisationKey& organisation_key, Head& head) {
    std::shared_ptr<const seal::SigningKey> key;
    if (organisation_key && org != store::installation_org()) key = TRY(organisation_key(org));
    if (key != nullptr) {
        head.key_kind = by_organisation;
        head.key_fingerprint = key->fingerprint();
        head.signature = TRY(key->sign_cms(sha256(signed_text(org, head))));
    } else {
        const EvidenceKey own = TRY(EvidenceKey::of(house));
        head.key_kind = by_installation;
        head.key_fingerprint = own.fingerprint();
        head.signature = TRY(own.sign(signed_text(org, head)));
    }
    head.mac = TRY(mac_of(house, org, head));
    return {};
}

// What is due for one organisation: the next head without its signature.
Result<std::optional<Head>> due(house::House& house, const OrgId& org, Instant now) {
    return house.database.read([&](store::Reader& reader) -> Result<std::optional<Head>> {
        Head next = head_from(TRY(store::audit_head(reader, org)));
        next.sealed = now;
        next.number = 1;
        if (next.sequence == 0) return std::nullopt;
        if (const std::optional<store::Row> row = TRY(reader.first(select_last_head, {org}))) {
            const Head last = head_of(*row);
            const bool same_day = china_time(last.sealed).date == china_time(next.sealed).date;
            // A chain that is shorter than its last head was cut: verify_trail tells it, and nothing is sealed over it.
            if (same_day || next.sequence <= last.sequence) return std::nullopt;
            next.number = last.number + 1;
        }
        return next;
    });
}

Result<bool> seal_head(house::House& house, const OrgId& org, const OrganisationKey& organisation_key, Instant now) {
    std::optional<Head> head = TRY(due(house, org, now));
    if (!head) return false;
    TRY_DO(house.vault.warm(org));
    TRY_DO(sign(house, org, organisation_key, *head));
    const Result<> written = house.database.write([&](store::Writer& writer) -> Result<> {
        TRY(writer.execute(insert_head, {org, head->number, head->sequence, head->hash, head->sealed, head->key_kind,
                                         head->key_fingerprint, store::Bytes{head->signature}, head->mac}));
        return {};
    });
    if (!written && written.error().key == "store.duplicate") return false;  // another process was first
    TRY_DO(written);
    log(LogLevel::info, "audit.head", {{"organisation", org.text()}, {"number", head->number}, {"head", head->text()}});
    return true;
}

bool signature_fits(const EvidenceKey& own, const OrgId& org, const Head& head) {
    const std::string text = signed_text(org, head);
    if (head.key_kind == by_installation)
        return own.fingerprint() == head.key_fingerprint && own.verifies(text, head.signature);
    const std::array<std::string_view, 1> covered = {text};
    const Result<seal::SignedData> found = seal::verify_signed_data(head.signature, covered);
    return found && found->signer->fingerprint() == head.key_fingerprint;
}

std::string_view name_of(store::AuditFault::Kind kind) {
    switch (kind) {
        case store::AuditFault::Kind::changed:
            return "changed";
        case store::AuditFault::Kind::missing:
            return "missing";
        case store::AuditFault::Kind::reordered:
            return "reordered";
        case store::AuditFault::Kind::not_sealed:
            return "not_sealed";
    }
    return "changed";
}

}  // namespace

bool TrailReport::is_whole() const {
    return std::ranges::all_of(faults, [](const TrailFault& fault) { return fault.kind == "not_sealed"; });
}

Result<std::int64_t> seal_heads(house::House& house, const OrganisationKey& organisation_key, Instant now) {
    std::vector<OrgId> all = {store::installation_org()};
    for (const accounts::Organisation& organisation :
         TRY(house.database.read([](store::Reader& reader) { return accounts::list_organisations(reader); })))
        all.push_back(organisation.id);
    std::int64_t sealed = 0;
    for (const OrgId& org : all) sealed += TRY(seal_head(house, org, organisation_key, now)) ? 1 : 0;
    return sealed;
}

Result<TrailReport> verify_trail(house::House& house, const OrgId& org, const std::string& expected_head) {
    TrailReport report;
    // The heads first: a chain that goes on meanwhile still holds them.
    const store::Rows rows =
        TRY(house.database.read([&](store::Reader& reader) { return reader.query(select_heads, {org}); }));
    std::vector<std::string> expected;
    std::optional<EvidenceKey> own;
    if (!rows.empty()) {
        TRY_DO(house.vault.warm(org));
        own.emplace(TRY(EvidenceKey::of(house)));
    }
    std::int64_t last = 0;
    for (const store::Row& row : rows) {
        const Head head = head_of(row);
        if (head.number != last + 1) report.faults.push_back({"head_missing", head.sequence, {}});
        last = head.number;
        const std::string mac = TRY(mac_of(house, org, head));
        if (!equal_in_constant_time(mac, head.mac) || !signature_fits(*own, org, head)) {
            report.faults.push_back({"head_forged", head.sequence, {}});
            continue;
        }
        expected.push_back(head.text());
        ++report.heads;
        report.last_head = head.sealed;
    }
    if (!expected_head.empty()) expected.push_back(expected_head);
    const store::AuditReport chain = TRY(store::verify_audit_against(house.database, org, expected));
    report.entries = chain.entries;
    report.head = chain.head;
    for (const store::AuditFault& fault : chain.faults)
        report.faults.push_back({name_of(fault.kind), fault.sequence, fault.entry_id});
    return report;
}

}  // namespace shanqi::operations
