#include "modules/documents/register.hpp"

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>  // renameat2
#include <fstream>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uint64_t pending_bytes_max = 64ULL << 20;

std::string first_hash() { return std::string(64, '0'); }

std::string line_of(const RegisterEntry& e, std::string_view previous) {
    json::object line;
    line["number"] = e.number;
    line["sequence"] = e.sequence;
    line["series"] = e.series;
    line["row"] = e.row;
    line["file"] = e.file;
    line["document"] = e.document;
    line["recipient"] = e.recipient;
    line["pages"] = e.pages;
    line["sha256"] = e.sha256;
    line["time"] = e.time;
    line["key"] = e.key;
    if (!e.token.empty()) line["token"] = e.token;
    line["previous"] = json::string_view(previous.data(), previous.size());
    return json::serialize(line);
}

std::string text_at(const json::object& line, std::string_view name) {
    const json::value* found = line.if_contains(json::string_view(name.data(), name.size()));
    const json::string* text = found != nullptr ? found->if_string() : nullptr;
    return text != nullptr ? std::string(*text) : std::string();
}

std::int64_t number_at(const json::object& line, std::string_view name) {
    const json::value* found = line.if_contains(json::string_view(name.data(), name.size()));
    return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

// None when the line is not one of ours.
std::optional<RegisterEntry> entry_of(std::string_view text, std::string& previous) {
    boost::system::error_code error;
    const json::value parsed = json::parse(json::string_view(text.data(), text.size()), error);
    const json::object* line = error ? nullptr : parsed.if_object();
    if (line == nullptr) return std::nullopt;
    previous = text_at(*line, "previous");
    RegisterEntry e{.number = text_at(*line, "number"),
                    .sequence = number_at(*line, "sequence"),
                    .series = text_at(*line, "series"),
                    .row = text_at(*line, "row"),
                    .file = text_at(*line, "file"),
                    .document = text_at(*line, "document"),
                    .recipient = text_at(*line, "recipient"),
                    .pages = static_cast<int>(number_at(*line, "pages")),
                    .sha256 = text_at(*line, "sha256"),
                    .time = text_at(*line, "time"),
                    .key = text_at(*line, "key"),
                    .token = text_at(*line, "token")};
    if (e.number.empty() || e.row.size() != 64 || !e.file.starts_with("documents/")) return std::nullopt;
    return e;
}

Result<> sync_folder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return system_error(errno, folder);
    const int synced = ::fsync(descriptor);
    const int reason = errno;
    ::close(descriptor);
    return synced == 0 ? Result<>() : system_error(reason, folder);
}

// Appends and syncs; cuts the file back to `bytes` first, where a killed append may have left half a line.
Result<> append_at(const fs::path& path, std::uint64_t bytes, std::string_view text) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) return system_error(errno, path);
    Result<> result;
    if (::ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) result = system_error(errno, path);
    std::uint64_t at = bytes;
    while (result && !text.empty()) {
        const ssize_t n = ::pwrite(descriptor, text.data(), text.size(), static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            result = system_error(errno, path);
            break;
        }
        at += static_cast<std::uint64_t>(n);
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    if (result && ::fsync(descriptor) != 0) result = system_error(errno, path);
    // Where cutting back fails as well, `pending` is still there, and the next start cuts it back.
    if (!result) (void)!::ftruncate(descriptor, static_cast<off_t>(bytes));
    ::close(descriptor);
    return result;
}

// Never over a file that somebody else put there. File systems that cannot promise it (EINVAL) get a plain rename.
Result<> move_new(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
    if (errno == EEXIST) return fail(ErrorKind::system, "documents.file_appeared", {{"file", to.string()}});
    if (errno == EINVAL && ::rename(from.c_str(), to.c_str()) == 0) return {};
    return system_error(errno, to);
}

Fingerprint file_key(std::string_view name) { return Fingerprint::of(folded(name)); }

// What `pending` and `last` hold: a line with the length of register.jsonl in bytes, then "work file name\tregister
// line" for each document. Written beside it and renamed into place after a sync, so it is whole or absent.
struct Group {
    std::uint64_t bytes_before = 0;
    std::vector<std::pair<std::string_view, std::string_view>> documents;

    std::string lines() const {
        std::string out;
        for (const auto& [source, line] : documents) out.append(line).append("\n");
        return out;
    }
};

