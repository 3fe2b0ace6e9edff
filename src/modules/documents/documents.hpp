// The documents room: a template and a list become sealed documents (批量用印). This is the only header that
// other rooms include.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace shanqi::seal {
class SigningKey;
}

namespace shanqi::documents {

namespace limits {
constexpr std::size_t group_documents = 256;  // made final together; what a kill can cost at most
constexpr std::size_t refused_rows_max = 100'000;
constexpr std::size_t refused_examples_max = 100;
}  // namespace limits

// What was sealed outside of this folder and counts together with it: on the server each run has a folder of its own,
// and the numbers are the organisation's. Asked from the calling thread.
class SealedElsewhere {
public:
    virtual ~SealedElsewhere() = default;
    virtual Result<bool> has_row(const std::string& row_hash) const = 0;
    virtual Result<bool> has_number(const std::string& number) const = 0;
    virtual Result<std::int64_t> last_sequence(const std::string& series) const = 0;  // 0: none yet
};

struct SealBatch {
    std::filesystem::path template_file, data_file, key_file, out;
    std::string password;
    std::shared_ptr<const seal::SigningKey> key;  // instead of key_file and password
    const SealedElsewhere* elsewhere = nullptr;
    std::string sheet;                 // empty: the first visible sheet with a table
    std::filesystem::path image_file;  // empty: a round seal is drawn from the certificate's name
    std::string name_pattern;          // empty: {{编号}}-{{接收方}}
    std::string number_pattern = "SQ{{年}}-{{序号:5}}";
    std::string verify_url;                 // a token of 128 bits is put behind it; empty: the QR code holds the number
    std::string tsa_url;                    // a time-stamping authority: PAdES B-T; empty: B-B
    unsigned jobs = 0;                      // 0: one a core
    Language language = Language::zh_hans;  // of errors.xlsx
    const Clock* clock = &system_clock();
    std::function<bool()> interrupted;  // asked between groups; true ends the batch early, everything final
};

struct SealProgress {
    std::int64_t sealed = 0, refused = 0, skipped = 0, total = 0;  // documents (rows, unless the template repeats rows)
};

// Something to tell the user that refuses nothing: "第3页的图表未渲染", 5 documents.
struct SealNotice {
    Error error;
    std::int64_t documents = 0;
};

struct SealReport {
    SealProgress counts;
    std::int64_t pages = 0, bytes = 0;
    bool trial = false;                                           // the certificate is for trial
    std::string organisation;                                     // whose seal
    std::string first_file;                                       // of this run
    std::int64_t hidden_rows = 0, total_rows = 0, note_rows = 0;  // of the list, not taken as data
    std::vector<SealNotice> notices;
    std::vector<Error> refused_examples;  // the first limits::refused_examples_max
    std::optional<Error> stopped;         // why it ended early: what was sealed until then is final
};

// Errors before anything was made: of the key, the template, the data, the patterns, the folder
// (documents.locked, documents.register_damaged, documents.same_number_for_all…). `progress` is called from the calling
// thread.
Result<SealReport> seal_batch(const SealBatch&, const std::function<void(const SealProgress&)>& progress);

}  // namespace shanqi::documents
