// The built web UI: files beside the binary, with strong ETags, immutable caching of hashed names, and compressed forms
// made at build time. Pages get a fresh nonce for their Content-Security-Policy in every reply.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace shanqi::http {

namespace limits {
constexpr std::uint64_t static_file_bytes_max = 16ULL << 20U;
constexpr std::size_t static_files_max = 5'000;
}  // namespace limits

// In a page, replaced by the nonce of the reply: <meta name="csp-nonce" content="__NONCE__">, <script
// nonce="__NONCE__">.
constexpr std::string_view nonce_placeholder = "__NONCE__";

class StaticFiles {
public:
    virtual ~StaticFiles() = default;
    // A file of that path ("/assets/index-1a2b3c.js" is kept by browsers for ever), else, for what has no extension,
    // the page that the UI routes itself: of the bundle that the first segment names ("/s/…": s.html or s/index.html)
    // or index.html. Anything else is 404.
    virtual Reply get(const Request&) const = 0;
};

// `folder`: web/dist. Everything is read at start; a missing folder gives one page that says how to build it. A file
// x.gz beside x is its compressed form; where it is missing, text is compressed once at start.
std::unique_ptr<StaticFiles> load_static_files(const std::filesystem::path& folder);

// The policy of a page: scripts and styles with this nonce only, nothing in a frame of others, no plug-ins.
std::string page_policy(std::string_view nonce);
std::string new_nonce();

}  // namespace shanqi::http