std::optional<Group> group_of(std::string_view text) {
    const std::size_t first = text.find('\n');
    if (first == text.npos) return std::nullopt;
    Group group;
    const std::string_view number = text.substr(0, first);
    const auto [number_end, wrong] = std::from_chars(number.begin(), number.end(), group.bytes_before);
    if (wrong != std::errc{} || number_end != number.end()) return std::nullopt;
    for (std::size_t at = first + 1; at < text.size();) {
        const std::size_t tab = text.find('\t', at), end = text.find('\n', at);
        if (end == text.npos || tab > end) return std::nullopt;
        group.documents.emplace_back(text.substr(at, tab - at), text.substr(tab + 1, end - tab - 1));
        at = end + 1;
    }
    return group;
}

}  // namespace

Register::~Register() {
    if (lock_ >= 0) ::close(lock_);
}

fs::path Register::work_folder() const { return out_ / ".shanqi" / "work"; }

Result<std::unique_ptr<Register>> Register::open(const fs::path& out) {
    std::unique_ptr<Register> self(new Register());
    self->out_ = out;
    std::error_code error;
    for (const fs::path& folder : {out / "documents", self->work_folder()}) {
        fs::create_directories(folder, error);
        if (error == std::errc::not_a_directory || error == std::errc::file_exists)
            return fail(ErrorKind::conflict, "documents.not_a_folder", {}, {.file = out.string()});
        if (error) return system_error(error.value(), out);
    }
    const fs::path lock = out / ".shanqi" / "lock";
    self->lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (self->lock_ < 0) return system_error(errno, out);
    if (::flock(self->lock_, LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorKind::conflict, "documents.locked", {}, {.file = out.string()});
    TRY_DO(self->recover());
    TRY_DO(self->load());
    TRY_DO(self->check_last());
    return self;
}

Result<> Register::recover() {
    const fs::path pending = out_ / ".shanqi" / "pending";
    std::error_code error;
    if (fs::exists(pending, error)) {
        const std::string text = TRY(read_file(pending, pending_bytes_max));
        TRY_DO(finish_pending(text));
        TRY_DO(pending_is_done());
    }
    for (const fs::directory_entry& left : fs::directory_iterator(work_folder(), error)) fs::remove(left.path(), error);
    return {};
}

Result<> Register::finish_pending(std::string_view pending) {
    const auto damaged = [&] {
        return fail(ErrorKind::invalid, "documents.pending_damaged", {}, {.file = out_.string()});
    };
    const std::optional<Group> group = group_of(pending);
    if (!group) return damaged();
    for (const auto& [source, line] : group->documents) {
        std::string previous;
        const std::optional<RegisterEntry> entry = entry_of(line, previous);
        if (!entry) return damaged();
        const fs::path from = work_folder() / source, to = out_ / entry->file;
        std::error_code error;
        if (fs::exists(from, error)) {
            TRY_DO(move_new(from, to));
        } else if (!fs::exists(to, error)) {
            return fail(ErrorKind::invalid, "documents.pending_file_lost", {{"file", entry->file}},
                        {.file = out_.string()});
        }
    }
    TRY_DO(sync_folder(out_ / "documents"));
    TRY_DO(append_at(out_ / "register.jsonl", group->bytes_before, group->lines()));
    return sync_folder(out_);
}

// A `pending` that stayed would be done again at the next start, over files that are newer.
Result<> Register::pending_is_done() const {
    const fs::path folder = out_ / ".shanqi";
    if (::rename((folder / "pending").c_str(), (folder / "last").c_str()) != 0) return system_error(errno, folder);
    return sync_folder(folder);
}

// The last group stands in the register as it was written.
Result<> Register::check_last() const {
    const fs::path last = out_ / ".shanqi" / "last", path = out_ / "register.jsonl";
    std::error_code error;
    if (!fs::exists(last, error)) return {};
    const std::string text = TRY(read_file(last, pending_bytes_max));
    const std::optional<Group> group = group_of(text);
    if (!group) return fail(ErrorKind::invalid, "documents.pending_damaged", {}, {.file = out_.string()});
    const std::string wanted = group->lines();
    std::string found(wanted.size(), '\0');
    std::ifstream in(path, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(group->bytes_before));
    in.read(found.data(), static_cast<std::streamsize>(found.size()));
    if (in && found == wanted) return {};
    return fail(ErrorKind::invalid, "documents.register_cut", {}, {.file = path.string()});
}

Result<> each_entry(const fs::path& out, const std::function<Result<>(const RegisterEntry&)>& use) {
    const fs::path path = out / "register.jsonl";
    std::ifstream in(path, std::ios::binary);
    std::string line;
    for (long number = 1; std::getline(in, line); ++number) {
        std::string previous;
        const std::optional<RegisterEntry> entry = entry_of(line, previous);
        if (!entry)
            return fail(ErrorKind::invalid, "documents.register_damaged", {}, {.file = path.string(), .row = number});
        TRY_DO(use(*entry));
    }
    return {};
}

Result<> Register::load() {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(out_ / "documents", error)) {
        files_.insert(file_key(entry.path().filename().string()));
    }
    last_hash_ = first_hash();
    const fs::path path = out_ / "register.jsonl";
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        if (fs::exists(path, error)) return system_error(EACCES, path);
        return {};
    }
    std::string line;
    for (long number = 1; std::getline(in, line); ++number) {
        const bool whole = !in.eof();  // getline met the line's end, not the file's
        std::string previous;
        const std::optional<RegisterEntry> entry = whole ? entry_of(line, previous) : std::nullopt;
        if (!entry || previous != last_hash_) {
            return fail(ErrorKind::invalid, "documents.register_damaged", {}, {.file = path.string(), .row = number});
        }
        const std::string name = fs::path(entry->file).filename().string();
        if (!files_.contains(file_key(name))) missing_files_.push_back(name);
        claim(*entry);
        last_hash_ = hex(sha256(line));
        bytes_ += line.size() + 1;
    }
    return {};
}

