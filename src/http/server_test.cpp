// The server through real sockets. What makes it wait is a limit of ServerLimits, so that a test can make it short.
#include "http/server.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/sendfile.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include "base/digest.hpp"
#include "http/server_testing.hpp"

namespace shanqi::http {
namespace {

TEST_F(ServerTest, AnswersManyRequestsOnOneConnection) {
    start();
    TestClient one = client();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(one.get("/hello").body, "hello");
    const TestReply reply = one.get("/hello?x=1");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(reply.header("x-request-id").size(), 36U);
    EXPECT_EQ(reply.header("x-content-type-options"), "nosniff");
    EXPECT_NE(reply.header("content-security-policy").find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(reply.header("date").size(), 29U);
    EXPECT_EQ(server->connections(), 1U);
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
    start();
    TestClient one = client();
    one.send(
        "GET /echo?1 HTTP/1.1\r\nHost: t\r\n\r\n"
        "POST /echo?2 HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc"
        "POST /echo?3 HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
        "GET /echo?4 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(one.read_reply().body, "GET /echo?1 ");
    EXPECT_EQ(one.read_reply().body, "POST /echo?2 abc");
    EXPECT_EQ(one.read_reply().body, "POST /echo?3 def");
    EXPECT_EQ(one.read_reply().body, "GET /echo?4 ");
    EXPECT_TRUE(one.ended());
}

TEST_F(ServerTest, ABytewiseRequestIsTheSame) {
    start();
    TestClient one = client();
    for (const char c : std::string("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc"))
        one.send({&c, 1});
    EXPECT_EQ(one.read_reply().body, "POST /echo abc");
}

TEST_F(ServerTest, RefusesWhatTwoServersCouldReadDifferently) {
    start();
    for (const char* request : {
             "GET /hello HTTP/1.1\r\n\r\n",                        // no Host
             "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",  // two
             "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
             "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
             "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: -3\r\n\r\nabc",
             "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\nabc",
             "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
             "POST /echo HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzzzzz\r\n",
             "GET /hello HTTP/1.1\r\nHost: t\r\nA : b\r\n\r\n", "GET /hello HTTP/2.0\r\nHost: t\r\n\r\n",
             "GET /a/../hello HTTP/1.1\r\nHost: t\r\n\r\n", "GET /a%2f..%2fhello HTTP/1.1\r\nHost: t\r\n\r\n",
             "GET /hello%00 HTTP/1.1\r\nHost: t\r\n\r\n", "GET //hello HTTP/1.1\r\nHost: t\r\n\r\n",
             "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  // TLS on a plain port
         })
        EXPECT_EQ(send(request).status, 400) << request;
    EXPECT_EQ(send("GET http://t/hello HTTP/1.1\r\nHost: t\r\n\r\n").body, "hello");
    EXPECT_EQ(send("BREW /echo HTTP/1.1\r\nHost: t\r\n\r\n").body, " /echo ");  // Method::other: dispatch says 405
}

TEST_F(ServerTest, HeadersAndBodiesHaveLimits) {
    start();
    const std::string long_header = "A: " + std::string(options.limits.header_bytes, 'x') + "\r\n";
    EXPECT_EQ(send("GET /hello HTTP/1.1\r\nHost: t\r\n" + long_header + "\r\n").status, 431);
    EXPECT_EQ(send("GET /" + std::string(options.limits.header_bytes, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n").status,
              431);
    std::string many;
    for (std::size_t i = 0; i < options.limits.headers; ++i) many += "A: b\r\n";
    EXPECT_EQ(send("GET /hello HTTP/1.1\r\nHost: t\r\n" + many + "\r\n").status, 431);

    EXPECT_EQ(send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x')).status,
              200);
    const TestReply large =
        send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x'));
    EXPECT_EQ(large.status, 413);
    EXPECT_EQ(large.header("connection"), "close");
    EXPECT_EQ(send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999\r\n\r\n").status, 413);
    std::string chunks = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 11; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
    EXPECT_EQ(send(chunks + "0\r\n\r\n").status, 413);
    // What belongs to chunks and is no body has the limit of headers.
    const std::string endless(2 * options.limits.header_bytes + 200'000, 'x');
    const std::string begin = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(send(begin + "1;" + endless).status, 431);
    EXPECT_EQ(send(begin + "0\r\nA: " + endless).status, 431);
}

TEST_F(ServerTest, ASlowHeaderIsCutOff) {
    options.limits.header_time = std::chrono::milliseconds(100);
    start();
    TestClient one = client();
    one.send("GET /hello HTTP/1.1\r\nHost: t\r\n");
    EXPECT_EQ(one.read_reply().status, 408);
    EXPECT_TRUE(one.ended());
    // Dripping bytes do not help: the limit is of the whole header.
    TestClient slow = client();
    slow.send("GET /hello HTTP/1.1\r\n");
    pollfd cut_off{slow.descriptor(), POLLIN, 0};
    while (::poll(&cut_off, 1, 10) == 0) ASSERT_TRUE(slow.send("A: b\r\n"));
    EXPECT_EQ(slow.read_reply().status, 408);
    slow.close();
    one.close();
    EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(ServerTest, ABodyThatStopsIsCutOff) {
    options.limits.stall_time = std::chrono::milliseconds(100);
    start();
    TestClient one = client();
    one.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\nabc");
    EXPECT_TRUE(one.ended());
}

TEST_F(ServerTest, AClientThatDoesNotReadIsCutOff) {
    options.limits.stall_time = std::chrono::milliseconds(100);
    on("/large", [](Request&) { return text(std::string(64U << 20U, 'x')); });
    start();
    TestClient one = client();
    one.send("GET /large HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
    EXPECT_EQ(client().get("/hello").body, "hello");
}

TEST_F(ServerTest, ConnectionsThatWaitAreClosed) {
    options.limits.idle_time = std::chrono::milliseconds(100);
    start();
    TestClient never = client(), used = client();
    EXPECT_EQ(used.get("/hello").body, "hello");
    EXPECT_TRUE(never.ended());
    EXPECT_TRUE(used.ended());
}

TEST_F(ServerTest, AnswersWhile2000ConnectionsWait) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 4'200) GTEST_SKIP() << "only " << files.rlim_cur << " file descriptors";
    start();
    std::vector<TestClient> idle;
    for (int i = 0; i < 2'000; ++i) {
        idle.push_back(client());
        ASSERT_TRUE(idle.back().connected()) << i;
        if (i % 2 == 0) idle.back().send("GET /hello HTTP/1.1\r\nHo");  // half of them in the middle of a header
    }
    ASSERT_TRUE(eventually([&] { return server->connections() == 2'000; }));
    TestClient one = client();
    for (int i = 0; i < 1'000; ++i) ASSERT_EQ(one.get("/hello").body, "hello");
    EXPECT_EQ(server->connections(), 2'001U);
    idle[0].send("st: t\r\n\r\n");
    EXPECT_EQ(idle[0].read_reply().body, "hello");
    EXPECT_EQ(idle[1].get("/hello").body, "hello");
}

TEST_F(ServerTest, OneConnectionTooManyIsClosed) {
    options.limits.connections = 3;
    start();
    std::vector<TestClient> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(client());
        EXPECT_EQ(all.back().get("/hello").body, "hello");
    }
    EXPECT_EQ(client().get("/hello").status, 0);
    all.pop_back();
    EXPECT_TRUE(eventually([&] { return server->connections() == 2; }));
    EXPECT_EQ(client().get("/hello").status, 200);
}

std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

TEST_F(ServerTest, AGigabyteIsStreamedToDisk) {
    constexpr std::uint64_t gigabyte = 1ULL << 30U;
    if (fs::space(folder).available < 2 * gigabyte) GTEST_SKIP() << "no room";
    std::uint64_t seen_bytes = 0, most = 0;
    std::string hash, name;
    on("/upload", [&](Request& r) {
        seen_bytes = fs::file_size(r.upload->file);
        hash = r.upload->sha256;
        name = r.upload->name;
        return text("got it");
    });
    start();
    const fs::path source = folder / "source";
    std::ofstream(source).close();
    fs::resize_file(source, gigabyte);  // sparse: zeros
    const std::uint64_t before = resident_bytes();
    TestClient one = client();
    one.send("POST /upload HTTP/1.1\r\nHost: t\r\nX-File-Name: %E5%90%8D%E5%8D%95.xlsx\r\nContent-Length: " +
             std::to_string(gigabyte) + "\r\n\r\n");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(source.c_str(), "r"), &std::fclose);
    off_t at = 0;
    while (static_cast<std::uint64_t>(at) < gigabyte) {
        ASSERT_GT(::sendfile(one.descriptor(), ::fileno(file.get()), &at, 4U << 20U), 0);
        most = std::max(most, resident_bytes());
    }
    EXPECT_EQ(one.read_reply().body, "got it");
    EXPECT_EQ(seen_bytes, gigabyte);
    EXPECT_EQ(name, "名单.xlsx");
    EXPECT_EQ(hash, "49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14");  // sha256sum of the same
    EXPECT_LT(most, before + (32U << 20U));
    EXPECT_EQ(files_in_folder(), 1U);  // the source; nobody took the upload
}

TEST_F(ServerTest, AnUploadIsKeptWhenItIsMoved) {
    on("/upload", [&](Request& r) {
        fs::rename(r.upload->file, folder / "kept");
        return text(r.upload->sha256);
    });
    start();
    const TestReply reply = send("POST /upload HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_EQ(reply.body, hex(sha256("abc")));
    EXPECT_EQ(fs::file_size(folder / "kept"), 3U);
    EXPECT_EQ(files_in_folder(), 1U);
}

TEST_F(ServerTest, AnUploadThatIsRefusedOrBrokenOffLeavesNothing) {
    upload_plan.admit = [](const Request& r) -> std::optional<Reply> {
        if (r.header("x-secret") == "yes") return std::nullopt;
        return problem(Error{ErrorKind::refused, "http.sign_in_first"}, r.language, r.request_id);
    };
    upload_plan.bytes_max = 1000;
    on("/upload", [](Request&) { return text("never"); });
    start();
    EXPECT_EQ(send("POST /upload HTTP/1.1\r\nHost: t\r\nContent-Length: 900\r\n\r\n").status, 401);
    {
        const NewFile made(folder);
        TestClient one = client();
        one.send("POST /upload HTTP/1.1\r\nHost: t\r\nX-Secret: yes\r\nContent-Length: 900\r\n\r\nabc");
        EXPECT_TRUE(made.wait());
        EXPECT_EQ(files_in_folder(), 1U);
    }
    EXPECT_TRUE(eventually([&] { return files_in_folder() == 0; }));
    const std::string chunked =
        "POST /upload HTTP/1.1\r\nHost: t\r\nX-Secret: yes\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(send(chunked + "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n").status, 413);
    EXPECT_TRUE(eventually([&] { return files_in_folder() == 0; }));
}

TEST_F(ServerTest, WhoAsksFirstIsToldToContinueOrNot) {
    on("/upload", [](Request& r) { return text(r.upload->sha256); });
    start();
    const std::string head = " HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: ";
    for (const std::string path : {"/echo", "/upload"}) {
        TestClient one = client();
        one.send(std::string("POST ").append(path).append(head).append("3\r\n\r\n"));
        EXPECT_EQ(one.read_reply().status, 100) << path;
        one.send("abc");
        EXPECT_EQ(one.read_reply().status, 200) << path;
    }
    TestClient large = client();
    large.send("POST /echo" + head + "5000\r\n\r\n");
    EXPECT_EQ(large.read_reply().status, 413);
}

TEST_F(ServerTest, FilesHaveRangesAndTags) {
    const fs::path file = folder / "file";
    std::ofstream(file) << "0123456789";
    on("/file", [&](Request&) {
        Reply reply = text("");
        reply.body = FileBody{.file = file, .remove_after = false, .etag = ""};
        return reply;
    });
    on("/once", [&](Request&) {
        Reply reply = text("");
        fs::copy_file(file, folder / "once");
        reply.body = FileBody{.file = folder / "once", .remove_after = true, .etag = ""};
        return reply;
    });
    on("/gone", [&](Request&) {
        Reply reply = text("");
        reply.body = FileBody{.file = folder / "nothing", .remove_after = false, .etag = ""};
        return reply;
    });
    start();
    TestClient one = client();
    const TestReply whole = one.get("/file");
    EXPECT_EQ(whole.body, "0123456789");
    EXPECT_EQ(whole.header("accept-ranges"), "bytes");
    const TestReply part = one.get("/file", "Range: bytes=2-4\r\n");
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "234");
    EXPECT_EQ(part.header("content-range"), "bytes 2-4/10");
    EXPECT_EQ(one.get("/file", "Range: bytes=-3\r\n").body, "789");
    EXPECT_EQ(one.get("/file", "Range: bytes=7-\r\n").body, "789");
    EXPECT_EQ(one.get("/file", "Range: bytes=1-2,4-5\r\n").body, "0123456789");
    EXPECT_EQ(one.get("/file", "Range: bytes=2-4\r\nIf-Range: \"other\"\r\n").body, "0123456789");
    EXPECT_EQ(one.get("/file", "Range: bytes=2-4\r\nIf-Range: " + whole.header("etag") + "\r\n").body, "234");
    const TestReply beyond = one.get("/file", "Range: bytes=10-\r\n");
    EXPECT_EQ(beyond.status, 416);
    EXPECT_EQ(beyond.header("content-range"), "bytes */10");
    EXPECT_EQ(one.get("/file", "If-None-Match: " + whole.header("etag") + "\r\n").status, 304);
    one.send("HEAD /file HTTP/1.1\r\nHost: t\r\n\r\n");
    EXPECT_EQ(one.read_reply(true).header("content-length"), "10");
    EXPECT_EQ(one.get("/once").body, "0123456789");  // and nothing of HEAD's body was in between
    EXPECT_FALSE(fs::exists(folder / "once"));
    EXPECT_EQ(one.get("/gone").status, 404);
}

TEST_F(ServerTest, TextIsCompressedAndHasATag) {
    const std::string body(5'000, 'x');
    std::string now = body;
    on("/text", [&](Request&) { return text(now); });
    on("/secret", [&](Request&) {
        Reply reply = text(now);
        reply.headers.emplace_back("Cache-Control", "no-store");
        return reply;
    });
    start();
    TestClient one = client();
    const TestReply plain = one.get("/text");
    EXPECT_EQ(plain.body, body);
    EXPECT_EQ(plain.header("vary"), "Accept-Encoding");
    const TestReply small = one.get("/text", "Accept-Encoding: br, gzip;q=0.8\r\n");
    EXPECT_EQ(small.header("content-encoding"), "gzip");
    EXPECT_LT(small.body.size(), 200U);
    EXPECT_EQ(small.body.substr(0, 2), "\x1f\x8b");
    EXPECT_NE(small.header("etag"), plain.header("etag"));  // strong: other bytes, another tag
    EXPECT_EQ(one.get("/text", "Accept-Encoding: gzip;q=0\r\n").body, body);
    for (const TestReply& known : {plain, small}) {
        const TestReply same = one.get("/text", "If-None-Match: \"a\", " + known.header("etag") + "\r\n");
        EXPECT_EQ(same.status, 304);
        EXPECT_EQ(same.header("etag"), known.header("etag"));
    }
    EXPECT_EQ(one.get("/secret", "Accept-Encoding: gzip\r\n").body, body);
    now += 'y';
    EXPECT_EQ(one.get("/text", "If-None-Match: " + plain.header("etag") + "\r\n").status, 200);
}

TEST_F(ServerTest, OnlyTrustedProxiesAreBelieved) {
    on("/who", [](Request& r) { return text(r.client + (r.secure ? " secure" : " plain")); });
    options.trusted_proxies = {"127.0.0.1", "10.0.0.2"};
    start();
    TestClient one = client();
    EXPECT_EQ(one.get("/who").body, "127.0.0.1 plain");
    const std::string secure = "X-Forwarded-Proto: https\r\n";
    EXPECT_EQ(one.get("/who", "X-Forwarded-For: 203.0.113.9\r\n" + secure).body, "203.0.113.9 secure");
    EXPECT_EQ(one.get("/who", "X-Forwarded-For: 1.2.3.4, 203.0.113.9, 10.0.0.2\r\n").body, "203.0.113.9 plain");
    EXPECT_EQ(one.get("/who", "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 203.0.113.9\r\n").body,
              "203.0.113.9 plain");
    EXPECT_EQ(one.get("/who", "X-Forwarded-For: unknown\r\n").body, "127.0.0.1 plain");
    EXPECT_EQ(one.get("/who", secure).header("strict-transport-security"), "max-age=31536000");
    server->stop(std::chrono::milliseconds(0));
    options.trusted_proxies = {"10.0.0.2"};
    start();
    EXPECT_EQ(client().get("/who", "X-Forwarded-For: 203.0.113.9\r\n" + secure).body, "127.0.0.1 plain");
}

TEST_F(ServerTest, AnAddressThatIsTakenIsSaid) {
    start();
    ServerOptions second = options;
    second.port = server->port();
    const auto refused = make_server(second, {}, {})->start();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().key, "http.address_in_use");
    second.address = "203.0.113.7";
    EXPECT_EQ(make_server(second, {}, {})->start().error().key, "http.bad_address");
}

TEST_F(ServerTest, TheLogHasWhatHappenedAndNoPath) {
    on("/named", [](Request&) {
        Reply reply = text("12345");
        reply.operation = "name_get";
        return reply;
    });
    start();
    const TestReply reply = client().get("/named?phone=19900000000");
    ASSERT_TRUE(eventually([&] {
        const std::scoped_lock lock(mutex);
        return served.size() == 1;
    }));
    EXPECT_EQ(served[0].method, "GET");
    EXPECT_EQ(served[0].operation, "name_get");
    EXPECT_EQ(served[0].status, 200);
    EXPECT_EQ(served[0].request_id, reply.header("x-request-id"));
    EXPECT_EQ(served[0].bytes, static_cast<std::int64_t>(reply.head.size() + 5));
}

// A key and a certificate for 127.0.0.1, signed by itself.
void write_certificate(const fs::path& certificate_file, const fs::path& key_file) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* file = std::fopen(certificate_file.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

TEST_F(ServerTest, SpeaksTls) {
    options.certificate_file = folder / "certificate.pem";
    options.key_file = folder / "key.pem";
    ServerOptions none = options;
    EXPECT_EQ(make_server(none, {}, {})->start().error().key, "http.bad_certificate");
    write_certificate(options.certificate_file, options.key_file);
    options.limits.header_time = std::chrono::milliseconds(500);
    on("/who", [](Request& r) { return text(r.secure ? "secure" : "plain"); });
    on("/large", [](Request&) { return text(std::string(5U << 20U, 'x')); });
    EventHub hub;
    on("/events", listening_to(hub));
    start();
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    {
        TestClient one(server->port(), context);
        ASSERT_TRUE(one.connected());
        EXPECT_EQ(one.get("/who").body, "secure");
        EXPECT_EQ(one.get("/who").header("strict-transport-security"), "max-age=31536000");
        EXPECT_EQ(one.get("/large").body.size(), 5U << 20U);
        one.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n");
        ASSERT_TRUE(eventually([&] { return hub.clients() == 1; }));
        hub.publish("a", {.name = "", .data = "x", .id = ""});
        EXPECT_NE(one.read_until("data: x\n\n"), "");
    }
    EXPECT_TRUE(eventually([&] { return hub.clients() == 0; }));
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    EXPECT_FALSE(TestClient(server->port(), context).connected());
    SSL_CTX_free(context);
    EXPECT_TRUE(client().ended());  // no handshake within header_time
}

}  // namespace
}  // namespace shanqi::http
