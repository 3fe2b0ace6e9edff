#include <algorithm>
#include <atomic>

#include "store/database.hpp"

namespace shanqi::store {
namespace {

// Statements are constants of many files, constructed before main() in an order that nobody knows: what they register
// in must need no construction itself, hence a list through the statements with constant-initialised ends.
constinit std::atomic<const Statement*> newest{nullptr};
constinit std::atomic<std::size_t> count{0};

}  // namespace

Statement::Statement(const char* sql, std::optional<Dialect> only)
    : sql_(sql), only_(only), index_(count.fetch_add(1)), next_(newest.load()) {
    while (!newest.compare_exchange_weak(next_, this)) {
    }
}

std::vector<const Statement*> Statement::all() {
    std::vector<const Statement*> statements;
    for (const Statement* each = newest.load(); each != nullptr; each = each->next_) statements.push_back(each);
    std::ranges::sort(statements, {}, &Statement::index);
    return statements;
}

}  // namespace shanqi::store
