// S3-compatible storage: PUT, multipart uploads, GET, HEAD, DELETE and ListObjectsV2 of one bucket, path-style. The
// server checks the digest of every body that it is sent (x-amz-content-sha256).
//
// An upload in parts that is killed leaves parts that nobody lists and somebody pays for: give the bucket a lifecycle
// rule that aborts incomplete uploads after a day. One that fails is aborted here.
#include <algorithm>
#include <utility>

#include "base/described.hpp"
#include "base/digest.hpp"
#include "base/ids.hpp"
#include "store/file_source.hpp"
#include "store/s3_transport.hpp"
#include <pugixml.hpp>

namespace shanqi::store {
namespace {

constexpr std::uint64_t parts_max = 10'000;
// The same bytes again cost nothing while the file is young. An older one is written anew, so that a sweep, which asks
// for its age before it removes it, leaves it alone.
constexpr std::chrono::hours put_again_after{12};

// Code and message of an S3 error, for the administrator; neither holds what was sent.
std::string error_code(const S3Reply& reply) {
    pugi::xml_document document;
    document.load_buffer(reply.body.data(), reply.body.size());
    const std::string code = document.child("Error").child_value("Code");
    return "HTTP " + std::to_string(reply.status) + (code.empty() ? "" : " " + code);
}

class S3Store final : public FileStore {
public:
    explicit S3Store(S3Options options) : options_(std::move(options)), transport_(make_s3_transport(options_)) {}

    Result<> check_bucket() {
        const S3Reply reply = TRY(transport_->send({.method = "HEAD"}));
        if (reply.status == 404) return fail(ErrorKind::not_found, "files.no_bucket", {{"bucket", options_.bucket}});
        return refuse_unless_good(reply);
    }

    Result<StoredFile> put(std::string_view org, const std::filesystem::path& source) override {
        const FileSource file = TRY(FileSource::open(source));
        const FileDigest digest = TRY(file.digest());
        return store(org, digest,
                     [&file](std::uint64_t offset, std::size_t bytes_max) { return file.piece(offset, bytes_max); });
    }

    Result<StoredFile> put_bytes(std::string_view org, std::string_view bytes) override {
        if (bytes.size() > limits::file_bytes_max) return FileSource::too_large();
        return store(org, {hex(sha256(bytes)), bytes.size()},
                     [bytes](std::uint64_t offset, std::size_t bytes_max) -> Result<std::string> {
                         return std::string(bytes.substr(offset, bytes_max));
                     });
    }

    Result<> get(const std::string& key, const Sink& sink) override {
        if (!is_file_key(key)) return fail(ErrorKind::not_found, "files.not_found");
        Sha256Stream hash;
        const Sink hashing = [&](std::string_view piece) {
            hash.update(piece);
            return sink(piece);
        };
        const S3Reply reply = TRY(transport_->send({.key = key, .sink = &hashing}));
        if (reply.status == 404) return fail(ErrorKind::not_found, "files.not_found");
        TRY_DO(refuse_unless_good(reply));
        if (hex(hash.finish()) != key.substr(37)) return fail(ErrorKind::system, "files.damaged");
        return {};
    }

    Result<bool> exists(const std::string& key) override {
        if (!is_file_key(key)) return false;
        return TRY(size_of(key)).has_value();
    }

    Result<> remove(const std::string& key) override {
        if (!is_file_key(key)) return {};
        const S3Reply reply = TRY(transport_->send({.method = "DELETE", .key = key}));
        if (reply.status == 404) return {};
        return refuse_unless_good(reply);
    }

    Result<> list(const std::function<Result<>(const StoredFile&)>& each) override {
        return list_with_time([&each](const StoredFile& file, std::string_view) { return each(file); });
    }

