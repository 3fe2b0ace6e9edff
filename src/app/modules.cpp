#include "app/modules.hpp"

#include "modules/documents/module.hpp"

namespace shanqi::app {

const std::vector<std::string_view>& rooms_in_order() {
    static const std::vector<std::string_view> rooms = {"house", "accounts", "operations", "documents"};
    return rooms;
}

std::vector<house::Module> all_modules(ModuleSettings settings) {
    std::vector<house::Module> modules;
    modules.push_back(house::house_module());
    modules.push_back(accounts::accounts_module(std::move(settings.accounts)));
    modules.push_back(operations::operations_module(std::move(settings.operations)));
    modules.push_back(documents::documents_module());
    return modules;
}

}  // namespace shanqi::app
