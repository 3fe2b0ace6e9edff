#include "modules/documents/run_results.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <fstream>

#include "base/described.hpp"
#include "base/files.hpp"
#include "modules/documents/register.hpp"
#include "modules/documents/scratch_file.hpp"
#include "modules/documents/vaulted_file.hpp"

namespace shanqi::documents {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t document_bytes_max = 1ULL << 30;

class Collector {
public:
    Collector(house::House& house, const RunRow& run, RunResults& results)
        : house_(house), run_(run), results_(results) {}

    Result<> add(const RegisterEntry& entry, const fs::path& out) {
        const std::string bytes = TRY(read_file(out / entry.file, document_bytes_max));
        if (hex(sha256(bytes)) != entry.sha256)
            return fail(ErrorKind::system, "documents.file_changed", {{"file", entry.file}});
        if (!pack_) TRY_DO(begin_pack());
        DocumentRow row;
        row.position = static_cast<std::int64_t>(results_.documents.size()) + 1;
        row.number = entry.number;
        row.number_in_path = safe_file_name(entry.number);
        row.row_index = TRY(house_.vault.blind_index(run_.org, row_index_use, entry.row));
        row.pack = pack_name();
        row.pack_offset = pack_bytes_;
        row.bytes = static_cast<std::int64_t>(bytes.size());
        row.crc32 = crc32_of(0, bytes);
        row.sha256 = entry.sha256;
        row.pages = entry.pages;
        row.sealed_at = TRY(from_json<Instant>(boost::json::string(entry.time)));
        row.details_sealed = TRY(house_.vault.seal(
            run_.org, details_context(run_.id, row.position),
            boost::json::serialize(boost::json::object{{"file", fs::path(entry.file).filename().string()},
                                                       {"recipient", entry.recipient}})));
        results_.documents.push_back(std::move(row));
        results_.pages += entry.pages;
        note_series(entry);
        stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!stream_) return system_error(ENOSPC, pack_->path());
        pack_bytes_ += static_cast<std::int64_t>(bytes.size());
        pack_crc_ = crc32_of(pack_crc_, bytes);
        if (++pack_documents_ >= limits::pack_documents_max || pack_bytes_ >= limits::pack_bytes_max)
            TRY_DO(end_pack());
        return {};
    }

    Result<> end_pack() {
        if (!pack_) return {};
        stream_.close();
        if (!stream_) return system_error(ENOSPC, pack_->path());
        TRY_DO(put(pack_->path(), pack_name(), pack_bytes_, pack_crc_));
        pack_.reset();
        ++packs_;
        return {};
    }

    Result<> add_sheet(const fs::path& sheet) {
        std::error_code error;
        if (!fs::exists(sheet, error)) return {};
        const std::string bytes = TRY(read_file(sheet, shanqi::limits::data_file_bytes_max));
        return put(sheet, sheet.filename().string(), static_cast<std::int64_t>(bytes.size()), crc32_of(0, bytes));
    }

private:
    std::string pack_name() const { return fmt::format("pack-{:05}", packs_ + 1); }

    Result<> begin_pack() {
        pack_.emplace(house_.scratch, "pack");
        // With nobody else's rights before anything is in it.
        TRY_DO(write_file(pack_->path(), ""));
        std::error_code error;
        fs::permissions(pack_->path(), fs::perms::owner_read | fs::perms::owner_write, error);
        stream_ = std::ofstream(pack_->path(), std::ios::binary);
        if (!stream_) return system_error(EACCES, pack_->path());
        pack_documents_ = 0;
        pack_bytes_ = 0;
        pack_crc_ = 0;
        return {};
    }

    Result<> put(const fs::path& plain, const std::string& name, std::int64_t bytes, std::uint32_t crc) {
        const std::string key = TRY(put_sealed(house_, run_.org, file_context(run_.id, name), plain));
        results_.files.push_back({name, key, bytes, crc});
        return {};
    }

    void note_series(const RegisterEntry& entry) {
        const auto found =
            std::ranges::find(results_.series, entry.series, &std::pair<std::string, std::int64_t>::first);
        if (found == results_.series.end())
            results_.series.emplace_back(entry.series, entry.sequence);
        else
            found->second = std::max(found->second, entry.sequence);
    }

    house::House& house_;
    const RunRow& run_;
    RunResults& results_;
    std::optional<ScratchFile> pack_;
    std::ofstream stream_;
    std::size_t packs_ = 0, pack_documents_ = 0;
    std::int64_t pack_bytes_ = 0;
    std::uint32_t pack_crc_ = 0;
};

}  // namespace

Result<> collect(house::House& house, const RunRow& run, const fs::path& out, const SealReport& report,
                 const std::function<bool()>& should_stop, RunResults& results) {
    Collector collector(house, run, results);
    TRY_DO(each_entry(out, [&](const RegisterEntry& entry) -> Result<> {
        if (should_stop()) return fail(ErrorKind::conflict, "documents.interrupted");
        return collector.add(entry, out);
    }));
    TRY_DO(collector.end_pack());
    if (!results.documents.empty()) TRY_DO(collector.add_sheet(out / "register.xlsx"));
    if (report.counts.refused > 0) TRY_DO(collector.add_sheet(out / "errors.xlsx"));
    // Of all attempts together: those that an earlier attempt sealed are "skipped" in the report of the last one.
    const auto sealed = static_cast<std::int64_t>(results.documents.size());
    const std::int64_t looked_at = report.counts.sealed + report.counts.refused + report.counts.skipped;
    results.counts = {.sealed = sealed,
                      .refused = report.counts.refused,
                      .skipped = std::max<std::int64_t>(0, looked_at - report.counts.refused - sealed),
                      .total = report.counts.total};
    results.findings_sealed = TRY(
        house.vault.seal(run.org, findings_context(run.id), findings_json({report.refused_examples, report.notices})));
    return {};
}

void forget(house::House& house, const RunResults& results) {
    for (const SealFile& file : results.files) {
        // What could not be removed is still sealed, and no row names it.
        [[maybe_unused]] const Result<> removed = house.files.remove(file.file_key);
    }
}

std::uint32_t crc32_of(std::uint32_t begin, std::string_view bytes) {
    return libdeflate_crc32(begin, bytes.data(), bytes.size());
}

}  // namespace shanqi::documents
