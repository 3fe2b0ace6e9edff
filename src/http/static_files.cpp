#include "http/static_files.hpp"

#include <fmt/core.h>

#include <array>
#include <map>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "http/prepare.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

namespace shanqi::http {
namespace {

namespace fs = std::filesystem;

struct File {
    std::string bytes, compressed, type, etag;
    bool page = false;    // has placeholders
    bool hashed = false;  // its name changes with its content
};

struct Type {
    std::string_view extension, type;
};
constexpr std::array<Type, 17> types{{{".html", "text/html; charset=utf-8"},
                                      {".js", "text/javascript; charset=utf-8"},
                                      {".mjs", "text/javascript; charset=utf-8"},
                                      {".css", "text/css; charset=utf-8"},
                                      {".json", "application/json"},
                                      {".webmanifest", "application/manifest+json"},
                                      {".svg", "image/svg+xml"},
                                      {".png", "image/png"},
                                      {".jpg", "image/jpeg"},
                                      {".webp", "image/webp"},
                                      {".ico", "image/x-icon"},
                                      {".woff2", "font/woff2"},
                                      {".txt", "text/plain; charset=utf-8"},
                                      {".map", "application/json"},
                                      {".wasm", "application/wasm"},
                                      {".pdf", "application/pdf"},
                                      {".xml", "application/xml"}}};

std::string_view type_of(const fs::path& file) {
    const std::string extension = file.extension().string();
    for (const Type& one : types)
        if (one.extension == extension) return one.type;
    return "application/octet-stream";
}

bool is_text(std::string_view type) {
    return type.starts_with("text/") || type.find("json") != std::string_view::npos ||
           type.find("xml") != std::string_view::npos || type == "application/wasm";
}

constexpr std::string_view not_built = R"(<!doctype html><html lang="zh-Hans"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>善器 Shanqi</title>
<h1>网页界面还没有生成</h1><p>服务器已经在运行，接口可以使用。请运行 <code>./script/build</code> 生成网页界面，然后重新启动。</p>
<p lang="en">The web UI has not been built; the server and its API run. Run <code>./script/build</code>, then start again.</p>
)";

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

class Loaded final : public StaticFiles {
public:
    explicit Loaded(const fs::path& folder);
    Reply get(const Request&) const override;

private:
    void add(const std::string& path, File file);
    const File* page_of(std::string_view path) const;
    static Reply page(const File&);
    static Reply file(const File&, const Request&);

    std::map<std::string, File, std::less<>> files_;
};

Loaded::Loaded(const fs::path& folder) {
    std::error_code ignored;
    for (fs::recursive_directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored)) {
        if (files_.size() == limits::static_files_max) break;
        if (!at->is_regular_file(ignored) || at->path().extension() == ".gz") continue;
        auto bytes = read_file(at->path(), limits::static_file_bytes_max);
        if (!bytes) continue;
        File one;
        one.bytes = std::move(*bytes);
        one.type = type_of(at->path());
        const std::string path = '/' + fs::relative(at->path(), folder, ignored).generic_string();
        one.hashed = path.starts_with("/assets/");
        one.page = one.type.starts_with("text/html");
        if (auto made = read_file(at->path().string() + ".gz", limits::static_file_bytes_max)) one.compressed = *made;
        add(path, std::move(one));
    }
    if (!files_.contains("/index.html")) {
        File one;
        one.bytes = not_built;
        one.type = "text/html; charset=utf-8";
        one.page = true;
        add("/index.html", std::move(one));
    }
}

void Loaded::add(const std::string& path, File file) {
    file.etag = hex(sha256(file.bytes)).substr(0, 32);
    const bool worth_it = is_text(file.type) && file.bytes.size() >= limits::compressed_bytes_min;
    if (file.compressed.empty() && !file.page && worth_it) file.compressed = gzipped(file.bytes);
    files_[path] = std::move(file);
}

const File* Loaded::page_of(std::string_view path) const {
    const std::string_view last = path.substr(path.rfind('/') + 1);
    if (last.find('.') != std::string_view::npos) return nullptr;  // a file that is not there
    const std::string bundle(path.substr(0, std::min(path.find('/', 1), path.size())));
    for (const std::string& name : {bundle + ".html", bundle + "/index.html", std::string("/index.html")})
        if (const auto found = files_.find(name); found != files_.end()) return &found->second;
    return nullptr;
}

Reply Loaded::page(const File& file) {
    const std::string nonce = new_nonce();
    std::string bytes = file.bytes;
    replace_all(bytes, nonce_placeholder, nonce);
    Reply reply;
    reply.content_type = file.type;
    reply.body = std::move(bytes);
    reply.headers = {{"Content-Security-Policy", page_policy(nonce)},
                     {"Cache-Control", "no-cache"},
                     {"X-Frame-Options", "DENY"},
                     {"Permissions-Policy", "camera=(self), geolocation=(self), microphone=(self), payment=()"},
                     {"Cross-Origin-Opener-Policy", "same-origin"}};
    return reply;
}

Reply Loaded::file(const File& file, const Request& request) {
    Reply reply;
    reply.content_type = file.type;
    reply.headers.emplace_back("Cache-Control",
                               file.hashed ? "public, max-age=31536000, immutable" : "public, no-cache");
    const bool compressed = !file.compressed.empty() && accepts_gzip(request.header("accept-encoding"));
    if (!file.compressed.empty()) reply.headers.emplace_back("Vary", "Accept-Encoding");
    const std::string etag = fmt::format("\"{}{}\"", file.etag, compressed ? "-gzip" : "");
    reply.headers.emplace_back("ETag", etag);
    if (names_tag(request.header("if-none-match"), etag)) {
        reply.status = 304;
        reply.content_type.clear();
        return reply;
    }
    if (compressed) {
        reply.headers.emplace_back("Content-Encoding", "gzip");
        reply.body = file.compressed;
    } else {
        reply.body = file.bytes;
    }
    return reply;
}

Reply Loaded::get(const Request& request) const {
    if (request.method != Method::get && request.method != Method::head) {
        Reply reply =
            problem(Error{ErrorKind::invalid, "http.method_not_allowed"}, request.language, request.request_id);
        reply.headers.emplace_back("Allow", "GET, HEAD");
        return reply;
    }
    const auto found = files_.find(request.path);
    const File* one = found != files_.end() ? &found->second : page_of(request.path);
    if (one == nullptr)
        return problem(Error{ErrorKind::not_found, "http.not_found"}, request.language, request.request_id);
    return one->page ? page(*one) : file(*one, request);
}

}  // namespace

std::unique_ptr<StaticFiles> load_static_files(const std::filesystem::path& folder) {
    return std::make_unique<Loaded>(folder);
}

std::string new_nonce() { return base64url(random_bytes(18)); }

std::string page_policy(std::string_view nonce) {
    // style-src-attr: React and Ant Design set style attributes from script, which CSP counts only when they are parsed
    // from markup; none are. blob: pictures and PDF pages that the page itself made.
    return fmt::format(
        "default-src 'none'; script-src 'nonce-{0}' 'strict-dynamic'; style-src 'self' 'nonce-{0}'; img-src 'self' "
        "data: "
        "blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'self' blob:; "
        "manifest-src "
        "'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
        nonce);
}

}  // namespace shanqi::http
