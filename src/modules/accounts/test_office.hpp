// For tests: the accounts room over a real database, with a clock and a messenger that the test drives, and browsers
// that keep cookies and say what they see. Only *_test.cpp include this.
#pragma once

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "modules/accounts/accounts.hpp"
#include "store/test_database.hpp"
#include "store/vault.hpp"

namespace shanqi::accounts {

class TestClock final : public Clock {
public:
    Instant now() const override { return {us_.load()}; }
    void advance(std::int64_t seconds) { us_ += seconds * 1'000'000; }

private:
    std::atomic<std::int64_t> us_ = system_clock().now().us;
};

// Keeps what would have gone out; wait() gives the next SMS code.
class TestMessenger final : public house::Messenger {
public:
    bool offline = false;
    bool reaches_phones() const override { return !offline; }
    bool reaches_mail() const override { return !offline; }
    Result<> send_sms(const std::string& phone, const std::string&,
                      const std::vector<std::pair<std::string, std::string>>& values, const std::string&) override {
        const std::scoped_lock lock(mutex_);
        sms_.emplace_back(phone, values.front().second);
        changed_.notify_all();
        return {};
    }
    Result<> send_mail(const std::string& address, const std::string&, const std::string& text,
                       const std::string&) override {
        const std::scoped_lock lock(mutex_);
        mails_.emplace_back(address, text);
        changed_.notify_all();
        return {};
    }
    std::pair<std::string, std::string> next_sms() { return next(sms_); }
    std::pair<std::string, std::string> next_mail() { return next(mails_); }
    std::size_t waiting_sms() {
        const std::scoped_lock lock(mutex_);
        return sms_.size();
    }

private:
    using Messages = std::vector<std::pair<std::string, std::string>>;
    std::pair<std::string, std::string> next(Messages& messages) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, std::chrono::seconds(30), [&] { return !messages.empty(); })) return {};
        auto first = messages.front();
        messages.erase(messages.begin());
        return first;
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    Messages sms_, mails_;
};

struct Seen {
    int status = 0;
    std::string body;
    boost::json::value json;
    http::Headers headers;
    std::filesystem::path file;  // of a download
    std::string header(std::string_view name) const {
        for (const auto& [one, value] : headers) {
            if (one == name) return value;
        }
        return "";
    }
    // "account.name", "orgs.0.id"; "" when it is not there.
    std::string at(const std::string& path) const {
        const boost::json::value* value = &json;
        std::size_t from = 0;
        while (from <= path.size()) {
            const std::size_t dot = std::min(path.find('.', from), path.size());
            const std::string part = path.substr(from, dot - from);
            if (value->is_object()) {
                value = value->as_object().if_contains(part);
            } else if (value->is_array()) {
                value = value->as_array().if_contains(std::stoul(part));
            } else {
                return "";
            }
            if (value == nullptr) return "";
            from = dot + 1;
        }
        return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
    }
};

struct Office {
    explicit Office(store::Dialect dialect, Settings settings = {})
        : test(dialect, {"house", "accounts"}),
          vault(store::make_vault(test.database(), clock, master)),
          files(store::make_folder_store(test.folder() / "files")),
          network(make_http_client()),
          house{.database = test.database(),
                .files = *files,
                .vault = *vault,
                .clock = clock,
                .network = *network,
                .messenger = messenger,
                .scratch = test.folder(),
                .work = test.folder(),
                .public_url = std::string("http://127.0.0.1:8440")} {
        store::TestDatabase::checked(store::check_master_key(test.database(), clock, master));
        const house::Module module = accounts_module(std::move(settings));
        house.permissions = module.permissions;
        house.sensitive_fields = module.sensitive_fields;
        module.routes(router, house);
        guard = make_guard(house);
        keeper = house::make_idempotency_keeper(house);
    }

    AccountId account(const std::string& email, bool administrator = false, const std::string& phone = "") {
        return store::TestDatabase::checked(create_account(
            house,
            {.name = "某某", .email = email, .phone = phone, .password = password, .administrator = administrator}));
    }
    OrgId organisation(const std::string& name, const AccountId& owner) {
        return store::TestDatabase::checked(create_organisation(house, {{}, name, {}, {}}, owner));
    }
    void member(const OrgId& org, const AccountId& account, house::Role role) {
        store::TestDatabase::checked(add_member(house, org, account, role));
    }
    // Numbers of rows, to see that nothing was written.
    std::int64_t count(const std::string& table, const std::string& where = "1 = 1") {
        return store::TestDatabase::checked(test.database().read([&](store::Reader& reader) -> Result<std::int64_t> {
            return TRY(reader.query_text("SELECT COUNT(*) FROM " + table + " WHERE " + where)).front().integer(0);
        }));
    }

