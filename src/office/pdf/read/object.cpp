#include <algorithm>
#include <array>
#include <span>

#include "office/pdf/read/strict_file.hpp"

namespace shanqi::office::pdf_read {
namespace {

const Object null_object;

}  // namespace

const Array* Object::array() const {
    const auto* held = std::get_if<std::shared_ptr<const Array>>(&value);
    return held == nullptr ? nullptr : held->get();
}

const Dictionary* Object::dictionary() const {
    if (const auto* held = std::get_if<std::shared_ptr<const Dictionary>>(&value)) return held->get();
    const Stream* held = stream();
    return held == nullptr ? nullptr : held->dictionary.get();
}

const Stream* Object::stream() const { return std::get_if<Stream>(&value); }
const Name* Object::name() const { return std::get_if<Name>(&value); }
const String* Object::string() const { return std::get_if<String>(&value); }
const Reference* Object::reference() const { return std::get_if<Reference>(&value); }

std::optional<std::int64_t> Object::integer() const {
    const auto* held = std::get_if<std::int64_t>(&value);
    return held == nullptr ? std::nullopt : std::optional(*held);
}

std::optional<double> Object::number() const {
    if (const auto whole = integer()) return static_cast<double>(*whole);
    const auto* held = std::get_if<double>(&value);
    return held == nullptr ? std::nullopt : std::optional(*held);
}

const Object& Object::at(std::string_view key) const {
    const Dictionary* entries = dictionary();
    return entries == nullptr ? null_object : entries->at(key);
}

bool Object::is_name(std::string_view text) const {
    const Name* held = name();
    return held != nullptr && held->text == text;
}

// As deep as the parser lets values nest, so recursion is bounded.
bool Object::operator==(const Object& other) const {
    if (value.index() != other.value.index()) return false;
    if (const Stream* mine = stream()) {
        const Stream* theirs = other.stream();
        return mine->raw == theirs->raw &&
               (mine->dictionary == theirs->dictionary || *mine->dictionary == *theirs->dictionary);
    }
    if (const Array* mine = array()) return mine == other.array() || *mine == *other.array();
    if (const Dictionary* mine = dictionary()) return mine == other.dictionary() || *mine == *other.dictionary();
    return std::visit(
        [&](const auto& mine) {
            using Held = std::decay_t<decltype(mine)>;
            if constexpr (requires { mine == mine; } && !std::is_same_v<Held, Stream>)
                return mine == std::get<Held>(other.value);
            else
                return false;
        },
        value);
}

// Sorts pointers: an entry is large, and moving it once is enough.
Dictionary::Dictionary(Entries& unsorted) {
    constexpr std::size_t few = 32;
    std::array<Entry*, few> small;
    std::vector<Entry*> large(unsorted.size() > few ? unsorted.size() : 0);
    const std::span<Entry*> order(large.empty() ? small.data() : large.data(), unsorted.size());
    for (std::size_t i = 0; i < unsorted.size(); ++i) order[i] = &unsorted[i];
    std::ranges::sort(order, {}, &Entry::first);
    entries_.reserve(unsorted.size());
    for (Entry* entry : order) entries_.push_back(std::move(*entry));
}

bool Dictionary::has_duplicate() const {
    return std::ranges::adjacent_find(entries_, {}, &Entry::first) != entries_.end();
}

Dictionary::Entries::const_iterator Dictionary::find(std::string_view key) const {
    const auto place = std::ranges::lower_bound(entries_, key, {}, &Entry::first);
    return place != entries_.end() && place->first == key ? place : entries_.end();
}

const Object& Dictionary::at(std::string_view key) const {
    const auto found = find(key);
    return found == end() ? null_object : found->second;
}

void Dictionary::insert_or_assign(std::string_view key, Object value) {
    const auto place = std::ranges::lower_bound(entries_, key, {}, &Entry::first);
    if (place != entries_.end() && place->first == key)
        place->second = std::move(value);
    else
        entries_.emplace(place, key, std::move(value));
}

void Dictionary::erase(std::string_view key) {
    if (const auto place = find(key); place != entries_.end()) entries_.erase(place);
}

const Object& StrictFile::object(int number) const {
    const auto found = objects_.find(number);
    return found == objects_.end() ? null_object : found->second;
}

const Object& StrictFile::resolve(const Object& object) const {
    const Object* current = &object;
    for (int step = 0; step <= limits::depth_max; ++step) {
        const Reference* reference = current->reference();
        if (reference == nullptr) return *current;
        const auto found = objects_.find(reference->number);
        // 7.3.10: a reference of another generation than the entry's is one to the null object.
        if (found == objects_.end() || generation(reference->number) != reference->generation) return null_object;
        current = &found->second;
    }
    return null_object;
}

const Object& StrictFile::resolve(const Dictionary& dictionary, std::string_view key) const {
    return resolve(dictionary.at(key));
}

int StrictFile::generation(int number) const {
    const auto found = generations_.find(number);
    if (found == generations_.end()) return 0;
    return found->second < 0 ? -1 - found->second : found->second;
}

bool StrictFile::is_free(int number) const {
    const auto found = generations_.find(number);
    return found != generations_.end() && found->second < 0;
}

}  // namespace shanqi::office::pdf_read
