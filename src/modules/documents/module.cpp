#include "modules/documents/module.hpp"

#include "modules/documents/endpoints.hpp"
#include "modules/documents/runs.hpp"

namespace shanqi::documents {
namespace {

const store::Statement upload_file_keys{"SELECT file_key FROM uploads WHERE org_id = $1"};
const store::Statement run_file_keys{"SELECT file_key FROM seal_files WHERE org_id = $1"};

}  // namespace

house::Module documents_module() {
    using enum house::Role;
    house::Module module;
    module.name = "documents";
    module.permissions = {{"documents.read", {owner, manager, staff, approver, auditor}},
                          {"documents.seal_run", {owner, manager, staff}},
                          {"documents.key_manage", {owner, manager}}};
    module.file_keys = {&upload_file_keys, &run_file_keys};
    module.routes = [](http::Router& router, house::House& house) {
        add_upload_endpoints(router, house);
        add_key_endpoints(router, house);
        add_check_endpoints(router, house);
        add_run_endpoints(router, house);
        add_download_endpoints(router, house);
        add_trial_endpoints(router, house);
    };
    module.jobs = [](house::House& house) {
        sweep_run_folders(house);
        return std::vector<store::JobKind>{seal_run_job_kind(house)};
    };
    return module;
}

}  // namespace shanqi::documents