    static constexpr const char* password = "correct horse battery";
    TestClock clock;
    TestMessenger messenger;
    const store::MasterKey master{random_bytes(32)};
    store::TestDatabase test;
    std::unique_ptr<store::Vault> vault;
    std::unique_ptr<store::FileStore> files;
    std::unique_ptr<HttpClient> network;
    house::House house;
    http::Router router;
    std::unique_ptr<http::Guard> guard;
    std::unique_ptr<http::IdempotencyKeeper> keeper;
};

class Browser {
public:
    explicit Browser(Office& office, std::string client = "192.0.2.1") : office_(office), client_(std::move(client)) {}

    Seen send(http::Method method, const std::string& target, const std::string& body = "",
              http::Headers headers = {}) {
        http::Request request;
        request.method = method;
        request.target = target;
        request.path = target.substr(0, target.find('?'));
        if (const auto mark = target.find('?'); mark != std::string::npos) read_query(target.substr(mark + 1), request);
        request.headers = std::move(headers);
        request.headers.emplace_back("host", "127.0.0.1:8440");
        if (!cookies_.empty()) {
            std::string all;
            for (const auto& [name, value] : cookies_)
                all.append(all.empty() ? "" : "; ").append(name).append("=").append(value);
            request.headers.emplace_back("cookie", all);
        }
        if (sends_csrf && !csrf_.empty()) request.headers.emplace_back("x-csrf-token", csrf_);
        if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
        request.body = body;
        request.upload = upload;
        request.client = client_;
        request.request_id = new_uuid_v7(office_.clock);
        const http::Reply reply = http::dispatch(office_.router, *office_.guard, office_.keeper.get(), request, {});
        Seen seen{reply.status, {}, {}, reply.headers, {}};
        if (const auto* file = std::get_if<http::FileBody>(&reply.body)) seen.file = file->file;
        if (const auto* text = std::get_if<std::string>(&reply.body)) seen.body = *text;
        boost::system::error_code ignored;
        seen.json = boost::json::parse(seen.body, ignored);
        for (const auto& [name, value] : reply.headers) {
            if (name == "Set-Cookie") keep_cookie(value);
        }
        if (const std::string csrf = seen.at("csrf"); !csrf.empty() && csrf != "null") csrf_ = csrf;
        return seen;
    }
    Seen get(const std::string& path, http::Headers headers = {}) {
        return send(http::Method::get, "/api/v1" + path, "", std::move(headers));
    }
    Seen post(const std::string& path, const std::string& body = "", http::Headers headers = {}) {
        return send(http::Method::post, "/api/v1" + path, body, std::move(headers));
    }
    Seen put(const std::string& path, const std::string& body = "") {
        return send(http::Method::put, "/api/v1" + path, body);
    }
    Seen remove(const std::string& path) { return send(http::Method::del, "/api/v1" + path); }
    Seen sign_in(const std::string& login, const std::string& password = Office::password,
                 const std::string& code = "") {
        boost::json::object body{{"login", login}, {"password", password}};
        if (!code.empty()) body["code"] = code;
        return post("/session", boost::json::serialize(body));
    }
    std::string cookie(const std::string& name) const {
        const auto found = cookies_.find(name);
        return found == cookies_.end() ? "" : found->second;
    }
    void set_cookie(const std::string& name, const std::string& value) { cookies_[name] = value; }
    std::string csrf() const { return csrf_; }

    bool sends_csrf = true;
    std::optional<http::Upload> upload;

private:
    static void read_query(std::string_view text, http::Request& request) {
        while (!text.empty()) {
            const std::string_view one = text.substr(0, text.find('&'));
            text.remove_prefix(std::min(text.size(), one.size() + 1));
            std::string value;
            const std::string_view encoded = one.substr(std::min(one.size(), one.find('=') + 1));
            for (std::size_t i = 0; i < encoded.size(); i++) {
                if (encoded[i] == '%' && i + 2 < encoded.size()) {
                    value += static_cast<char>(std::stoi(std::string(encoded.substr(i + 1, 2)), nullptr, 16));
                    i += 2;
                } else {
                    value += encoded[i];
                }
            }
            request.query.emplace_back(std::string(one.substr(0, one.find('='))), value);
        }
    }
    void keep_cookie(const std::string& line) {
        const auto equals = line.find('=');
        const std::string name = line.substr(0, equals), value = line.substr(equals + 1, line.find(';') - equals - 1);
        if (value.empty()) {
            cookies_.erase(name);
        } else {
            cookies_[name] = value;
        }
    }
    Office& office_;
    std::string client_, csrf_;
    std::map<std::string, std::string> cookies_;
};

}  // namespace shanqi::accounts