    // S3 cannot remove a file on condition of its age: see put_again_after.
    Result<std::int64_t> sweep(Instant before,
                               const std::function<Result<bool>(const std::string& key)>& unwanted) override {
        std::vector<std::string> old;
        TRY_DO(list_with_time([&](const StoredFile& file, std::string_view modified) -> Result<> {
            const auto at = from_json<Instant>(boost::json::value(modified));
            if (at && at->us < before.us) old.push_back(file.key);
            return {};
        }));
        std::int64_t removed = 0;
        for (const std::string& key : old) {
            if (!TRY(unwanted(key))) continue;
            const S3Reply now = TRY(transport_->send({.method = "HEAD", .key = key}));
            if (now.status != 200 || now.last_modified_s * 1'000'000 >= before.us) continue;
            TRY_DO(remove(key));
            ++removed;
        }
        return removed;
    }

private:
    Result<> list_with_time(const std::function<Result<>(const StoredFile&, std::string_view modified)>& each) {
        std::string token;
        while (true) {
            S3Query query{{"list-type", "2"}, {"max-keys", std::to_string(options_.list_page)}};
            if (!token.empty()) query.emplace_back("continuation-token", token);
            const S3Reply reply = TRY(transport_->send({.query = std::move(query)}));
            TRY_DO(refuse_unless_good(reply));
            pugi::xml_document document;
            if (!document.load_buffer(reply.body.data(), reply.body.size())) return bad_answer();
            const pugi::xml_node result = document.child("ListBucketResult");
            if (!result) return bad_answer();
            for (const pugi::xml_node file : result.children("Contents")) {
                const StoredFile stored{file.child_value("Key"), file.child("Size").text().as_ullong()};
                if (is_file_key(stored.key)) TRY_DO(each(stored, file.child_value("LastModified")));
            }
            if (!result.child("IsTruncated").text().as_bool()) return {};
            std::string next = result.child_value("NextContinuationToken");
            if (next.empty() || next == token) return bad_answer();  // would never end
            token = std::move(next);
        }
    }

    using Body = std::function<Result<std::string>(std::uint64_t, std::size_t)>;

    static std::unexpected<Error> bad_answer() {
        return fail(ErrorKind::system, "files.failed", {{"reason", "unexpected answer"}});
    }

    static Result<> refuse_unless_good(const S3Reply& reply) {
        if (reply.status >= 200 && reply.status < 300) return {};
        const bool refused = reply.status == 401 || reply.status == 403;
        return fail(refused ? ErrorKind::refused : ErrorKind::system, refused ? "files.refused" : "files.failed",
                    {{"reason", error_code(reply)}});
    }

    Result<std::optional<std::uint64_t>> size_of(const std::string& key) {
        const S3Reply reply = TRY(transport_->send({.method = "HEAD", .key = key}));
        if (reply.status == 404) return std::optional<std::uint64_t>{};
        TRY_DO(refuse_unless_good(reply));
        return std::optional<std::uint64_t>(reply.bytes);
    }

    Result<StoredFile> store(std::string_view org, const FileDigest& digest, const Body& body) {
        if (!is_uuid(org)) return fail(ErrorKind::invalid, "files.bad_owner");
        StoredFile stored{std::string(org) + "/" + digest.sha256, digest.bytes};
        const S3Reply there = TRY(transport_->send({.method = "HEAD", .key = stored.key}));
        if (there.status != 404) {
            TRY_DO(refuse_unless_good(there));
            const std::int64_t age_us = system_clock().now().us - there.last_modified_s * 1'000'000;
            if (there.bytes == digest.bytes && age_us < std::chrono::microseconds(put_again_after).count())
                return stored;
        }
        if (digest.bytes > options_.single_bytes_max) {
            TRY_DO(put_in_parts(stored, digest.sha256, body));
            return stored;
        }
        const S3Reply reply = TRY(transport_->send({.method = "PUT",
                                                    .key = stored.key,
                                                    .query = {},
                                                    .body = body,
                                                    .body_bytes = digest.bytes,
                                                    .body_sha256 = digest.sha256}));
        TRY_DO(refuse_unless_good(reply));
        return stored;
    }

