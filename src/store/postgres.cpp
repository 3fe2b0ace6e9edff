#include "store/backends.hpp"

namespace shanqi::store {

Result<std::unique_ptr<Database>> open_postgres(const DatabaseOptions&) {
    return fail(ErrorKind::system, "store.unreachable", {{"reason", "not built yet"}});
}

}  // namespace shanqi::store
