#include "http/openapi.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include "app/commands/house_options.hpp"
#include "app/server/installation.hpp"
#include "app/server/service.hpp"
#include "base/digest.hpp"

namespace shanqi::app {
namespace {

// The routes are asked of an empty installation in memory's place: a folder that is gone afterwards.
Result<std::string> document() {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("shanqi-" + hex(random_bytes(8)));
    SettingsInputs inputs;
    inputs.flags = {{"data", (folder / "data").string(), ""},
                    {"database", "", ""},
                    {"master_key.file", (folder / "key").string(), ""}};
    const auto describe = [&]() -> Result<std::string> {
        const Config config = TRY(load_settings(inputs));
        const auto installation =
            TRY(Installation::open(config, {.server = false, .create = true, .may_migrate = true}));
        const http::Router router = router_of(*installation);
        return boost::json::serialize(http::openapi_document(router, "Shanqi", SHANQI_VERSION));
    };
    Result<std::string> text = describe();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return text;
}

}  // namespace

int run_openapi(const HouseOptions&, Language language, std::FILE* out) {
    const Result<std::string> text = document();
    if (!text) return failed(text.error(), language);
    fmt::print(out, "{}\n", *text);
    return 0;
}

}  // namespace shanqi::app
