// bench_http PORT: the server as the program runs it (router, guard, described structs, workers), with two endpoints.
// bench/http (Python) drives it with wrk, and nginx with the same bytes.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "http/page.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

namespace shanqi::bench {

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct State {
    bool ready = true;
    std::string version;
    int waiting = 0;
};
BOOST_DESCRIBE_STRUCT(State, (), (ready, version, waiting))

struct Person {
    std::string id, name, phone;
    Date joined;
    std::int64_t hours = 0;
    std::optional<std::string> note;
    std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, name, phone, joined, hours, note, tags))

struct ListIn {
    std::optional<int> limit;
    std::optional<std::string> after;
};
BOOST_DESCRIBE_STRUCT(ListIn, (), (limit, after))

class Open final : public http::Guard {
    Result<> admit(http::Call&, const http::Route&, const http::Router::Match&) override { return {}; }
};

http::Page<Person> fifty() {
    http::Page<Person> page;
    for (int i = 0; i < 50; ++i)
        page.items.push_back({.id = "0198b5c2-7c1e-7a3b-9d1f-0c2a4e6b8d" + std::to_string(10 + i),
                              .name = "某某" + std::to_string(i),
                              .phone = "199****" + std::to_string(1000 + i),
                              .joined = Date::from_days(20'000 + i),
                              .hours = 10 * i,
                              .note = i % 3 == 0 ? std::optional<std::string>("周末可以") : std::nullopt,
                              .tags = {"支教", "英语"}});
    page.next = "eyJzIjoiLWpvaW5lZCJ9";
    return page;
}

int serve(std::uint16_t port, unsigned io_threads) {
    http::Router router;
    router.add<Nothing, State>(
        {.method = http::Method::get, .path = "/api/v1/state", .operation = "state_get", .open = true},
        [](http::Call&, const Nothing&) -> Result<State> { return State{true, "0.1.0", 3}; });
    router.add<ListIn, http::Page<Person>>(
        {.method = http::Method::get, .path = "/api/v1/people", .operation = "person_list", .open = true},
        [](http::Call&, const ListIn&) -> Result<http::Page<Person>> { return fifty(); });
    Open guard;
    http::ServerOptions options;
    options.port = port;
    options.io_threads = io_threads;
    const auto server = http::make_server(
        options, [&](const http::Request& request) { return http::body_plan(router, guard, request); },
        [&](http::Request& request) { return http::dispatch(router, guard, nullptr, request); });
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    if (const auto started = server->start(); !started) {
        std::fprintf(stderr, "%s\n", message(started.error(), Language::en).c_str());
        return 1;
    }
    std::printf("listening\n");
    std::fflush(stdout);
    int signal = 0;
    sigwait(&ending, &signal);
    server->stop(std::chrono::seconds(1));
    return 0;
}

}  // namespace shanqi::bench

int main(int count, char** arguments) {
    if (count < 2) return 2;
    const auto port = static_cast<std::uint16_t>(std::atoi(arguments[1]));
    return shanqi::bench::serve(port, count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 1U);
}
