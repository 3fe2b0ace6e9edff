#include "http/static_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/digest.hpp"
#include "http/prepare.hpp"

namespace shanqi::http {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
protected:
    StaticFilesTest() {
        write("index.html",
              "<meta name=csp-nonce content=__NONCE__><script nonce=__NONCE__ src=/assets/a-1.js></script>");
        write("s.html", "sign __NONCE__");
        write("assets/a-1.js", std::string(3'000, 'x'));
        write("assets/b-2.js", std::string(3'000, 'y'));
        write("assets/b-2.js.gz", "made at build time");
        write("robots.txt", "none");
        files = load_static_files(folder);
    }
    ~StaticFilesTest() override { fs::remove_all(folder); }
    void write(const std::string& name, const std::string& bytes) const {
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name) << bytes;
    }
    Reply get(const std::string& path, Headers headers = {}) const {
        Request request;
        request.path = path;
        request.headers = std::move(headers);
        return files->get(request);
    }
    static std::string header(const Reply& reply, std::string_view name) {
        for (const auto& [key, value] : reply.headers)
            if (key == name) return value;
        return "";
    }
    static std::string body(const Reply& reply) { return std::get<std::string>(reply.body); }

    const fs::path folder = fs::temp_directory_path() / ("shanqi-static-" + hex(random_bytes(8)));
    std::unique_ptr<StaticFiles> files;
};

TEST_F(StaticFilesTest, APageHasAFreshNonceThatItsPolicyNames) {
    const Reply one = get("/"), two = get("/");
    const std::string policy = header(one, "Content-Security-Policy");
    const std::size_t at = policy.find("'nonce-") + 7;
    const std::string nonce = policy.substr(at, policy.find('\'', at) - at);
    EXPECT_EQ(nonce.size(), 24U);
    EXPECT_EQ(body(one),
              "<meta name=csp-nonce content=" + nonce + "><script nonce=" + nonce + " src=/assets/a-1.js></script>");
    EXPECT_NE(body(one), body(two));
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(header(one, "Cache-Control"), "no-cache");
}

TEST_F(StaticFilesTest, WhatTheUiRoutesItselfIsThePageOfItsBundle) {
    EXPECT_EQ(body(get("/orgs/1/members")).substr(0, 5), "<meta");
    EXPECT_EQ(body(get("/s/abc")).substr(0, 4), "sign");
    EXPECT_EQ(body(get("/s")).substr(0, 4), "sign");
    EXPECT_EQ(get("/assets/gone.js").status, 404);
    EXPECT_EQ(get("/../etc/passwd.txt").status, 404);
}

TEST_F(StaticFilesTest, HashedNamesAreKeptForEverAndCompressed) {
    const Reply plain = get("/assets/a-1.js");
    EXPECT_EQ(plain.content_type, "text/javascript; charset=utf-8");
    EXPECT_EQ(header(plain, "Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(body(plain), std::string(3'000, 'x'));
    const Headers gzip{{"accept-encoding", "gzip"}};
    EXPECT_LT(body(get("/assets/a-1.js", gzip)).size(), 200U);
    EXPECT_EQ(body(get("/assets/b-2.js", gzip)), "made at build time");
    EXPECT_EQ(header(get("/robots.txt"), "Cache-Control"), "public, no-cache");
    const std::string tag = header(plain, "ETag");
    EXPECT_EQ(get("/assets/a-1.js", {{"if-none-match", tag}}).status, 304);
    EXPECT_EQ(get("/assets/a-1.js", {{"if-none-match", tag}, {"accept-encoding", "gzip"}}).status, 200);
}

TEST_F(StaticFilesTest, WithoutABuildThereIsAPageThatSaysHow) {
    files = load_static_files(folder / "nothing");
    EXPECT_NE(body(get("/")).find("./script/build"), std::string::npos);
}

TEST_F(StaticFilesTest, PagesAreOnlyRead) {
    Request request;
    request.method = Method::post;
    request.path = "/";
    EXPECT_EQ(files->get(request).status, 405);
}

}  // namespace
}  // namespace shanqi::http
