// Files come first and rows after them, so that no row ever names a file that is not there; what a kill leaves between
// the two is removed here.
#include <string>
#include <unordered_set>

#include "modules/house/house.hpp"

namespace shanqi::house {
namespace {

Result<std::unordered_set<std::string>> named_files(House& house, const std::string& org) {
    return house.database.read([&](store::Reader& reader) -> Result<std::unordered_set<std::string>> {
        std::unordered_set<std::string> keys;
        for (const store::Statement* statement : house.file_keys)
            for (const store::Row& row : TRY(reader.query(*statement, {org}))) keys.insert(row.text(0));
        return keys;
    });
}

}  // namespace

Result<std::int64_t> sweep_files(House& house) {
    const Instant before{house.clock.now().us - std::chrono::microseconds(limits::unnamed_file_kept).count()};
    std::string org;  // keys come in order: one organisation after the other
    std::unordered_set<std::string> named;
    return house.files.sweep(before, [&](const std::string& key) -> Result<bool> {
        if (const std::string owner = key.substr(0, key.find('/')); owner != org) {
            named = TRY(named_files(house, owner));
            org = owner;
        }
        return !named.contains(key);
    });
}

}  // namespace shanqi::house
