#include "modules/documents/keys.hpp"
#include "modules/documents/module.hpp"

namespace shanqi::documents {
namespace {

#define SHANQI_KEY_COLUMNS                                                                                \
    "id, organisation, algorithm, fingerprint, ca_pem, trial, expires, created, created_by, p12_sealed, " \
    "password_sealed"

const store::Statement insert_sql{
    "INSERT INTO seal_keys (org_id, id, organisation, algorithm, fingerprint, ca_pem, trial, expires, created, "
    "created_by, p12_sealed, password_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};
const store::Statement same_sql{"SELECT id FROM seal_keys WHERE org_id = $1 AND fingerprint = $2"};
const store::Statement list_sql{"SELECT " SHANQI_KEY_COLUMNS " FROM seal_keys WHERE org_id = $1 ORDER BY id LIMIT 500"};
const store::Statement find_sql{"SELECT " SHANQI_KEY_COLUMNS " FROM seal_keys WHERE org_id = $1 AND id = $2"};

#undef SHANQI_KEY_COLUMNS

std::string file_context(const SealKeyId& id) { return "documents.seal_keys.p12:" + id.text(); }
std::string password_context(const SealKeyId& id) { return "documents.seal_keys.password:" + id.text(); }

SealKeyRow row_of(const OrgId& org, const store::Row& row) {
    return {.org = org,
            .id = row.id<SealKeyId>(0),
            .organisation = row.text(1),
            .algorithm = row.text(2),
            .fingerprint = row.text(3),
            .ca_pem = row.text(4),
            .trial = row.flag(5),
            .expires = row.instant(6),
            .created = row.instant(7),
            .created_by = row.text(8),
            .p12_sealed = row.text(9),
            .password_sealed = row.text(10)};
}

}  // namespace

Result<SealKeyRow> make_key_row(house::House& house, const OrgId& org, const std::string& actor, std::string_view p12,
                                std::string_view password) {
    const auto key = TRY(seal::SigningKey::read(p12, password, house.clock.now()));
    SealKeyRow row;
    row.org = org;
    row.id = SealKeyId::make(house.clock);
    row.organisation = key->subject_name();
    row.algorithm = key->algorithm();
    row.fingerprint = key->fingerprint();
    row.trial = key->is_trial();
    row.expires = key->not_after();
    row.created = house.clock.now();
    row.created_by = actor;
    TRY_DO(house.vault.warm(org));
    row.p12_sealed = TRY(house.vault.seal(org, file_context(row.id), p12));
    row.password_sealed = TRY(house.vault.seal(org, password_context(row.id), password));
    return row;
}

Result<> insert_key(store::Writer& writer, const SealKeyRow& row) {
    if (TRY(writer.first(same_sql, {row.org, row.fingerprint})))
        return fail(ErrorKind::conflict, "documents.key_there_already");
    TRY(writer.execute(insert_sql,
                       {row.org, row.id, row.organisation, row.algorithm, row.fingerprint, row.ca_pem, row.trial,
                        row.expires, row.created, row.created_by, row.p12_sealed, row.password_sealed}));
    return {};
}

Result<std::vector<SealKeyRow>> list_keys(store::Reader& reader, const OrgId& org) {
    std::vector<SealKeyRow> out;
    for (const store::Row& row : TRY(reader.query(list_sql, {org}))) out.push_back(row_of(org, row));
    return out;
}

Result<SealKeyRow> find_key(store::Reader& reader, const OrgId& org, const SealKeyId& id, const std::string& field) {
    const auto found = TRY(reader.first(find_sql, {org, id}));
    if (!found) return fail(ErrorKind::not_found, "documents.no_key", {}, {.field = field});
    return row_of(org, *found);
}

Result<std::shared_ptr<const seal::SigningKey>> open_key(house::House& house, const SealKeyRow& row) {
    const std::string p12 = TRY(house.vault.open(row.org, file_context(row.id), row.p12_sealed));
    const std::string password = TRY(house.vault.open(row.org, password_context(row.id), row.password_sealed));
    return seal::SigningKey::read(p12, password, house.clock.now());
}

Result<std::shared_ptr<const seal::SigningKey>> key_without_person(house::House& house, const OrgId& org) {
    const std::vector<SealKeyRow> keys =
        TRY(house.database.read([&](store::Reader& reader) { return list_keys(reader, org); }));
    TRY_DO(house.vault.warm(org));
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        if (key->trial || key->expires < house.clock.now()) continue;
        // One that cannot be opened any more is passed over: evidence is sealed with the next, or with our own.
        if (auto opened = open_key(house, *key)) return *opened;
    }
    return std::shared_ptr<const seal::SigningKey>();
}

}  // namespace shanqi::documents
