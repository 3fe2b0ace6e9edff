// What stands first in every file of a batch: colour profile, the template's fonts, pictures, the seal, and the
// page content that no row changes. Made once, compressed well, hashed once; a document copies bytes and state.
//
// Which bytes these are follows from the document alone (which static fragments it has and where), never from
// the documents before it: the same input gives the same file in any order and on any number of threads.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "office/pdf/body.hpp"
#include "office/pdf/font_part.hpp"
#include "office/pdf/page_plan.hpp"
#include "office/pdf/pdf.hpp"
#include "office/pdf/picture.hpp"

namespace shanqi::office::pdf {

namespace limits {
constexpr std::size_t template_parts_max = 16;   // kept; a template with conditions has several
constexpr std::size_t static_contents_max = 64;  // kept; one for each way in which the pages flow
constexpr std::size_t kept_bytes_max = 48ULL << 20;
}  // namespace limits

// What a batch has, decoded at its start.
struct BatchMaterial {
    std::shared_ptr<const FontLibrary> fonts;
    std::vector<Picture> pictures;  // as Document::images
    std::optional<Picture> stamp;
    double stamp_width = 0, stamp_height = 0;  // points
    std::unique_ptr<GlyphOutlines> outlines;
};

struct TemplatePart {
    Body body{0, 0};
    FontPart fonts;
    std::string font_resources;
    std::map<int, int> pictures;  // index to object
    int profile = 0, empty_appearance = 0, seal = 0, seal_state = 0;
    Sha256Stream hash;
};

struct StaticContent {
    std::shared_ptr<const TemplatePart> part;
    Body body{0, 0};
    std::vector<int> streams;  // for each page, 0 where it has nothing static
    Sha256Stream hash;         // of part and content
};

// A bounded map that forgets what was used least recently. Two threads that miss at once both build: the
// results are equal, and one is kept.
template <class Value>
class RecentlyUsed {
public:
    RecentlyUsed(std::size_t entries_max, std::size_t bytes_max) : entries_max_(entries_max), bytes_max_(bytes_max) {}

    std::shared_ptr<const Value> find(const std::string& key) {
        std::lock_guard lock(mutex_);
        auto found = index_.find(key);
        if (found == index_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return entries_.front().second;
    }
    std::shared_ptr<const Value> keep(const std::string& key, std::shared_ptr<const Value> value) {
        std::lock_guard lock(mutex_);
        if (auto found = index_.find(key); found != index_.end()) return found->second->second;
        entries_.emplace_front(key, value);
        index_[key] = entries_.begin();
        bytes_ += value->body.bytes.size() + key.size();
        while (entries_.size() > 1 && (entries_.size() > entries_max_ || bytes_ > bytes_max_)) {
            bytes_ -= entries_.back().second->body.bytes.size() + entries_.back().first.size();
            index_.erase(entries_.back().first);
            entries_.pop_back();
        }
        return value;
    }

private:
    using Entries = std::list<std::pair<std::string, std::shared_ptr<const Value>>>;
    std::size_t entries_max_, bytes_max_, bytes_ = 0;
    std::mutex mutex_;
    Entries entries_;
    std::unordered_map<std::string, typename Entries::iterator> index_;
};

class TemplateParts {
public:
    explicit TemplateParts(const BatchMaterial& material) : material_(material) {}
    Result<std::shared_ptr<const StaticContent>> find(const Pages&, const std::vector<PagePlan>&, bool has_seal);

private:
    Result<std::shared_ptr<const TemplatePart>> part(const std::vector<PagePlan>&, bool has_seal);
    Result<std::shared_ptr<const TemplatePart>> make_part(const std::vector<const Fragment*>&, bool has_seal) const;
    std::shared_ptr<const StaticContent> make_content(std::shared_ptr<const TemplatePart>, const Pages&,
                                                      const std::vector<PagePlan>&) const;

    const BatchMaterial& material_;
    RecentlyUsed<TemplatePart> parts_{limits::template_parts_max, limits::kept_bytes_max};
    RecentlyUsed<StaticContent> contents_{limits::static_contents_max, limits::kept_bytes_max};
};

}  // namespace shanqi::office::pdf
