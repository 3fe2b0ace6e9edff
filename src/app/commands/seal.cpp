#include "app/commands/seal.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"

namespace shanqi::app {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t refused_shown_max = 10;

double seconds_since(Steady::time_point start) { return std::chrono::duration<double>(Steady::now() - start).count(); }

std::string grouped(std::int64_t number) {  // 3788 -> "3,788"
    std::string digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

// A bar that redraws itself on a terminal; elsewhere a plain line whenever another tenth is done.
class ProgressLine {
public:
    ProgressLine(Language language, bool silent)
        : language_(language), silent_(silent), terminal_(::isatty(STDERR_FILENO) == 1) {}

    void operator()(const documents::SealProgress& p) {
        // The first documents count only when they are final: until then there is nothing to reckon with.
        if (silent_ || p.total == 0 || (p.sealed + p.skipped == 0 && p.refused < p.total)) return;
        const std::int64_t done = p.sealed + p.refused + p.skipped;
        const double elapsed = seconds_since(start_);
        // Over the last seconds only: rows that were sealed before go by a hundred times faster than the others.
        if (elapsed - recent_.seconds > 2) window_ = std::exchange(recent_, {elapsed, done});
        const double span = elapsed - window_.seconds;
        const double rate = span > 0 ? static_cast<double>(done - window_.done) / span : 0;
        const auto left = static_cast<std::int64_t>(rate > 0 ? static_cast<double>(p.total - done) / rate + 0.5 : 0);
        const std::string text = message("app.progress",
                                         {{"done", grouped(done)},
                                          {"total", grouped(p.total)},
                                          {"rate", grouped(static_cast<std::int64_t>(rate))},
                                          {"left", duration(left)},
                                          {"refused", grouped(p.refused)}},
                                         language_);
        if (terminal_) {
            fmt::print(stderr, "\r\033[K{}", fitted(static_cast<double>(done) / static_cast<double>(p.total), text));
            drawn_ = true;
        } else if (const std::int64_t tenth = done * 10 / p.total; tenth > tenth_) {
            tenth_ = tenth;
            fmt::print(stderr, "{}\n", text);
        }
        (void)std::fflush(stderr);
    }

    void end() const {
        if (drawn_) fmt::print(stderr, "\n");
    }

private:
    // A line that wraps could not be drawn over: the bar gives way first, then the words.
    static std::string fitted(double part, const std::string& text) {
        winsize size{};
        const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
        const int columns = (known ? size.ws_col : 80) - 1;
        const int cells = std::min(24, columns - terminal_width(text) - 1);
        if (cells >= 4) {
            std::string bar;
            for (int i = 0; i < cells; ++i) bar += i < static_cast<int>(part * cells) ? "█" : "░";
            return bar + " " + text;
        }
        return terminal_width(text) <= columns ? text : fmt::format("{:.0f}%", part * 100);
    }

    std::string duration(std::int64_t seconds) const {
        return message(seconds < 60 ? "app.seconds" : "app.minutes",
                       {{"n", std::to_string(seconds < 60 ? seconds : (seconds + 59) / 60)}}, language_);
    }

    struct Moment {
        double seconds = 0;
        std::int64_t done = 0;
    };

    Language language_;
    Moment window_, recent_;  // between two and four seconds ago, less than two seconds ago
    bool silent_, terminal_, drawn_ = false;
    std::int64_t tenth_ = 0;
    Steady::time_point start_ = Steady::now();
};

// The first Ctrl-C (or a service manager's SIGTERM) lets the group in work become final and the lists be written; a
// second one ends the process at once, which is safe too.
volatile std::sig_atomic_t stop_requested = 0;

void stop_after_this_group() {
    struct sigaction action{};
    action.sa_handler = [](int) { stop_requested = 1; };
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

void print_json(const documents::SealReport& report, double seconds, Language language, std::FILE* out) {
    boost::json::object line;
    line["sealed"] = report.counts.sealed;
    line["refused"] = report.counts.refused;
    line["skipped"] = report.counts.skipped;
    line["left_out"] = {{"hidden", report.hidden_rows}, {"total", report.total_rows}, {"note", report.note_rows}};
    line["pages"] = report.pages;
    line["bytes"] = report.bytes;
    line["trial"] = report.trial;
    boost::json::array notices;
    for (const documents::SealNotice& notice : report.notices) {
        notices.push_back({{"message", message(notice.error, language)}, {"documents", notice.documents}});
    }
    line["notices"] = std::move(notices);
    if (report.stopped) line["stopped"] = message(*report.stopped, language);
    // Boost.JSON writes 0.63 as 6.3E-1: right, and of no use to somebody who reads it.
    std::string text = boost::json::serialize(line);
    text.pop_back();
    fmt::print(out, "{},\"seconds\":{:.2f}}}\n", text, seconds);
}

void print_report(const SealOptions& options, const documents::SealReport& report, double seconds, Language language,
                  std::FILE* out) {
    const auto say = [&](std::string_view key, const Error::Arguments& arguments) {
        fmt::print(out, "{}\n", message(key, arguments, language));
    };
    const documents::SealProgress& counts = report.counts;
    say("app.sealed",
        {{"sealed", grouped(counts.sealed)},
         {"pages", grouped(report.pages)},
         {"seconds", fmt::format("{:.1f}", seconds)},
         {"rate", grouped(static_cast<std::int64_t>(seconds > 0 ? static_cast<double>(counts.sealed) / seconds : 0))},
         {"organisation", report.organisation}});
    if (counts.skipped > 0) say("app.skipped", {{"skipped", grouped(counts.skipped)}});
    if (counts.refused > 0) {
        say("app.refused",
            {{"refused", grouped(counts.refused)}, {"file", (options.batch.out / "errors.xlsx").string()}});
        const std::size_t shown = std::min(report.refused_examples.size(), refused_shown_max);
        for (std::size_t i = 0; i < shown; ++i)
            fmt::print(out, "  {}\n", message(report.refused_examples[i], language));
        if (counts.refused > static_cast<std::int64_t>(shown)) fmt::print(out, "  …\n");
    }
    if (report.hidden_rows + report.total_rows + report.note_rows > 0) {
        say("app.left_out", {{"hidden", grouped(report.hidden_rows)},
                             {"totals", grouped(report.total_rows)},
                             {"notes", grouped(report.note_rows)}});
    }
    for (const documents::SealNotice& notice : report.notices) {
        say("app.notice", {{"text", message(notice.error, language)}, {"documents", grouped(notice.documents)}});
    }
    if (report.trial) say("app.trial", {});
    if (counts.sealed > 0) {
        say("app.where", {{"documents", (options.batch.out / "documents").string()},
                          {"register", (options.batch.out / "register.xlsx").string()}});
    }
}

}  // namespace

int run_seal(const SealOptions& options, Language language, std::FILE* out) {
    const auto start = Steady::now();
    const auto failed = [&](const Error& error) {
        fmt::print(stderr, "{}\n", message(error, language));
        return 1;
    };
    documents::SealBatch batch = options.batch;
    batch.language = language;
    Result<std::string> password = read_password_file(options.password_file);
    if (!password) return failed(password.error());
    batch.password = std::move(*password);

    stop_after_this_group();
    batch.interrupted = [] { return stop_requested != 0; };
    ProgressLine progress(language, options.json);
    const Result<documents::SealReport> report =
        documents::seal_batch(batch, [&](const documents::SealProgress& p) { progress(p); });
    progress.end();
    if (!report) return failed(report.error());
    const double seconds = seconds_since(start);
    if (options.json) {
        print_json(*report, seconds, language, out);
    } else {
        print_report(options, *report, seconds, language, out);
    }
    if (report->stopped) {
        fmt::print(
            stderr, "{}\n",
            message("app.stopped",
                    {{"reason", message(*report->stopped, language)}, {"sealed", grouped(report->counts.sealed)}},
                    language));
        return 1;
    }
    const documents::SealProgress& counts = report->counts;
    if (counts.refused == 0) return 0;
    // Of a list whose other rows were sealed by an earlier run, something is done.
    if (counts.sealed + counts.skipped > 0) return 3;
    fmt::print(stderr, "{}\n", message("app.all_refused", {{"refused", grouped(counts.refused)}}, language));
    return 1;
}

}  // namespace shanqi::app
