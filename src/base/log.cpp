#include "base/log.hpp"

#include <boost/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <string>

#include "base/time.hpp"

namespace shanqi {
namespace {

struct State {
    LogForm form = LogForm::json;
    std::atomic<LogLevel> least{LogLevel::warning};
    // The lines are made here; spdlog brings them out whole, one at a time.
    std::shared_ptr<spdlog::logger> out =
        std::make_shared<spdlog::logger>("shanqi", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    State() {
        out->set_pattern("%v");
        out->set_level(spdlog::level::trace);
        out->flush_on(spdlog::level::warn);
        out->set_error_handler([](const std::string&) {});
    }
};

State& state() {
    static State one;
    return one;
}

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warning:
            return "warning";
        default:
            return "error";
    }
}

boost::json::value json_of(const LogValue& value) {
    return std::visit(
        [](const auto& held) -> boost::json::value {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string_view>) {
                return boost::json::string(held.data(), held.size());
            } else {
                return held;
            }
        },
        value);
}

// With milliseconds: "2026-11-24T04:06:35.123Z".
std::string time_text() {
    const Instant now = system_clock().now();
    std::string text = iso_utc(now);
    const std::string ms = std::to_string(1000 + now.us / 1000 % 1000);
    text.insert(text.size() - 1, "." + ms.substr(1));
    return text;
}

}  // namespace

void open_log(LogLevel least, LogForm form) {
    state().least = least;
    state().form = form;
}

bool log_wanted(LogLevel level) { return level >= state().least.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view event, const LogFields& fields) {
    if (!log_wanted(level)) return;
    std::string line;
    if (state().form == LogForm::json) {
        boost::json::object object;
        object["time"] = time_text();
        object["level"] = boost::json::string(name_of(level).data(), name_of(level).size());
        object["event"] = boost::json::string(event.data(), event.size());
        for (const auto& [name, value] : fields)
            object[boost::json::string_view(name.data(), name.size())] = json_of(value);
        line = boost::json::serialize(object);
    } else {
        line = time_text() + " " + std::string(name_of(level)) + " " + std::string(event);
        for (const auto& [name, value] : fields)
            line += " " + std::string(name) + "=" + boost::json::serialize(json_of(value));
    }
    state().out->log(level >= LogLevel::warning ? spdlog::level::warn : spdlog::level::info, line);
}

}  // namespace shanqi
