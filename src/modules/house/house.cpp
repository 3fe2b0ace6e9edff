#include "modules/house/house.hpp"

namespace shanqi::house {

Result<> audit(store::Writer& writer, const House& house, const http::Call& call, std::string_view action,
               std::string_view object, std::vector<std::pair<std::string, std::string>> details) {
    return audit(writer, house, call, call.org, action, object, std::move(details));
}

Result<> audit(store::Writer& writer, const House& house, const http::Call& call, const OrgId& org,
               std::string_view action, std::string_view object,
               std::vector<std::pair<std::string, std::string>> details) {
    return store::append_audit(writer, house.clock,
                               {.org = org,
                                .actor = call.who.actor(),
                                .action = std::string(action),
                                .object = std::string(object),
                                .details = std::move(details),
                                .request_id = call.request.request_id});
}

Module house_module() {
    Module module;
    module.name = "house";
    module.clean_up = [](House& house) -> Result<> {
        TRY_DO(forget_replies(house));
        return {};
    };
    return module;
}

}  // namespace shanqi::house
