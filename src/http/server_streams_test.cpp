// What takes its time, through real sockets: pieces, events, stopping, a full queue.
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <future>
#include <thread>

#include "http/server_testing.hpp"

namespace shanqi::http {
namespace {

TEST_F(ServerTest, PiecesArePulledWhenTheClientTakesThem) {
    std::atomic<int> pulled = 0;
    std::atomic<bool> destroyed = false;
    const auto pieces = [&](std::size_t count, bool breaks) {
        struct Told {
            std::atomic<bool>& flag;
            Changes& changes;
            ~Told() {
                flag = true;
                changes.happened();
            }
        };
        Reply reply = text("");
        auto told = std::make_shared<Told>(destroyed, changes);
        auto at = std::make_shared<std::size_t>(0);
        reply.body = PullBody([&pulled, told, at, count, breaks]() -> Result<std::string> {
            ++pulled;
            if (++*at <= count) return std::string(1U << 20U, static_cast<char>('a' + *at % 26));
            if (breaks) return fail(ErrorKind::system, "http.internal");
            return std::string();
        });
        return reply;
    };
    on("/three", [&](Request&) { return pieces(3, false); });
    on("/broken", [&](Request&) { return pieces(3, true); });
    on("/endless", [&](Request&) { return pieces(1U << 30U, false); });
    start();
    TestClient one = client();
    EXPECT_EQ(one.get("/three").body.size(), 3U << 20U);
    EXPECT_EQ(one.get("/hello").body, "hello");
    EXPECT_EQ(one.get("/broken").status, 0);  // no last chunk: nobody takes it for whole
    TestClient old = client();
    old.send("GET /three HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.read_reply().body.size(), 3U << 20U);

    pulled = 0;
    destroyed = false;
    TestClient lazy = client();
    lazy.send("GET /endless HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_NE(lazy.read_until("\r\n\r\n"), "");
    EXPECT_EQ(client().get("/hello").body, "hello");
    EXPECT_LT(pulled, 32);  // what fits into the buffers of two sockets, not what there is
    lazy.close();           // in the middle of the reply
    EXPECT_TRUE(eventually([&] { return destroyed.load(); }));
    EXPECT_EQ(client().get("/hello").body, "hello");
}

TEST_F(ServerTest, EventsArePushedToManyWithoutAThreadEach) {
    options.workers = 2;
    options.limits.event_pulse = std::chrono::milliseconds(50);
    EventHub hub;
    on("/events", listening_to(hub));
    start();
    std::vector<TestClient> listeners;
    for (int i = 0; i < 300; ++i) {
        listeners.push_back(client());
        listeners.back().send("GET /events?topic=a HTTP/1.1\r\nHost: t\r\n\r\n");
        const std::string head = listeners.back().read_until("\r\n\r\n");
        ASSERT_NE(head.find("text/event-stream"), std::string::npos);
    }
    ASSERT_TRUE(eventually([&] { return hub.clients() == 300; }));
    EXPECT_EQ(client().get("/hello").body, "hello");
    EXPECT_EQ(hub.publish("a", {.name = "job", .data = "line 1\nline 2", .id = "7"}), 300U);
    EXPECT_EQ(hub.publish("b", {.name = "job", .data = "x", .id = ""}), 0U);
    for (TestClient& one : listeners)
        EXPECT_NE(one.read_until("data: line 2\n\n").find("id: 7\nevent: job\ndata: line 1\n"), std::string::npos);
    EXPECT_NE(listeners[0].read_until(": \n\n"), "");  // the pulse
    listeners.clear();
    EXPECT_TRUE(eventually([&] { return hub.clients() == 0 && server->connections() == 0; }));
}

TEST_F(ServerTest, AListenerThatDoesNotKeepUpIsCutOff) {
    EventHub hub;
    on("/events", listening_to(hub));
    start();
    TestClient slow = client();
    slow.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_NE(slow.read_until("\r\n\r\n"), "");
    ASSERT_TRUE(eventually([&] { return hub.clients() == 1; }));
    const Event large{.name = "", .data = std::string(limits::event_bytes_max / 4, 'x'), .id = ""};
    int published = 0;
    while (published < 100'000 && hub.publish("a", large) > 0) ++published;
    EXPECT_LT(published, 100'000);
    EXPECT_EQ(hub.clients(), 0U);
}

TEST_F(ServerTest, StoppingLetsARunningRequestEnd) {
    std::promise<void> entered, go_on;
    on("/slow", [&](Request&) {
        entered.set_value();
        go_on.get_future().wait();
        return text("done");
    });
    start();
    TestClient idle = client(), running = client();
    EXPECT_EQ(idle.get("/hello").body, "hello");
    running.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
    entered.get_future().wait();
    std::jthread stopping([&] { server->stop(std::chrono::hours(1)); });
    EXPECT_TRUE(idle.ended());  // who waits is not waited for
    const std::uint16_t port = server->port();
    EXPECT_FALSE(TestClient(port).connected());  // the listener was closed before who waits
    go_on.set_value();
    const TestReply reply = running.read_reply();
    EXPECT_EQ(reply.body, "done");
    EXPECT_EQ(reply.header("connection"), "close");
    stopping.join();
    EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, StoppingEndsListenersAndForgetsThem) {
    EventHub hub;
    on("/events", listening_to(hub));
    start();
    TestClient one = client();
    one.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return hub.clients() == 1; }));
    server->stop(std::chrono::hours(1));
    server.reset();
    EXPECT_EQ(hub.publish("a", {.name = "", .data = "x", .id = ""}), 0U);  // the stream outlived its server
}

TEST_F(ServerTest, AFullQueueIsSaid) {
    options.workers = 1;
    options.limits.queued_requests = 2;
    std::promise<void> go_on;
    const std::shared_future<void> gone_on = go_on.get_future().share();
    std::atomic<int> entered = 0;
    on("/slow", [&](Request&) {
        ++entered;
        changes.happened();
        gone_on.wait();
        return text("done");
    });
    start();
    std::vector<TestClient> all;
    const auto ask = [&] {
        all.push_back(client());
        all.back().send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
    };
    ask();
    ASSERT_TRUE(eventually([&] { return entered == 1; }));
    TestReply busy;
    for (int i = 0; i < 100 && busy.status == 0; ++i) {  // two more wait, the next is turned away
        ask();
        pollfd ready{all.back().descriptor(), POLLIN, 0};
        if (::poll(&ready, 1, 50) == 1) busy = all.back().read_reply();
    }
    EXPECT_EQ(busy.status, 503);
    EXPECT_NE(busy.header("retry-after"), "");
    go_on.set_value();
    EXPECT_EQ(all[0].read_reply().body, "done");
    server->stop(std::chrono::hours(1));  // those that waited run now: while what they count in still stands
    server.reset();
}

}  // namespace
}  // namespace shanqi::http
