#include "office/pdf/read/strict_file.hpp"

#include <algorithm>
#include <optional>

#include "office/pdf/read/cross_reference.hpp"
#include "office/pdf/read/filters.hpp"
#include "office/pdf/read/object_streams.hpp"
#include "office/pdf/read/parser.hpp"

namespace shanqi::office::pdf_read {
namespace {

// Entries of a revision and all before it, the newest of each number.
using View = std::map<int, Entry>;

void add_entries(View& view, const std::vector<Entry>& newer) {
    auto place = view.end();
    for (const Entry& entry : newer) place = std::next(view.insert_or_assign(place, entry.number, entry));
}

std::unexpected<Error> bad_object(int number) {
    return fail(ErrorKind::invalid, "pdf_read.bad_object", {{"where", std::to_string(number)}});
}

std::unexpected<Error> bad_cross_reference(std::size_t position) {
    return fail(ErrorKind::invalid, "pdf_read.bad_cross_reference", {{"where", "@" + std::to_string(position)}});
}

std::unexpected<Error> hidden(std::size_t position) {
    return fail(ErrorKind::invalid, "pdf_read.hidden_bytes", {{"where", "@" + std::to_string(position)}});
}

// 7.5.2, in the first bytes: "%PDF-1.0" to "%PDF-1.7", or 2.0 (ISO 32000-2).
bool has_header(std::string_view bytes) {
    constexpr std::size_t header_bytes = 8;
    if (bytes.size() <= header_bytes || !is_white(bytes[header_bytes])) return false;
    const std::string_view version = bytes.substr(0, header_bytes);
    return version == "%PDF-2.0" || (version.starts_with("%PDF-1.") && version.back() >= '0' && version.back() <= '7');
}

struct Revision {
    Section section;
    // The other section of a linearised file (annex F): it stands at the end, lists most objects, and the section at
    // the beginning of the file continues with it.
    std::optional<Section> linearised;
    std::size_t begin = 0, end = 0;
};

}  // namespace

// Reads a file in the order in which nothing needs what is not yet read: cross-reference sections, object streams,
// appended revisions, all other objects. Each pass goes through the file once, forwards, whatever the entries say.
class StrictReader {
public:
    explicit StrictReader(std::string_view bytes) : bytes_(bytes) { file_.bytes_ = bytes; }
    Result<StrictFile> read();

private:
    Result<void> read_revisions(std::size_t offset);
    Result<Section> section(std::size_t offset);
    Result<Revision> revision(std::size_t offset);
    bool begins_linearised();
    Result<void> merge_entries();
    Result<void> read_object_streams();
    Result<void> check_appended(const Revision&, const View&);
    Result<std::size_t> check_appended_object(const Revision&, const View&, const Entry&);
    Result<void> read_objects();
    Result<void> check_ranges(std::vector<Range> objects) const;
    Result<IndirectObject> object_at(const Entry&, const View&);
    std::optional<std::int64_t> length(const Reference&, const View&);

