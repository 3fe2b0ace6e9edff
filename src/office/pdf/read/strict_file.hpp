// Reads a PDF as the bytes say, and never repairs it (ISO 32000-1, 7.5). Verification asks what a file *is*, so
// whatever two readers could understand differently is an error here: a broken or missing cross-reference, an object
// that is not where its entry says, a key twice in a dictionary, a wrong /Length, bytes behind the last %%EOF.
//
// A revision is a prefix of the file that ends in %%EOF and is opened as a file of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace shanqi::office::pdf_read {

namespace limits {
constexpr std::size_t file_bytes_max = 256U << 20U;
constexpr std::size_t objects_max = 1'000'000;  // entries of all sections together
constexpr int object_number_max = 8'388'607;    // ISO 32000-1, annex C
constexpr std::size_t sections_max = 1'000;     // cross-reference sections, that is incremental updates
constexpr std::size_t decoded_stream_bytes_max = 64U << 20U;
constexpr std::size_t decoded_total_bytes_max = 256U << 20U;
constexpr std::size_t values_max = 4'000'000;  // objects and all that stands in them: what a file costs in memory
constexpr int depth_max = 64;                  // arrays and dictionaries inside each other
}  // namespace limits

struct Reference {
    int number = 0, generation = 0;
    auto operator<=>(const Reference&) const = default;
};
struct Name {
    std::string text;  // without the slash, #xx decoded
    auto operator<=>(const Name&) const = default;
};
struct String {
    std::string bytes;  // escapes and hex decoded
    bool operator==(const String&) const = default;
};

class Object;
class Dictionary;
using Array = std::vector<Object>;
struct Stream {
    std::shared_ptr<const Dictionary> dictionary;
    std::string_view raw;  // as it stands in the file, not decoded
};

// An immutable value. Copies share arrays and dictionaries.
class Object {
public:
    using Value = std::variant<std::monostate /* null */, bool, std::int64_t, double, String, Name, Reference,
                               std::shared_ptr<const Array>, std::shared_ptr<const Dictionary>, Stream>;
    Value value;
    // Where the token stands in the file, or, for what objects() holds, the whole of "12 0 obj … endobj". Both 0 when
    // it comes out of an object stream.
    std::size_t begin = 0, end = 0;

    bool is_null() const { return std::holds_alternative<std::monostate>(value); }
    const Array* array() const;
    // Of a dictionary or of a stream.
    const Dictionary* dictionary() const;
    const Stream* stream() const;
    const Name* name() const;
    const String* string() const;
    const Reference* reference() const;
    std::optional<std::int64_t> integer() const;
    std::optional<double> number() const;  // integers too
    // The value of a key of a dictionary or stream; null when there is none.
    const Object& at(std::string_view key) const;
    bool is_name(std::string_view text) const;
    // The same value: positions do not count, the order of keys does not count, raw bytes of streams do; references
    // are compared as references.
    bool operator==(const Object& other) const;
};

// Entries by key (without the slash) in one sorted vector: a file has hundreds of small dictionaries, and a tree of
// nodes would cost more than all the rest of reading them.
class Dictionary {
public:
    using Entry = std::pair<std::string, Object>;
    using Entries = std::vector<Entry>;
    Dictionary() = default;
    // Takes the entries out of `unsorted`. With a key twice, the result has it twice: ask has_duplicate().
    explicit Dictionary(Entries& unsorted);
    bool has_duplicate() const;

    Entries::const_iterator begin() const { return entries_.begin(); }
    Entries::const_iterator end() const { return entries_.end(); }
    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    Entries::const_iterator find(std::string_view key) const;
    bool contains(std::string_view key) const { return find(key) != end(); }
    const Object& at(std::string_view key) const;  // null when there is none
    void insert_or_assign(std::string_view key, Object value);
    void erase(std::string_view key);
    bool operator==(const Dictionary&) const = default;

private:
    Entries entries_;
};

class StrictFile {
public:
    // `bytes` outlive the file. Everything is parsed and checked here, so later calls cannot fail.
    // Errors (kind invalid, argument "where": the object "12 0", or the byte "@1234"): pdf_read.not_a_pdf,
    // pdf_read.no_end (no startxref and %%EOF at the end), pdf_read.bad_cross_reference, pdf_read.bad_object,
    // pdf_read.duplicate_key, pdf_read.bad_stream, pdf_read.encrypted, pdf_read.trailing_bytes, pdf_read.hidden_bytes
    // (an appended revision holds bytes that belong to none of its objects); kind limit: pdf_read.too_large.
    static Result<StrictFile> open(std::string_view bytes);

    std::string_view bytes() const { return bytes_; }
    const Dictionary& trailer() const { return trailer_; }  // of the last section
    // The object with this number, of whatever generation its entry says; null when free or missing.
    const Object& object(int number) const;
    // Follows references (at most depth_max of them) to a value that is none; null when they lead nowhere.
    const Object& resolve(const Object& object) const;
    const Object& resolve(const Dictionary& dictionary, std::string_view key) const;
    const std::map<int, Object>& objects() const { return objects_; }  // in use, by number
    int generation(int number) const;
    bool is_free(int number) const;  // has an entry that says free
    // Ends (one past the last byte of %%EOF and its line end) of all revisions, first to last: the chain of /Prev. The
    // two sections of a linearised file count as one revision. The last one is bytes().size().
    const std::vector<std::size_t>& revision_ends() const { return revision_ends_; }
    bool uses_cross_reference_streams() const { return uses_streams_; }  // in the last section
    std::size_t start_of_last_section() const { return last_section_; }  // what the last startxref says
    // FlateDecode (with PNG predictors) or no filter. Errors: pdf_read.bad_stream, pdf_read.too_large.
    Result<std::string> decoded(const Stream& stream) const;

private:
    StrictFile() = default;
    friend class StrictReader;
    std::string_view bytes_;
    Dictionary trailer_;
    std::map<int, Object> objects_;
    std::map<int, int> generations_;  // of every entry; -1 - generation for free ones
    std::vector<std::size_t> revision_ends_;
    bool uses_streams_ = false;
    std::size_t last_section_ = 0;
};

}  // namespace shanqi::office::pdf_read
