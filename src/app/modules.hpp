// Every room of the program: the only place that names them all.
#pragma once

#include <string_view>
#include <vector>

#include "modules/accounts/accounts.hpp"
#include "modules/house/house.hpp"
#include "modules/operations/operations.hpp"

namespace shanqi::app {

// In the order in which their tables depend on each other; house comes first.
const std::vector<std::string_view>& rooms_in_order();

struct ModuleSettings {
    accounts::Settings accounts;
    operations::Settings operations;
};
std::vector<house::Module> all_modules(ModuleSettings);

}  // namespace shanqi::app
