// Makes one sealed PDF from one record: merge, pages, seal and QR code, signed file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/time.hpp"
#include "modules/documents/documents.hpp"
#include "modules/documents/records.hpp"
#include "office/fonts/fonts.hpp"
#include "office/layout/layout.hpp"
#include "office/merge/merge.hpp"
#include "office/pdf/pdf.hpp"
#include "seal/seal.hpp"
#include "seal/time_stamp_client.hpp"

namespace shanqi::documents {

// What the position in the batch decides.
struct Assignment {
    std::string number, series;
    std::int64_t sequence = 0;
    std::string file_name;  // "SQ2026-00001-某校.pdf"
    bool operator==(const Assignment&) const = default;
};

struct SealedFile {
    int pages = 0;
    std::uint64_t bytes = 0;
    Sha256 sha256{};
    Instant time;
    std::string token_hash;  // hex; empty without a verify address
    std::vector<Error> notices;
};

class Sealer {
public:
    // Opens key, template and pictures and binds the fields to the columns. One engine a worker.
    static Result<std::unique_ptr<Sealer>> create(const SealBatch&, const std::vector<std::string>& columns,
                                                  unsigned workers);

    const office::Template& form() const { return template_; }
    const seal::SigningKey& key() const { return *key_; }
    const std::string& title() const { return title_; }

    // Groups the rows of one document: the file name without the number.
    Result<std::string> group_key(const Record&) const;
    // Empty: the record can be sealed.
    std::vector<Error> check(const Record&) const;
    // The hash by which the record is known (template, mapped values, file name; not its position).
    Result<Sha256> row_hash(const Record&) const;
    std::string recipient(const Record&) const;

    Result<std::string> series(const Record&) const;
    Result<Assignment> assign(const Record&, std::string series, std::int64_t sequence) const;
    // Writes the file. An error of kind `system` (disk full) is not the record's fault.
    Result<SealedFile> build(unsigned worker, const Record&, const Assignment&, const std::filesystem::path& file);

private:
    Sealer() = default;
    Result<std::string> sign(const Sha256& digest) const;
    office::BuiltIns built_ins(const std::string& number, std::int64_t sequence) const;
    Result<> open_patterns(const SealBatch&, const std::vector<std::string>& columns);
    Result<> open_writer(const SealBatch&);

    office::Template template_;
    office::Pattern name_, number_;
    int recipient_column_ = -1;
    std::string title_, template_hash_, verify_url_;
    Date today_;
    const Clock* clock_ = nullptr;
    std::shared_ptr<const seal::SigningKey> key_;
    std::shared_ptr<const office::FontLibrary> fonts_;
    std::vector<office::LayoutEngine> engines_;
    std::shared_ptr<office::PdfWriter> writer_;
    std::unique_ptr<HttpClient> http_;
    std::optional<seal::TimeStampClient> time_stamps_;
    std::size_t time_stamp_bytes_ = 0;  // room for a token in each file
    bool needs_qr_ = false;
    bool has_own_name_ = false;  // --name was given
};

}  // namespace shanqi::documents
