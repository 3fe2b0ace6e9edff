#include "modules/documents/run_archive.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <deque>
#include <fstream>

#include "base/files.hpp"
#include "modules/documents/scratch_file.hpp"
#include "modules/documents/vaulted_file.hpp"
#include "modules/documents/zip_layout.hpp"

namespace shanqi::documents {
namespace {

constexpr int rows_at_once = 500;
constexpr std::size_t piece_bytes = 256 << 10;

// A stored file in clear, for as long as it is read.
class OpenFile {
public:
    static Result<OpenFile> open(house::House& house, const OrgId& org, const SealRunId& run, const SealFile& file) {
        OpenFile out(house.scratch);
        out.name_ = file.name;
        TRY_DO(get_sealed(house, org, file_context(run, file.name), file.file_key, out.file_.path()));
        out.stream_ = std::ifstream(out.file_.path(), std::ios::binary);
        return out;
    }
    const std::string& name() const { return name_; }
    void seek(std::int64_t offset) { stream_.seekg(offset); }
    Result<std::string> read(std::size_t size) {
        std::string bytes(size, '\0');
        if (!stream_.read(bytes.data(), static_cast<std::streamsize>(size)))
            return fail(ErrorKind::system, "documents.file_changed", {{"file", name_}});
        return bytes;
    }

private:
    explicit OpenFile(const std::filesystem::path& scratch) : file_(scratch, "open") {}
    ScratchFile file_;
    std::string name_;
    std::ifstream stream_;
};

// Where the bytes of an entry stand.
struct ArchiveEntry {
    ZipEntry zip;
    SealFile file;
    std::int64_t offset = 0;
};

// The entries of a run, in the same order each time it is gone through.
class Entries {
public:
    Entries(house::House& house, const OrgId& org, const SealRunId& run, std::vector<SealFile> files, Instant time)
        : house_(house), org_(org), run_(run), files_(std::move(files)), time_(time) {
        rewind();
    }

    void rewind() {
        ready_.clear();
        last_position_ = 0;
        for (const SealFile& file : files_) {
            if (!file.name.ends_with(".xlsx")) continue;
            ready_.push_back({{.name = file.name,
                               .bytes = static_cast<std::uint64_t>(file.bytes),
                               .crc32 = file.crc32,
                               .time = time_},
                              file,
                              0});
        }
    }

    Result<std::optional<ArchiveEntry>> next() {
        if (ready_.empty()) TRY_DO(read_rows());
        if (ready_.empty()) return std::optional<ArchiveEntry>();
        std::optional<ArchiveEntry> out(std::move(ready_.front()));
        ready_.pop_front();
        return out;
    }

private:
    Result<> read_rows() {
        const std::vector<DocumentRow> rows = TRY(house_.database.read(
            [&](store::Reader& reader) { return list_documents(reader, org_, run_, last_position_, rows_at_once); }));
        for (const DocumentRow& row : rows) {
            const auto pack = std::ranges::find(files_, row.pack, &SealFile::name);
            if (pack == files_.end()) return fail(ErrorKind::system, "documents.file_changed", {{"file", row.pack}});
            const DocumentDetails details = TRY(details_of(house_, org_, run_, row));
            ready_.push_back({{.name = "documents/" + details.file,
                               .bytes = static_cast<std::uint64_t>(row.bytes),
                               .crc32 = row.crc32,
                               .time = row.sealed_at},
                              *pack,
                              row.pack_offset});
            last_position_ = row.position;
        }
        return {};
    }

    house::House& house_;
    OrgId org_;
    SealRunId run_;
    std::vector<SealFile> files_;
    Instant time_;
    std::deque<ArchiveEntry> ready_;
    std::int64_t last_position_ = 0;
};

class RunArchive {
public:
    RunArchive(house::House& house, const OrgId& org, const SealRunId& run, std::vector<SealFile> files, Instant time)
        : house_(house), org_(org), run_(run), entries_(house, org, run, std::move(files), time) {}

    Result<std::string> next() {
        if (left_ > 0) return content();
        if (!in_directory_) {
            if (const std::optional<ArchiveEntry> entry = TRY(entries_.next())) return begin(*entry);
            in_directory_ = true;
            entries_.rewind();
            open_.reset();
        }
        return directory();
    }

private:
    Result<std::string> begin(const ArchiveEntry& entry) {
        if (!open_ || open_->name() != entry.file.name)
            open_.emplace(TRY(OpenFile::open(house_, org_, run_, entry.file)));
        open_->seek(entry.offset);
        left_ = entry.zip.bytes;
        return layout_.local_header(entry.zip);
    }

    Result<std::string> content() {
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece_bytes));
        left_ -= size;
        return open_->read(size);
    }

    Result<std::string> directory() {
        if (ended_) return std::string();
        std::string out;
        while (out.size() < piece_bytes) {
            const std::optional<ArchiveEntry> entry = TRY(entries_.next());
            if (!entry) {
                ended_ = true;
                return out + layout_.end();
            }
            out += layout_.central_header(entry->zip);
        }
        return out;
    }

    house::House& house_;
    OrgId org_;
    SealRunId run_;
    Entries entries_;
    ZipLayout layout_;
    std::optional<OpenFile> open_;
    std::uint64_t left_ = 0;  // of the entry that is being sent
    bool in_directory_ = false, ended_ = false;
};

}  // namespace

Result<DocumentDetails> details_of(house::House& house, const OrgId& org, const SealRunId& run,
                                   const DocumentRow& row) {
    const std::string text = TRY(house.vault.open(org, details_context(run, row.position), row.details_sealed));
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(text, error);
    const boost::json::object* object = error ? nullptr : value.if_object();
    const auto member = [&](const char* name) {
        const boost::json::value* found = object != nullptr ? object->if_contains(name) : nullptr;
        return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    return DocumentDetails{member("file"), member("recipient")};
}

Result<std::string> read_document(house::House& house, const OrgId& org, const SealRunId& run, const DocumentRow& row,
                                  const SealFile& pack) {
    OpenFile open = TRY(OpenFile::open(house, org, run, pack));
    open.seek(row.pack_offset);
    std::string bytes = TRY(open.read(static_cast<std::size_t>(row.bytes)));
    if (hex(sha256(bytes)) != row.sha256)
        return fail(ErrorKind::system, "documents.file_changed", {{"file", row.number}});
    return bytes;
}

Result<http::PullBody> open_run_archive(house::House& house, const OrgId& org, const SealRunId& id) {
    struct Found {
        RunRow run;
        std::vector<SealFile> files;
    };
    Found found = TRY(house.database.read([&](store::Reader& reader) -> Result<Found> {
        RunRow run = TRY(find_run(reader, org, id));
        return Found{std::move(run), TRY(list_files(reader, org, id))};
    }));
    const auto archive = std::make_shared<RunArchive>(house, org, id, std::move(found.files), found.run.finished);
    return http::PullBody([archive] { return archive->next(); });
}

}  // namespace shanqi::documents
