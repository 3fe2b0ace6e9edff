// For tests: a server on a free port whose handlers the test names, and a folder for its files.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <mutex>

#include "base/digest.hpp"
#include "http/http_testing.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

namespace shanqi::http {

namespace fs = std::filesystem;

class ServerTest : public testing::Test {
protected:
    ServerTest() {
        folder = fs::temp_directory_path() / ("shanqi-http-" + hex(random_bytes(8)));
        fs::create_directories(folder);
        options.port = 0;
        options.workers = 4;
        options.upload_folder = folder;
        options.connections_changed = [this] { changes.happened(); };
        on("/hello", [](Request&) { return text("hello"); });
        on("/echo", [](Request& r) { return text(std::string(name_of(r.method)) + ' ' + r.target + ' ' + r.body); });
    }
    ~ServerTest() override {
        if (server) server->stop(std::chrono::milliseconds(0));
        server.reset();
        fs::remove_all(folder);
    }
    static Reply text(std::string body) {
        Reply reply;
        reply.content_type = "text/plain; charset=utf-8";
        reply.body = std::move(body);
        return reply;
    }
    void on(const std::string& path, std::function<Reply(Request&)> handler) { handlers[path] = std::move(handler); }
    void start() {
        server = make_server(
            options,
            [this](const Request& r) {
                return r.path == "/upload" ? upload_plan : BodyPlan{.bytes_max = 1000, .to_file = false, .admit = {}};
            },
            [this](Request& r) {
                const auto found = handlers.find(r.path);
                if (found != handlers.end()) return found->second(r);
                return problem(Error{ErrorKind::not_found, "http.not_found"}, r.language, r.request_id);
            },
            [this](const Served& one) {
                {
                    const std::scoped_lock lock(mutex);
                    served.push_back(one);
                }
                changes.happened();
            });
        const auto started = server->start();
        ASSERT_TRUE(started) << message(started.error(), Language::en);
    }
    TestClient client() { return TestClient(server->port()); }
    TestReply send(std::string_view bytes) {
        TestClient one = client();
        one.send(bytes);
        return one.read_reply();
    }
    // What the test's own handlers do, they tell `changes` themselves.
    bool eventually(const std::function<bool()>& so) { return changes.wait_until(so); }
    // A handler of an event stream on the topic of the query, or "a".
    std::function<Reply(Request&)> listening_to(EventHub& hub) {
        return [this, &hub](Request& request) {
            Reply reply;
            const std::string topic(request.parameter("topic"));
            reply.body =
                EventBody{[this, &hub, topic = topic.empty() ? "a" : topic](std::shared_ptr<EventStream> stream) {
                    hub.subscribe(topic, std::move(stream));
                    changes.happened();
                }};
            return reply;
        };
    }
    std::size_t files_in_folder() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }

    fs::path folder;
    Changes changes;
    ServerOptions options;
    BodyPlan upload_plan{.bytes_max = 2ULL << 30U, .to_file = true, .admit = {}};
    std::map<std::string, std::function<Reply(Request&)>> handlers;
    std::unique_ptr<Server> server;
    std::mutex mutex;
    std::vector<Served> served;
};

}  // namespace shanqi::http