    std::string_view bytes_;
    StrictFile file_;
    Budget budget_;
    std::size_t entries_left_ = limits::objects_max;
    std::vector<Revision> revisions_;  // first to last
    View view_;                        // of the last revision
    ObjectStreams object_streams_;
};

Result<Section> StrictReader::section(std::size_t offset) {
    auto made = read_section(bytes_, offset, entries_left_, budget_);
    if (made) entries_left_ -= made->entries.size();
    return made;
}

// F.3.3: the first object of a linearised file says so.
bool StrictReader::begins_linearised() {
    Lexer header(bytes_, 0);
    header.skip();
    Parser parser(bytes_, header.position(), true, budget_);
    IndirectObject first;
    return parser.indirect_object(first, [](const Reference&) { return std::nullopt; }) &&
           first.object.at("Linearized").number().has_value();
}

Result<Revision> StrictReader::revision(std::size_t offset) {
    Revision made;
    made.section = TRY(section(offset));
    const Section& found = made.section;
    if (found.previous <= offset) {
        made.end = TRY(read_tail(bytes_, found.range.end, offset, found.previous == 0));
        return made;
    }
    // A section that continues with a later one: the pair of a linearised file, or two readers see two files.
    made.linearised = TRY(section(found.previous));
    // Behind a stream at the beginning, writers leave "startxref 0" out: it says nothing.
    if (!found.is_stream) TRY_DO(read_tail(bytes_, found.range.end, 0, true));
    if (made.linearised->previous != 0 || !begins_linearised()) return bad_cross_reference(offset);
    made.end = TRY(read_tail(bytes_, made.linearised->range.end, offset, true));
    return made;
}

Result<void> StrictReader::read_revisions(std::size_t offset) {
    std::size_t end_max = bytes_.size();
    for (;;) {
        if (revisions_.size() == limits::sections_max)
            return fail(ErrorKind::limit, "pdf_read.too_large", {{"where", "@" + std::to_string(offset)}});
        Revision found = TRY(revision(offset));
        if (found.end > end_max) return bad_cross_reference(offset);
        if (revisions_.empty() && found.end != bytes_.size())
            return fail(ErrorKind::invalid, "pdf_read.trailing_bytes", {{"where", "@" + std::to_string(found.end)}});
        const bool is_first = found.linearised || found.section.previous == 0;
        // Each section stands behind the whole revision that it continues, so the chain cannot loop.
        if (!is_first && found.section.previous >= offset) return bad_cross_reference(offset);
        end_max = offset;
        offset = found.section.previous;
        revisions_.push_back(std::move(found));
        if (is_first) break;
    }
    std::ranges::reverse(revisions_);
    std::size_t begin = 0;
    for (Revision& each : revisions_) {
        each.begin = begin;
        begin = each.end;
        file_.revision_ends_.push_back(each.end);
    }
    return {};
}

Result<void> StrictReader::merge_entries() {
    for (const Revision& each : revisions_) {
        if (each.linearised) add_entries(view_, each.linearised->entries);
        add_entries(view_, each.section.entries);
        // 7.5.5: /Size is greater than every number of this and all earlier sections.
        const std::int64_t size = each.section.trailer.at("Size").integer().value_or(0);
        if (!view_.empty() && view_.rbegin()->first >= size) return bad_cross_reference(each.section.range.begin);
    }
    for (const auto& [number, entry] : view_)
        file_.generations_.emplace_hint(file_.generations_.end(), number,
                                        entry.kind == Entry::Kind::free ? -1 - entry.generation : entry.generation);
    const Section& last = revisions_.back().section;
    file_.trailer_ = last.trailer;
    file_.uses_streams_ = last.is_stream;
    file_.last_section_ = last.range.begin;
    return {};
}

// A /Length that is a reference. Its object is read out of a window, so that a thousand streams with one length cost
// little.
std::optional<std::int64_t> StrictReader::length(const Reference& reference, const View& view) {
    const auto found = view.find(reference.number);
    if (found == view.end() || found->second.generation != reference.generation) return std::nullopt;
    const Entry& entry = found->second;
    if (entry.kind == Entry::Kind::compressed) {
        const auto container = view.find(entry.container);
        if (container == view.end()) return std::nullopt;
        const Object* object = object_streams_.find(container->second.offset, entry.index, entry.number);
        return object == nullptr ? std::nullopt : object->integer();
    }
    if (entry.kind != Entry::Kind::in_file) return std::nullopt;
    constexpr std::size_t window_bytes = 128;
    Parser parser(bytes_.substr(0, std::min(entry.offset + window_bytes, bytes_.size())), entry.offset, true, budget_);
    IndirectObject object;
    if (!parser.indirect_object(object, [](const Reference&) { return std::nullopt; })) return std::nullopt;
    return object.id == reference ? object.object.integer() : std::nullopt;
}

Result<IndirectObject> StrictReader::object_at(const Entry& entry, const View& view) {
    Parser parser(bytes_, entry.offset, true, budget_);
    IndirectObject out;
    if (!parser.indirect_object(out, [&](const Reference& reference) { return length(reference, view); }))
        return parse_error(parser, std::to_string(entry.number) + " " + std::to_string(entry.generation));
    if (out.id != Reference{entry.number, entry.generation}) return bad_object(entry.number);
    return out;
}

Result<void> StrictReader::read_object_streams() {
    std::vector<Entry> containers;
    std::vector<int> numbers;
    for (const auto& [number, entry] : view_)
        if (entry.kind == Entry::Kind::compressed && (numbers.empty() || numbers.back() != entry.container))
            numbers.push_back(entry.container);
    std::ranges::sort(numbers);
    const auto repeated = std::ranges::unique(numbers);
    numbers.erase(repeated.begin(), repeated.end());
    for (const int number : numbers) {
        const auto found = view_.find(number);
        if (found == view_.end() || found->second.kind != Entry::Kind::in_file) return bad_object(number);
        containers.push_back(found->second);
    }
    std::ranges::sort(containers, {}, &Entry::offset);
    std::size_t behind = 0;
    for (const Entry& entry : containers) {
        if (entry.offset < behind) return bad_object(entry.number);
        IndirectObject container = TRY(object_at(entry, view_));
        behind = container.object.end;
        TRY_DO(object_streams_.add(container, budget_));
        file_.objects_.emplace(entry.number, std::move(container.object));
    }
    for (const auto& [number, entry] : view_) {
        if (entry.kind != Entry::Kind::compressed) continue;
        const Object* object = object_streams_.find(view_.find(entry.container)->second.offset, entry.index, number);
        if (object == nullptr) return bad_object(number);
        file_.objects_.emplace(number, *object);
    }
    return {};
}

// An object of an appended revision that stands where the revision's own section says: the position behind it.
Result<std::size_t> StrictReader::check_appended_object(const Revision& revision, const View& view,
                                                        const Entry& entry) {
    IndirectObject found = TRY(object_at(entry, view));
    if (found.has_comment) return hidden(entry.offset);
    const std::size_t end = found.object.end;
    if (found.object.stream() != nullptr && found.object.at("Type").is_name("ObjStm")) {
        if (object_streams_.members(entry.offset) == nullptr) TRY_DO(object_streams_.add(found, budget_));
        // What an object stream holds and no entry names is as hidden as bytes between objects.
        int index = 0;
        for (const CompressedObject& member : *object_streams_.members(entry.offset)) {
            const auto named = std::ranges::lower_bound(revision.section.entries, member.number, {}, &Entry::number);
            if (named == revision.section.entries.end() || named->number != member.number ||
                named->kind != Entry::Kind::compressed || named->container != entry.number || named->index != index)
                return hidden(entry.offset);
            ++index;
        }
    }
    const auto newest = view_.find(entry.number);
    if (newest->second == entry && !found.length_is_indirect)
        file_.objects_.try_emplace(entry.number, std::move(found.object));
    return end;
}

// All that an appended revision may consist of (7.5.6): objects that its own section names where they stand, its
// section, white space.
Result<void> StrictReader::check_appended(const Revision& revision, const View& view) {
    const Section& section = revision.section;
    if (section.has_comment) return hidden(section.range.begin);
    std::vector<Entry> pieces;
    for (const Entry& entry : section.entries)
        if (entry.kind == Entry::Kind::in_file && entry.offset >= revision.begin && entry.offset != section.range.begin)
            pieces.push_back(entry);
    std::ranges::sort(pieces, {}, &Entry::offset);
    Lexer lexer(bytes_, revision.begin);
    const auto skip_hybrid = [&] {
        lexer.skip_white();
        if (!section.hybrid || section.hybrid->begin != lexer.position()) return;
        lexer.set_position(section.hybrid->end);
        lexer.skip_white();
    };
    for (const Entry& entry : pieces) {
        if (entry.offset >= revision.end) return bad_object(entry.number);
        skip_hybrid();
        if (section.hybrid && section.hybrid->begin == entry.offset) continue;
        if (lexer.position() < entry.offset) return hidden(lexer.position());
        if (lexer.position() > entry.offset) return bad_object(entry.number);
        lexer.set_position(TRY(check_appended_object(revision, view, entry)));
    }
    skip_hybrid();
    return lexer.position() == section.range.begin ? Result<void>{} : hidden(lexer.position());
}

Result<void> StrictReader::read_objects() {
    std::vector<Entry> entries;
    entries.reserve(view_.size());
    for (const auto& [number, entry] : view_)
        if (entry.kind == Entry::Kind::in_file) entries.push_back(entry);
    std::ranges::sort(entries, {}, &Entry::offset);
    std::vector<Range> ranges;
    std::size_t behind = 0;
    for (const Entry& entry : entries) {
        // Two objects that share bytes could be read as one or the other.
        if (entry.offset < behind) return bad_object(entry.number);
        auto known = file_.objects_.find(entry.number);
        if (known == file_.objects_.end())
            known = file_.objects_.emplace(entry.number, TRY(object_at(entry, view_)).object).first;
        behind = known->second.end;
        ranges.push_back({entry.offset, behind});
    }
    return check_ranges(std::move(ranges));
}

// Objects stand neither in cross-reference sections nor across the end of a revision.
Result<void> StrictReader::check_ranges(std::vector<Range> objects) const {
    for (const Revision& each : revisions_) {
        objects.push_back(each.section.range);
        objects.push_back({each.end, each.end});
        if (each.linearised) objects.push_back(each.linearised->range);
        if (each.section.hybrid) objects.push_back(*each.section.hybrid);
    }
    std::ranges::sort(objects);
    for (std::size_t i = 1; i < objects.size(); ++i) {
        // A cross-reference stream may be listed as an object.
        if (objects[i] == objects[i - 1] || objects[i].begin >= objects[i - 1].end) continue;
        return fail(ErrorKind::invalid, "pdf_read.bad_object", {{"where", "@" + std::to_string(objects[i].begin)}});
    }
    return {};
}

Result<StrictFile> StrictReader::read() {
    if (bytes_.size() > limits::file_bytes_max)
        return fail(ErrorKind::limit, "pdf_read.too_large", {{"where", "256 MB"}});
    if (!has_header(bytes_)) return fail(ErrorKind::invalid, "pdf_read.not_a_pdf");
    const std::size_t last = TRY(last_section_offset(bytes_));
    TRY_DO(read_revisions(last));
    TRY_DO(merge_entries());
    TRY_DO(read_object_streams());
    View view;
    for (std::size_t i = 0; i < revisions_.size() && revisions_.size() > 1; ++i) {
        const Revision& each = revisions_[i];
        if (each.linearised) add_entries(view, each.linearised->entries);
        add_entries(view, each.section.entries);
        if (i > 0) TRY_DO(check_appended(each, view));
    }
    TRY_DO(read_objects());
    const Object& root = file_.trailer_.at("Root");
    // 7.5.5, table 15: an indirect reference to the catalogue.
    if (root.reference() == nullptr ||
        !std::holds_alternative<std::shared_ptr<const Dictionary>>(file_.resolve(root).value))
        return bad_cross_reference(file_.last_section_);
    return std::move(file_);
}

Result<StrictFile> StrictFile::open(std::string_view bytes) { return StrictReader(bytes).read(); }

Result<std::string> StrictFile::decoded(const Stream& stream) const {
    return decode(stream, limits::decoded_stream_bytes_max,
                  [this](const Object& object) -> const Object& { return resolve(object); });
}

}  // namespace shanqi::office::pdf_read
