// The built web UI: files beside the binary or embedded, with strong ETags, immutable caching of hashed names, and
// compressed forms made at build time. index.html gets a fresh nonce for its Content-Security-Policy in every reply.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "http/message.hpp"

namespace shanqi::http {

class StaticFiles {
public:
    virtual ~StaticFiles() = default;
    // Files under /assets/…, pages ("/", "/s/…" and what the UI routes itself) as the index of their bundle.
    virtual Reply get(const Request&) const = 0;
};

// `folder`: web/dist. Everything is read at start; a missing folder gives one page that says how to build it.
std::unique_ptr<StaticFiles> load_static_files(const std::filesystem::path& folder);

// Headers that every reply carries: CSP, X-Content-Type-Options, Referrer-Policy, frame-ancestors, Permissions-Policy.
Headers security_headers(std::string_view nonce, bool secure);

}  // namespace shanqi::http
