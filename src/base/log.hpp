// What happened, one JSON object a line on stderr: {"time", "level", "event", …}. No personal data: events are fixed
// names, fields are ids, counts, path patterns. Rotation is systemd's work (journald).
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace shanqi {

enum class LogLevel { debug, info, warning, error, none };
enum class LogForm { json, text };  // text: for a terminal

using LogValue = std::variant<std::int64_t, double, bool, std::string_view>;
using LogFields = std::vector<std::pair<std::string_view, LogValue>>;

// Before other threads start; without it everything from `warning` on is written as JSON.
void open_log(LogLevel least, LogForm form);

// Thread-safe. `event`: "server.started". Errors of writing are ignored: a full disk must not stop the server.
void log(LogLevel level, std::string_view event, const LogFields& fields = {});
bool log_wanted(LogLevel level);

}  // namespace shanqi
