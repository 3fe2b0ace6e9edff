#include "app/server/key_change.hpp"

#include <unistd.h>

#include <memory>

#include "app/server/restore.hpp"
#include "app/server/settings.hpp"
#include "base/files.hpp"
#include "store/audit.hpp"
#include "store/database.hpp"

namespace shanqi::app {
namespace {

namespace fs = std::filesystem;

// While a change lasts: the next key file, or the next passphrase's salt and check value.
fs::path next_key_file(const fs::path& key) { return key.string() + ".next"; }
fs::path previous_key_file(const fs::path& key) { return key.string() + ".previous"; }
fs::path next_passphrase_folder(const fs::path& folder) { return folder / "next_passphrase"; }
constexpr const char* passphrase_file = "master_key.json";

bool is_there(const fs::path& file) {
    std::error_code error;
    return fs::exists(file, error);
}

// Nobody else writes: the lock of the folder and, on SQLite, of the file.
class Place {
public:
    static Result<std::unique_ptr<Place>> open(const Config& config) {
        auto place = std::make_unique<Place>();
        TRY_DO(no_unfinished_restore(config));
        place->folder = data_folder(config);
        if (!is_there(place->folder))
            return fail(ErrorKind::not_found, "app.data_folder_missing", {{"folder", place->folder.string()}});
        place->lock_ = TRY(lock_data_folder(place->folder));
        place->database = TRY(store::open_database({.url = database_url(config), .server = true}));
        place->source = key_source(config, place->folder);
        return place;
    }
    Place() = default;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
        database.reset();
        if (lock_ >= 0) ::close(lock_);
    }

    // Whether it opens what is in the database. Errors other than a wrong key end the change.
    Result<bool> fits(const store::MasterKey& key) const {
        const auto checked = store::check_master_key(*database, system_clock(), key);
        if (checked) return true;
        if (checked.error().key == "vault.wrong_master_key") return false;
        return std::unexpected(checked.error());
    }
    Result<std::int64_t> wrap_anew(const store::MasterKey& from, const store::MasterKey& to) const {
        const std::int64_t keys = TRY(store::rotate_master_key(*database, from, to));
        TRY_DO(database->write([](store::Writer& writer) -> Result<> {
            return store::append_audit(writer, system_clock(),
                                       {.org = store::installation_org(),
                                        .actor = "system:command",
                                        .action = "operations.master_key_change",
                                        .object = "installation"});
        }));
        return keys;
    }

    fs::path folder;
    std::unique_ptr<store::Database> database;
    store::MasterKeySource source;

private:
    int lock_ = -1;
};

Result<store::MasterKey> key_in(const fs::path& file, const fs::path& folder) {
    if (!is_there(file)) return store::create_key_file(file, folder);
    return store::load_master_key(
        {.data_folder = folder, .credentials_folder = {}, .key_file = file, .passphrase = {}});
}

// The old key stays as FILE.previous: a copy of the database from before the change opens with it alone.
Result<> put_in_place(const fs::path& key) {
    const fs::path previous = previous_key_file(key);
    std::error_code error;
    fs::remove(previous, error);
    fs::create_hard_link(key, previous, error);
    if (error) return system_error(error.value(), previous);
    return rename_durably(next_key_file(key), key);
}

Result<KeyChange> rotate_in_place(const Place& place) {
    const fs::path file = place.source.key_file, next = next_key_file(file);
    KeyChange change{.keys = 0, .finished_earlier_one = false, .in_force = file, .previous = previous_key_file(file)};
    const store::MasterKey old = TRY(store::load_master_key(place.source));
    if (TRY(place.fits(old))) {
        // A next key that a killed run left was never in force.
        const store::MasterKey fresh = TRY(key_in(next, place.folder));
        change.keys = TRY(place.wrap_anew(old, fresh));
    } else {
        if (!is_there(next) || !TRY(place.fits(TRY(key_in(next, place.folder)))))
            return fail(ErrorKind::refused, "vault.wrong_master_key");
        change.finished_earlier_one = true;
    }
    TRY_DO(put_in_place(file));
    return change;
}

Result<KeyChange> rotate_into(const Place& place, const fs::path& file) {
    KeyChange change{.keys = 0, .finished_earlier_one = false, .in_force = file, .previous = {}};
    const store::MasterKey old = TRY(store::load_master_key(place.source));
    const bool made = is_there(file);
    const store::MasterKey fresh = TRY(key_in(file, place.folder));
    if (TRY(place.fits(old))) {
        if (old.bytes == fresh.bytes) return fail(ErrorKind::conflict, "app.same_key", {}, {.file = file.string()});
        change.keys = TRY(place.wrap_anew(old, fresh));
        return change;
    }
    if (!made || !TRY(place.fits(fresh))) return fail(ErrorKind::refused, "vault.wrong_master_key");
    change.finished_earlier_one = true;
    return change;
}

}  // namespace

Result<KeyChange> rotate_master_key(const Config& config, const fs::path& new_file) {
    const auto place = TRY(Place::open(config));
    if (!new_file.empty()) return rotate_into(*place, new_file);
    if (place->source.key_file.empty() || has_credential(place->source))
        return fail(ErrorKind::refused, "app.key_change_needs_file");
    return rotate_in_place(*place);
}

Result<KeyChange> change_passphrase(const Config& config, const std::function<Result<std::string>(bool)>& new_one) {
    const auto place = TRY(Place::open(config));
    if (!place->source.passphrase || has_credential(place->source))
        return fail(ErrorKind::refused, "app.no_passphrase_in_force");
    const fs::path next = next_passphrase_folder(place->folder);
    store::MasterKeySource next_source{
        .data_folder = next, .credentials_folder = {}, .key_file = {}, .passphrase = new_one};
    KeyChange change;
    const store::MasterKey old = TRY(store::load_master_key(place->source));
    std::error_code error;
    if (TRY(place->fits(old))) {
        // What a killed run left was never in force, and nobody may know its passphrase any more.
        fs::remove_all(next, error);
        fs::create_directory(next, error);
        if (error) return system_error(error.value(), next);
        fs::permissions(next, fs::perms::owner_all, error);
        const store::MasterKey fresh = TRY(store::load_master_key(next_source));
        if (old.bytes == fresh.bytes) return fail(ErrorKind::conflict, "app.same_key");
        change.keys = TRY(place->wrap_anew(old, fresh));
    } else {
        if (!is_there(next / passphrase_file) || !TRY(place->fits(TRY(store::load_master_key(next_source)))))
            return fail(ErrorKind::refused, "vault.wrong_master_key");
        change.finished_earlier_one = true;
    }
    TRY_DO(write_file_durably(place->folder / passphrase_file,
                              TRY(read_file(next / passphrase_file, std::size_t{64} << 10U))));
    fs::remove_all(next, error);
    return change;
}

Error told_of_key_change(const Error& error, const store::MasterKeySource& source) {
    if (error.key != "vault.wrong_master_key" || has_credential(source)) return error;
    if (!source.key_file.empty() && is_there(next_key_file(source.key_file)))
        return {ErrorKind::refused, "app.key_change_unfinished", {{"file", next_key_file(source.key_file).string()}}};
    if (source.passphrase && is_there(next_passphrase_folder(source.data_folder) / passphrase_file))
        return {ErrorKind::refused, "app.passphrase_change_unfinished"};
    return error;
}

}  // namespace shanqi::app
