// bench_house FOLDER DATABASE_URL WAY ENTRIES: the whole server (app::Service: all rooms, guard, idempotency, audit and
// its sealer) with one more room, whose POST writes a row as every room does. WAY is "group", or "each": then only one
// handler writes at a time, so that every write has a commit of its own. ENTRIES are written into the audit log of the
// organisation, and chained, before it listens. Settings come from the environment (SHANQI_HTTP_WORKERS=8).
// Prints one JSON object when it listens. bench/http_house (Python) drives it with wrk.
#include <boost/json.hpp>
#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

#include "app/server/installation.hpp"
#include "app/server/service.hpp"
#include "app/server/settings.hpp"
#include "base/log.hpp"
#include "modules/accounts/accounts.hpp"

namespace shanqi::bench {
namespace {

constexpr const char* email = "owner@example.org";
constexpr const char* password = "correct horse battery";
constexpr const char* gifts_table =
    "CREATE TABLE bench_gifts (org_id UUID NOT NULL, id UUID NOT NULL, fen BIGINT NOT NULL, purpose TEXT NOT NULL,"
    " PRIMARY KEY (org_id, id))";

const store::Statement insert_gift{"INSERT INTO bench_gifts (org_id, id, fen, purpose) VALUES ($1, $2, $3, $4)"};
const store::Statement count_gifts{"SELECT count(*) FROM bench_gifts WHERE org_id = $1"};
const store::Statement count_entries{
    "SELECT count(*) FROM audit_entries WHERE org_id = $1 AND action = 'bench.gift_create'"};
const store::Statement count_replies{"SELECT count(*) FROM idempotency_replies WHERE org_id = $1"};

struct GiftIn {
    OrgId org;
    std::int64_t fen = 0;
    std::string purpose;
};
BOOST_DESCRIBE_STRUCT(GiftIn, (), (org, fen, purpose))
struct Gift {
    std::string id;
    std::int64_t fen = 0;
    std::string purpose;
};
BOOST_DESCRIBE_STRUCT(Gift, (), (id, fen, purpose))
struct CountsIn {
    OrgId org;
};
BOOST_DESCRIBE_STRUCT(CountsIn, (), (org))
struct Counts {
    std::int64_t gifts = 0, entries = 0, replies = 0;
};
BOOST_DESCRIBE_STRUCT(Counts, (), (gifts, entries, replies))

template <class T>
T need(Result<T> result) {
    if (!result) {
        fmt::print(stderr, "bench_house: {}\n", message(result.error(), Language::en));
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

house::Module gifts_module(bool each_alone) {
    house::Module module;
    module.name = "bench";
    module.routes = [each_alone](http::Router& router, house::House& house) {
        router.add<GiftIn, Gift>({.method = http::Method::post,
                                  .path = "/api/v1/orgs/{org}/bench_gifts",
                                  .operation = "bench_gift_create",
                                  .permission = "member",
                                  .creates = true},
                                 [&house, each_alone](http::Call& call, const GiftIn& in) -> Result<Gift> {
                                     static std::mutex alone;
                                     const Gift gift{new_uuid_v7(house.clock), in.fen, in.purpose};
                                     std::unique_lock lock(alone, std::defer_lock);
                                     if (each_alone) lock.lock();
                                     return house::write_once<Gift>(
                                         house, call, [&](store::Writer& writer) -> Result<Gift> {
                                             TRY(writer.execute(insert_gift, {in.org, gift.id, in.fen, in.purpose}));
                                             TRY_DO(house::audit(writer, house, call, "bench.gift_create",
                                                                 "gift:" + gift.id, {{"fen", std::to_string(in.fen)}}));
                                             return gift;
                                         });
                                 });
        router.add<CountsIn, Counts>(
            {.method = http::Method::get,
             .path = "/api/v1/orgs/{org}/bench_counts",
             .operation = "bench_counts",
             .permission = "member"},
            [&house](http::Call&, const CountsIn& in) -> Result<Counts> {
                return house.database.read([&](store::Reader& reader) -> Result<Counts> {
                    const auto count = [&](const store::Statement& statement) -> Result<std::int64_t> {
                        return TRY(reader.first(statement, {in.org}))->integer(0);
                    };
                    return Counts{TRY(count(count_gifts)), TRY(count(count_entries)), TRY(count(count_replies))};
                });
            });
    };
    return module;
}

// As the rooms write them: 50 kinds of actions of 300 people on 20,000 things, and one action in 30,000 that is rare.
void fill_audit(house::House& house, const OrgId& org, std::int64_t entries) {
    constexpr std::int64_t at_once = 2'000;
    for (std::int64_t done = 0; done < entries; done += at_once) {
        need(house.database.write([&](store::Writer& writer) -> Result<> {
            for (std::int64_t n = done; n < std::min(done + at_once, entries); ++n) {
                const std::string action = n % 30'000 == 7 ? "bench.rare" : fmt::format("bench.kind_{}", n % 50);
                TRY_DO(store::append_audit(writer, house.clock,
                                           {.org = org,
                                            .actor = fmt::format("person:{}", n * 7919 % 300),
                                            .action = action,
                                            .object = fmt::format("thing:{}", n * 104'729 % 20'000),
                                            .details = {{"n", std::to_string(n)}},
                                            .request_id = ""}));
            }
            return {};
        }));
        while (need(store::seal_audit(house.database)) > 0) {
        }
    }
}

int serve(const std::string& folder, const std::string& url, bool each_alone, std::int64_t entries) {
    app::SettingsInputs inputs;
    inputs.flags = {{"data", folder + "/data", ""},
                    {"database", url, ""},
                    {"master_key.file", folder + "/master.key", ""},
                    {"messages.file", folder + "/messages.jsonl", ""},
                    {"http.trusted_proxies", "127.0.0.1", ""},
                    {"http.port", "0", ""}};
    const Config config = need(app::load_settings(inputs));
    const auto installation =
        need(app::Installation::open(config, {.server = true, .create = true, .may_migrate = true}));
    house::House& house = installation->house();
    need(house.database.administer([](store::Writer& writer) -> Result<> {
        TRY(writer.execute_text(gifts_table));
        return {};
    }));
    const AccountId owner =
        need(accounts::create_account(house, {.name = "某某", .email = email, .password = password}));
    const OrgId org =
        need(accounts::create_organisation(house, {.name = "某某公益服务中心", .short_name = "某某"}, owner));
    fill_audit(house, org, entries);
    installation->modules().push_back(gifts_module(each_alone));
    app::Service service(config, *installation);
    need(service.start());
    fmt::print("{}\n", boost::json::serialize(boost::json::object{
                           {"port", service.port()}, {"org", org.text()}, {"email", email}, {"password", password}}));
    std::fflush(stdout);
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    int signal = 0;
    sigwait(&ending, &signal);
    service.stop();
    return 0;
}

}  // namespace
}  // namespace shanqi::bench

int main(int count, char** arguments) {
    if (count != 5) {
        fmt::print(stderr, "bench_house FOLDER DATABASE_URL group|each ENTRIES\n");
        return 2;
    }
    sigset_t ending;  // before any thread starts, so that all inherit it
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    shanqi::open_log(shanqi::LogLevel::warning, shanqi::LogForm::json);
    return shanqi::bench::serve(arguments[1], arguments[2], std::string_view(arguments[3]) == "each",
                                std::atoll(arguments[4]));
}
