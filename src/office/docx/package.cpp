#include "office/docx/package.hpp"

#include <zip.h>

#include <algorithm>
#include <vector>

#include "office/docx/limits.hpp"
#include "office/docx/xml.hpp"

namespace shanqi::office::docx {
namespace {

struct ZipCloser {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct ZipFileCloser {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using ZipArchive = std::unique_ptr<zip_t, ZipCloser>;
using ZipFile = std::unique_ptr<zip_file_t, ZipFileCloser>;

constexpr std::string_view compound_file_magic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
// "EncryptedPackage" in UTF-16LE: the stream of MS-OFFCRYPTO in which an encrypted .docx lives.
constexpr std::string_view encrypted_stream_name{"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32};

// Part names are compared without case (ECMA-376 part 2, 6.2.2.3); some producers write backslashes.
std::string canonical_name(std::string_view name) {
    std::string out;
    while (!name.empty() && (name.front() == '/' || name.front() == '\\')) name.remove_prefix(1);
    for (char c : name) {
        if (c == '\\') c = '/';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        out += c;
    }
    return out;
}

std::unexpected<Error> damaged(std::string_view part) {
    return fail(ErrorKind::invalid, "docx.damaged", {{"part", std::string(part)}});
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 && hex_digit(text[at + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

std::string relationships_part_of(std::string_view part) {
    const std::size_t slash = part.rfind('/');
    const std::string_view folder = slash == std::string_view::npos ? "" : part.substr(0, slash + 1);
    const std::string_view file = slash == std::string_view::npos ? part : part.substr(slash + 1);
    return std::string(folder) + "_rels/" + std::string(file) + ".rels";
}

}  // namespace

struct Package::State {
    ZipArchive archive;
    std::map<std::string, zip_uint64_t, std::less<>> entries;
    std::uint64_t inflated_bytes = 0;
};

Package::Package(std::unique_ptr<State> state) : state_(std::move(state)) {}
Package::Package(Package&&) noexcept = default;
Package& Package::operator=(Package&&) noexcept = default;
Package::~Package() = default;

Result<Package> Package::open(std::string_view bytes) {
    if (bytes.starts_with(compound_file_magic)) {
        const bool encrypted = bytes.find(encrypted_stream_name) != std::string_view::npos;
        return fail(encrypted ? ErrorKind::refused : ErrorKind::invalid, encrypted ? "docx.encrypted" : "docx.old_doc");
    }
    if (!bytes.starts_with("PK")) return fail(ErrorKind::invalid, "docx.not_a_document");

    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source == nullptr) return fail(ErrorKind::invalid, "docx.not_a_document");
    auto state = std::make_unique<State>();
    state->archive.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
    zip_error_fini(&error);
    if (!state->archive) {
        zip_source_free(source);
        return fail(ErrorKind::invalid, "docx.broken_zip");
    }
    const zip_int64_t count = zip_get_num_entries(state->archive.get(), 0);
    if (count < 0 || static_cast<std::uint64_t>(count) > limits::package_entries_max) {
        return fail(ErrorKind::limit, "docx.zip_bomb");
    }
    for (zip_int64_t index = 0; index < count; ++index) {
        const auto at = static_cast<zip_uint64_t>(index);
        if (const char* name = zip_get_name(state->archive.get(), at, 0))
            state->entries.emplace(canonical_name(name), at);
    }
    return Package(std::move(state));
}

bool Package::has(std::string_view part) const { return state_->entries.contains(canonical_name(part)); }

Result<std::string> Package::read(std::string_view part, std::uint64_t bytes_max) {
    const auto found = state_->entries.find(canonical_name(part));
    if (found == state_->entries.end()) return damaged(part);
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(state_->archive.get(), found->second, 0, &stat) != 0) return damaged(part);
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
        return fail(ErrorKind::refused, "docx.encrypted");
    }
    const ZipFile file(zip_fopen_index(state_->archive.get(), found->second, 0));
    if (!file) return damaged(part);

    // The sizes in the directory may lie: count what really comes out.
    const std::uint64_t compressed =
        (stat.valid & ZIP_STAT_COMP_SIZE) != 0 ? std::max<std::uint64_t>(stat.comp_size, 1) : 1;
    std::string bytes;
    std::vector<char> chunk(64 << 10);
    for (;;) {
        const zip_int64_t got = zip_fread(file.get(), chunk.data(), chunk.size());
        if (got < 0) return damaged(part);
        if (got == 0) return bytes;
        state_->inflated_bytes += static_cast<std::uint64_t>(got);
        bytes.append(chunk.data(), static_cast<std::size_t>(got));
        const bool swells =
            bytes.size() > limits::inflation_ratio_from && bytes.size() / compressed > limits::inflation_ratio_max;
        if (swells || bytes.size() > bytes_max || state_->inflated_bytes > limits::inflated_bytes_max) {
            return fail(ErrorKind::limit, "docx.zip_bomb");
        }
    }
}

std::string resolved_target(std::string_view base_part, std::string_view target) {
    const std::string decoded = percent_decoded(target.substr(0, target.find('#')));
    std::string_view rest = decoded;
    std::vector<std::string_view> segments;
    const auto add = [&](std::string_view path) {
        while (!path.empty()) {
            const std::size_t slash = path.find_first_of("/\\");
            const std::string_view segment = path.substr(0, slash);
            path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
            if (segment == "..") {
                if (segments.empty()) return false;
                segments.pop_back();
            } else if (!segment.empty() && segment != ".") {
                segments.push_back(segment);
            }
        }
        return true;
    };
    const bool absolute = rest.starts_with('/') || rest.starts_with('\\');
    const std::size_t slash = base_part.rfind('/');
    if (!absolute && slash != std::string_view::npos && !add(base_part.substr(0, slash))) return {};
    if (!add(rest)) return {};
    std::string out;
    for (std::string_view segment : segments) {
        if (!out.empty()) out += '/';
        out += segment;
    }
    return out;
}

Result<Relationships> Package::relationships(std::string_view part) {
    const std::string rels = relationships_part_of(part);
    Relationships out;
    if (!has(rels)) return out;
    std::string bytes = TRY(read(rels, limits::xml_part_bytes_max));
    const XmlPart xml = TRY(parse_xml(std::move(bytes), rels));
    for (const pugi::xml_node node : xml.root().children()) {
        if (local_name(node) != "Relationship") continue;
        if (out.size() >= limits::relationships_max) return fail(ErrorKind::limit, "docx.too_complex");
        Relationship relationship;
        const std::string_view type = node.attribute("Type").value();
        relationship.type = type.substr(type.rfind('/') + 1);
        relationship.external = std::string_view(node.attribute("TargetMode").value()) == "External";
        const std::string_view target = node.attribute("Target").value();
        relationship.target = relationship.external ? std::string(target) : resolved_target(part, target);
        out.emplace(node.attribute("Id").value(), std::move(relationship));
    }
    return out;
}

}  // namespace shanqi::office::docx