void Register::claim(const RegisterEntry& entry) {
    rows_.insert(Fingerprint::of(entry.row));
    numbers_.insert(Fingerprint::of(entry.number));
    files_.insert(file_key(fs::path(entry.file).filename().string()));
    std::int64_t& last = sequences_[entry.series];
    last = std::max(last, entry.sequence);
}

bool Register::has_row(std::string_view row_hash) const { return rows_.contains(Fingerprint::of(row_hash)); }
bool Register::has_number(const std::string& number) const { return numbers_.contains(Fingerprint::of(number)); }
bool Register::has_file(std::string_view name) const { return files_.contains(file_key(name)); }

std::int64_t Register::last_sequence(const std::string& series) const {
    const auto found = sequences_.find(series);
    return found != sequences_.end() ? found->second : 0;
}

// A full disk: the folder shows what is in the register and nothing else. Where this fails too, `pending` is still
// there, and the next start finishes the group.
void Register::take_back(const std::vector<RegisterEntry>& entries, const std::vector<fs::path>& sources,
                         std::size_t moved) const {
    std::error_code error;
    for (std::size_t i = 0; i < moved && !error; ++i) fs::rename(out_ / entries[i].file, sources[i], error);
    if (!error) fs::remove(out_ / ".shanqi" / "pending", error);
}

Result<> Register::commit(const std::vector<RegisterEntry>& entries, const std::vector<fs::path>& sources) {
    if (entries.empty()) return {};
    std::string pending = std::to_string(bytes_) + "\n";
    std::string lines;
    std::string last = last_hash_;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::string line = line_of(entries[i], last);
        last = hex(sha256(line));
        pending.append(sources[i].filename().string()).append("\t").append(line).append("\n");
        lines.append(line).append("\n");
    }
    // One sync for the whole group instead of one a file: ext4 would write its journal once for each.
    const int folder = ::open(work_folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return system_error(errno, work_folder());
    const int synced = ::syncfs(folder);
    const int reason = errno;
    ::close(folder);
    if (synced != 0) return system_error(reason, work_folder());
    TRY_DO(write_file_durably(out_ / ".shanqi" / "pending", pending));
    std::size_t moved = 0;
    Result<> made_final;
    while (made_final && moved < entries.size()) {
        made_final = move_new(sources[moved], out_ / entries[moved].file);
        if (made_final) ++moved;
    }
    if (made_final) made_final = sync_folder(out_ / "documents");
    if (made_final) made_final = append_at(out_ / "register.jsonl", bytes_, lines);
    if (!made_final) {
        take_back(entries, sources, moved);
        return made_final;
    }
    if (bytes_ == 0) TRY_DO(sync_folder(out_));
    TRY_DO(pending_is_done());
    bytes_ += lines.size();
    last_hash_ = last;
    return {};
}

std::string safe_file_name(std::string_view name) {
    constexpr std::size_t bytes_max = 180;  // 255 less ".pdf", and room for what other programs put behind it
    std::string out;
    for (const char32_t c : to_utf32(trimmed(name))) {
        const bool refused = c < 0x20 || c == 0x7F || c == '/' || c == '\\' || c == ':' || c == '*' || c == '?' ||
                             c == '"' || c == '<' || c == '>' || c == '|' || (c >= 0x200B && c <= 0x200F) ||
                             (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
        std::string one;
        append_utf8(one, refused ? U'_' : c);
        if (out.size() + one.size() > bytes_max) break;
        out += one;
    }
    while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
    if (out.empty() || out.front() == '.') out.insert(out.begin(), '_');
    return out;
}

}  // namespace shanqi::documents
