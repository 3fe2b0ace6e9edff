#include "modules/operations/settings_store.hpp"

namespace shanqi::operations {
namespace {

const store::Statement select_settings{"SELECT name, value FROM installation_settings"};
const store::Statement upsert_setting{
    "INSERT INTO installation_settings (name, value, changed_at) VALUES ($1, $2, $3) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at"};

}  // namespace

Result<InstallationSettings> read_settings(store::Reader& reader) {
    InstallationSettings settings;
    for (const store::Row& row : TRY(reader.query(select_settings))) settings[row.text(0)] = row.text(1);
    return settings;
}

Result<> write_setting(store::Writer& writer, const std::string& name, const std::string& value, Instant now) {
    TRY(writer.execute(upsert_setting, {name, value, now}));
    return {};
}

}  // namespace shanqi::operations
