// Secrets that a person types: from the terminal itself, unseen, so that they stand in no argument and no history.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi::app {

// `question` is a message key. Error app.no_terminal (a service has none).
Result<std::string> ask_secret(std::string_view question);
// Twice. Error app.passphrases_differ.
Result<std::string> ask_new_secret(std::string_view question, std::string_view again);

}  // namespace shanqi::app
