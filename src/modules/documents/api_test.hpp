// The room behind http::dispatch with a real database, file store and vault. Only *_test.cpp include this.
#pragma once

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "http/router.hpp"
#include "modules/documents/module.hpp"
#include "store/test_database.hpp"

namespace shanqi::documents {

// Nothing here sends anything.
class NoMessenger final : public house::Messenger {
public:
    bool reaches_phones() const override { return false; }
    bool reaches_mail() const override { return false; }
    Result<> send_sms(const std::string&, const std::string&, const std::vector<std::pair<std::string, std::string>>&,
                      const std::string&) override {
        return fail(ErrorKind::invalid, "messenger.not_set_up");
    }
    Result<> send_mail(const std::string&, const std::string&, const std::string&, const std::string&) override {
        return fail(ErrorKind::invalid, "messenger.not_set_up");
    }
};

// Lets in whom the test says, with the permissions that it says.
class TestGuard final : public http::Guard {
public:
    std::vector<std::string> permissions = {"documents.read", "documents.seal_run", "documents.key_manage"};
    Result<> admit(http::Call& call, const http::Route& route, const http::Router::Match&) override {
        call.who.kind = http::Principal::Kind::account;
        call.who.account = AccountId::trusted("01900000-0000-7000-8000-000000000001");
        call.org = OrgId::trusted(std::string(call.path_member("org")));
        call.permissions = permissions;
        if (!call.may(route.permission)) return fail(ErrorKind::refused, "http.forbidden");
        return {};
    }
};

// The system's clock, moved: leases end when a test says so.
class MovedClock final : public Clock {
public:
    Instant now() const override { return {system_clock().now().us + shift_us_}; }
    void advance(std::chrono::microseconds by) { shift_us_ += by.count(); }

private:
    std::atomic<std::int64_t> shift_us_ = 0;
};

// Holds a job where it reports its progress, so that a test does its worst in the middle of it however fast the
// machine.
class JobGate {
public:
    explicit JobGate(std::int64_t hold_from) : hold_from_(hold_from) {}
    // The job is held: it has reported at least `hold_from`, and is not at its end.
    void wait_for_job() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return held_; });
    }
    // It goes on, and sees that it should stop.
    void open_to_stop() {
        const std::scoped_lock lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    store::JobWork around(store::JobWork work) {
        return [this, work = std::move(work)](store::JobRun& run) {
            Held held(*this, run);
            return work(held);
        };
    }

private:
    class Held final : public store::JobRun {
    public:
        Held(JobGate& gate, store::JobRun& run) : gate_(gate), run_(run) {}
        const store::Job& job() const override { return run_.job(); }
        bool should_stop() const override { return run_.should_stop() || gate_.is_open(); }
        void progress(std::int64_t done, std::int64_t total, const std::string& note) override {
            run_.progress(done, total, note);
            if (done >= gate_.hold_from_) gate_.hold();
        }
        Result<> finish(const std::string& result, const std::function<Result<>(store::Writer&)>& last_write) override {
            return run_.finish(result, last_write);
        }
        Result<> hold(const std::string& note) override { return run_.hold(note); }

    private:
        JobGate& gate_;
        store::JobRun& run_;
    };

    bool is_open() const {
        const std::scoped_lock lock(mutex_);
        return open_;
    }
    void hold() {
        std::unique_lock lock(mutex_);
        held_ = true;
        changed_.notify_all();
        changed_.wait(lock, [&] { return open_; });
    }

    const std::int64_t hold_from_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false, open_ = false;
};

// Everything that one process of the server has, over a folder and a database that stay.
class TestProcess {
public:
    TestProcess(store::Database& database, const std::filesystem::path& folder)
        : database_(database),
          files_(store::make_folder_store(folder / "files")),
          vault_(store::make_vault(database, clock_, {std::string(32, 'k')})),
          http_(make_http_client()),
          house_{.database = database,
                 .files = *files_,
                 .vault = *vault_,
                 .clock = clock_,
                 .network = *http_,
                 .messenger = messenger_,
                 .scratch = folder / "scratch",
                 .work = folder / "work",
                 .public_url = {},
                 .permissions = {},
                 .sensitive_fields = {},
                 .today = {}},
          keeper_(house::make_idempotency_keeper(house_)) {
        std::filesystem::remove_all(house_.scratch);
        for (const auto& path : {house_.scratch, house_.work}) std::filesystem::create_directories(path);
        documents_module().routes(router_, house_);
        house_.wake_jobs = [this] {
            if (runner_) runner_->wake();
        };
    }
    ~TestProcess() { stop_jobs(); }

    void start_jobs(JobGate* gate = nullptr) {
        std::vector<store::JobKind> kinds = documents_module().jobs(house_);
        if (gate != nullptr)
            for (store::JobKind& kind : kinds) kind.work = gate->around(std::move(kind.work));
        runner_ = store::make_job_runner(database_, clock_, std::move(kinds), 2);
        runner_->start();
    }
    void stop_jobs() {
        if (runner_) runner_->stop();
        runner_.reset();
    }

    struct Answer {
        int status = 0;
        boost::json::value json;
        std::string bytes;
        std::string text() const { return boost::json::serialize(json); }
        const boost::json::value& operator[](std::string_view name) const { return json.at(name); }
        std::string string(std::string_view name) const { return std::string(json.at(name).as_string()); }
        std::int64_t number(std::string_view name) const { return json.at(name).to_number<std::int64_t>(); }
    };

