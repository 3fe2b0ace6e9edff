// What cmake/Messages.cmake generates from the rooms' i18n files.
#pragma once

#include <string_view>
#include <vector>

namespace shanqi {

struct EmbeddedMessages {
    std::string_view language;  // "zh-Hans", "en"
    std::string_view json;      // one flat object: key to sentence
};

const std::vector<EmbeddedMessages>& embedded_messages();

}  // namespace shanqi