    Result<S3Reply> send_bytes(std::string method, const std::string& key, S3Query query, std::string_view bytes) {
        return transport_->send({.method = std::move(method),
                                 .key = key,
                                 .query = std::move(query),
                                 .body = [bytes](std::uint64_t offset, std::size_t bytes_max) -> Result<std::string> {
                                     return std::string(bytes.substr(offset, bytes_max));
                                 },
                                 .body_bytes = bytes.size(),
                                 .body_sha256 = hex(sha256(bytes))});
    }

    Result<> put_in_parts(const StoredFile& file, const std::string& sha256_hex, const Body& body) {
        const S3Reply begun = TRY(send_bytes("POST", file.key, {{"uploads", ""}}, ""));
        TRY_DO(refuse_unless_good(begun));
        pugi::xml_document document;
        document.load_buffer(begun.body.data(), begun.body.size());
        const std::string upload = document.child("InitiateMultipartUploadResult").child_value("UploadId");
        if (upload.empty()) return bad_answer();
        Result<> done = upload_parts(file, sha256_hex, body, upload);
        // What failed is taken back; should that fail too, the bucket's lifecycle rule does it.
        if (!done) (void)transport_->send({.method = "DELETE", .key = file.key, .query = {{"uploadId", upload}}});
        return done;
    }

    Result<> upload_parts(const StoredFile& file, const std::string& sha256_hex, const Body& body,
                          const std::string& upload) {
        const std::uint64_t part_bytes = std::max(options_.part_bytes, file.bytes / parts_max + 1);
        Sha256Stream hash;
        std::string parts = "<CompleteMultipartUpload>";
        for (std::uint64_t offset = 0, number = 1; offset < file.bytes; offset += part_bytes, ++number) {
            const std::string part =
                TRY(body(offset, static_cast<std::size_t>(std::min(part_bytes, file.bytes - offset))));
            hash.update(part);
            const S3Reply reply =
                TRY(send_bytes("PUT", file.key, {{"partNumber", std::to_string(number)}, {"uploadId", upload}}, part));
            TRY_DO(refuse_unless_good(reply));
            parts +=
                "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" + reply.etag + "</ETag></Part>";
        }
        // Every part was checked by the server; that they are the file of this name is checked here.
        if (hex(hash.finish()) != sha256_hex) return fail(ErrorKind::conflict, "files.changed");
        const S3Reply reply =
            TRY(send_bytes("POST", file.key, {{"uploadId", upload}}, parts + "</CompleteMultipartUpload>"));
        pugi::xml_document document;  // S3 says 200 before it knows, and an error may follow in the body
        document.load_buffer(reply.body.data(), reply.body.size());
        if (reply.status == 200 && document.child("CompleteMultipartUploadResult")) return {};
        // A first try may have succeeded and its answer been lost: the upload is unknown then, and the file there.
        if (TRY(size_of(file.key)) == file.bytes) return {};
        TRY_DO(refuse_unless_good(reply));
        return fail(ErrorKind::system, "files.failed", {{"reason", error_code(reply)}});
    }

    const S3Options options_;
    const std::unique_ptr<S3Transport> transport_;
};

bool is_plain(std::string_view text) {
    return !text.empty() && text.size() <= 63 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

}  // namespace

Result<std::unique_ptr<FileStore>> make_s3_store(const S3Options& options) {
    const auto bad = [](std::string_view setting) {
        return fail(ErrorKind::invalid, "files.bad_settings", {{"setting", std::string(setting)}});
    };
    S3Options checked = options;
    while (checked.endpoint.ends_with('/')) checked.endpoint.pop_back();
    if (!checked.endpoint.starts_with("https://") && !checked.endpoint.starts_with("http://")) return bad("endpoint");
    if (checked.endpoint.find_first_of("?# @") != std::string::npos) return bad("endpoint");
    if (!is_plain(checked.bucket)) return bad("bucket");
    if (!is_plain(checked.region)) return bad("region");
    if (checked.access_key.empty()) return bad("access_key");
    if (checked.secret_key.empty()) return bad("secret_key");
    auto store = std::make_unique<S3Store>(std::move(checked));
    TRY_DO(store->check_bucket());
    return store;
}

}  // namespace shanqi::store