    Answer get(const std::string& path) { return send({.method = http::Method::get, .path = path}); }
    Answer remove(const std::string& path) { return send({.method = http::Method::del, .path = path}); }
    Answer post(const std::string& path, const boost::json::object& body, const std::string& key = {}) {
        http::Request request{.method = http::Method::post, .path = path};
        request.headers = {{"content-type", "application/json"}};
        if (!key.empty()) request.headers.emplace_back("idempotency-key", key);
        request.body = boost::json::serialize(body);
        return send(std::move(request));
    }
    Answer upload(const std::string& path, const std::string& name, const std::string& bytes) {
        const std::filesystem::path file = house_.scratch / ("upload-" + hex(random_bytes(6)));
        std::ofstream(file, std::ios::binary) << bytes;
        http::Request request{.method = http::Method::post, .path = path};
        request.upload = http::Upload{file, bytes.size(), hex(sha256(bytes)), name};
        Answer answer = send(std::move(request));
        std::filesystem::remove(file);
        return answer;
    }
    Answer send(http::Request request) {
        const std::size_t question = request.path.find('?');
        request.target = request.path;
        if (question != std::string::npos) {
            std::string query = request.path.substr(question + 1);
            request.path.resize(question);
            for (std::size_t at = 0; at < query.size();) {
                const std::size_t end = std::min(query.find('&', at), query.size());
                const std::string pair = query.substr(at, end - at);
                request.query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
                at = end + 1;
            }
        }
        request.request_id = new_uuid_v7(clock_);
        http::Reply reply = http::dispatch(router_, guard, keeper_.get(), request);
        return read(reply);
    }

    house::House& house() { return house_; }
    MovedClock& clock() { return clock_; }
    TestGuard guard;
    Language language = Language::zh_hans;

private:
    static Answer read(http::Reply& reply) {
        Answer answer{.status = reply.status, .json = {}, .bytes = {}};
        if (auto* text = std::get_if<std::string>(&reply.body)) answer.bytes = *text;
        if (auto* file = std::get_if<http::FileBody>(&reply.body)) {
            answer.bytes = read_file(file->file, 1ULL << 30).value_or("");
            if (file->remove_after) std::filesystem::remove(file->file);
        }
        if (auto* pull = std::get_if<http::PullBody>(&reply.body)) {
            while (true) {
                const Result<std::string> piece = (*pull)();
                if (!piece) {
                    ADD_FAILURE() << piece.error().key;
                    break;
                }
                if (piece->empty()) break;
                answer.bytes += *piece;
            }
        }
        if (reply.content_type.find("json") != std::string::npos) answer.json = boost::json::parse(answer.bytes);
        return answer;
    }

    store::Database& database_;
    MovedClock clock_;
    std::unique_ptr<store::FileStore> files_;
    std::unique_ptr<store::Vault> vault_;
    std::unique_ptr<HttpClient> http_;
    NoMessenger messenger_;
    house::House house_;
    std::unique_ptr<http::IdempotencyKeeper> keeper_;
    http::Router router_;
    std::unique_ptr<store::JobRunner> runner_;
};

class DocumentsApiTest : public testing::TestWithParam<store::Dialect> {
protected:
    using Answer = TestProcess::Answer;

    void SetUp() override { make_org(org_); }
    void make_org(const OrgId& org) {
        store::TestDatabase::checked(test_.database().write(
            [&](store::Writer& writer) { return process_->house().vault.create_key(writer, org); }));
    }
    std::string path(const std::string& rest) const { return "/api/v1/orgs/" + org_.text() + rest; }

    Answer trial_key(const std::string& name = "某某公益服务中心") {
        return process_->post(path("/keys/trial"), {{"name", name}});
    }
    Answer upload(const std::string& name, const std::string& bytes) {
        return process_->upload(path("/uploads"), name, bytes);
    }
    // Samples, a trial key, a run.
    Answer create_sample_run(int rows, const std::string& key_id = {}) {
        const Answer samples = process_->post(path("/samples"), {{"rows", rows}});
        EXPECT_EQ(samples.status, 201) << samples.text();
        return create_run(std::string(samples["template"].at("id").as_string()),
                          std::string(samples["data"].at("id").as_string()),
                          key_id.empty() ? trial_key().string("id") : key_id);
    }
    Answer create_run(const std::string& form, const std::string& data, const std::string& key) {
        return process_->post(path("/seal_runs"), {{"template", form}, {"data", data}, {"key", key}});
    }
    Answer run(const std::string& id) { return process_->get(path("/seal_runs/" + id)); }
    // Follows the run as a page in a browser does. A test that waits longer than this has failed.
    template <class Done>
    Answer wait_until(const std::string& id, Done done) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        const auto watcher = store::make_job_watcher(test_.database(), process_->clock());
        for (std::int64_t version = watcher->version();;) {
            Answer answer = run(id);
            if (answer.status != 200 || done(answer) || std::chrono::steady_clock::now() > deadline) return answer;
            version = watcher->wait(org_, version, std::chrono::milliseconds(500)).version;
        }
    }
    Answer wait_for_end(const std::string& id) {
        return wait_until(id, [](const Answer& answer) {
            const std::string state = answer.string("state");
            return state != "waiting" && state != "running";
        });
    }
    std::string save(const std::string& name, const std::string& bytes) const {
        const std::filesystem::path file = test_.folder() / name;
        std::ofstream(file, std::ios::binary) << bytes;
        return file.string();
    }

    store::TestDatabase test_{GetParam(), {"house", "documents"}};
    OrgId org_ = OrgId::make(system_clock());
    std::unique_ptr<TestProcess> process_ = std::make_unique<TestProcess>(test_.database(), test_.folder());
};

}  // namespace shanqi::documents
