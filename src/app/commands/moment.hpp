// Times on the command line.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::app {

// A day (its last second in China), or a time as RFC 3339 writes it: 2026-11-25T20:00:00+08:00. Error: app.bad_time.
Result<Instant> parse_moment(std::string_view text);

}  // namespace shanqi::app
