// Finds the markers of a paragraph. Word splits what was typed over runs as it likes (spelling, input method,
// revision ids), so the text of neighbouring runs is read as one.
#include <algorithm>

#include "base/text.hpp"
#include "office/merge/syntax.hpp"

namespace shanqi::office::merging {
namespace {

constexpr std::string_view full_open = "｛", full_close = "｝";

// The length of "{{" or "}}" at `at`, each brace half or full width; 0: none.
std::size_t double_brace(std::string_view text, std::size_t at, char half, std::string_view full) {
    std::size_t length = 0;
    for (int i = 0; i < 2; ++i) {
        const std::string_view rest = text.substr(at + length);
        if (rest.starts_with(half)) {
            length += 1;
        } else if (rest.starts_with(full)) {
            length += full.size();
        } else {
            return 0;
        }
    }
    return length;
}
std::size_t opening(std::string_view text, std::size_t at) { return double_brace(text, at, '{', full_open); }
std::size_t closing(std::string_view text, std::size_t at) { return double_brace(text, at, '}', full_close); }

std::unexpected<Error> unclosed(std::string_view text, std::size_t from) {
    std::u32string shown = to_utf32(text.substr(from, 90));
    shown.resize(std::min<std::size_t>(shown.size(), 20));
    return fail(ErrorKind::invalid, "merge.unclosed_field", {{"marker", to_utf8(shown)}});
}

// The text of neighbouring runs with the style of each part.
class Runs {
public:
    void add(const Text& run) {
        starts_.push_back({text_.size(), run.style});
        text_ += run.text;
    }
    bool empty() const { return starts_.empty(); }
    Result<> split(std::vector<Piece>& out);
    void clear() {
        text_.clear();
        starts_.clear();
    }

private:
    struct Start {
        std::size_t at;
        RunStylePtr style;
    };
    const RunStylePtr& style_at(std::size_t at) const {
        const auto after = std::ranges::upper_bound(starts_, at, {}, &Start::at);
        return after == starts_.begin() ? starts_.front().style : std::prev(after)->style;
    }
    void emit_text(std::size_t begin, std::size_t end, std::vector<Piece>& out) const {
        for (std::size_t i = 0; i < starts_.size(); ++i) {
            const std::size_t from = std::max(begin, starts_[i].at);
            const std::size_t to = std::min(end, i + 1 < starts_.size() ? starts_[i + 1].at : text_.size());
            if (from < to) out.push_back({Inline(Text{text_.substr(from, to - from), starts_[i].style})});
        }
    }
    Result<> emit_marker(std::size_t begin, std::size_t end, std::vector<Piece>& out) const;

    std::string text_;
    std::vector<Start> starts_;
};

Result<> Runs::emit_marker(std::size_t begin, std::size_t end, std::vector<Piece>& out) const {
    const std::string_view inside = std::string_view(text_).substr(begin, end - begin);
    Marker marker = TRY(parse_marker(inside));
    const std::size_t name_at = begin + std::min(inside.find_first_not_of(' '), inside.size());
    RunStylePtr style = style_at(std::min(name_at, text_.size() - 1));
    if (auto* field = std::get_if<Expression>(&marker)) {
        out.push_back({FieldInline{std::move(*field), std::move(style)}});
    } else if (auto* mark = std::get_if<Mark>(&marker)) {
        mark->style = std::move(style);
        out.push_back({Inline(std::move(*mark))});
    } else {
        out.push_back({std::get<Control>(std::move(marker))});
    }
    return {};
}

Result<> Runs::split(std::vector<Piece>& out) {
    std::size_t written = 0;
    for (std::size_t at = 0; at < text_.size();) {
        const std::size_t next = text_.find_first_of("{}\xEF", at);  // full-width braces begin with EF
        if (next == std::string::npos) break;
        at = next;
        if (closing(text_, at) > 0) return fail(ErrorKind::invalid, "merge.stray_close");
        const std::size_t length = opening(text_, at);
        if (length == 0) {
            ++at;
            continue;
        }
        const std::size_t begin = at + length;
        std::size_t end = begin;
        while (end < text_.size() && closing(text_, end) == 0) {
            if (opening(text_, end) > 0 || end - begin > limits::field_bytes_max) return unclosed(text_, at);
            ++end;
        }
        if (end >= text_.size()) return unclosed(text_, at);
        emit_text(written, at, out);
        TRY_DO(emit_marker(begin, end, out));
        at = written = end + closing(text_, end);
    }
    emit_text(written, text_.size(), out);
    return {};
}

}  // namespace

bool has_markers(const std::vector<Inline>& inlines) {
    for (const Inline& one : inlines) {
        if (std::holds_alternative<MergeField>(one)) return true;
        const auto* text = std::get_if<Text>(&one);
        if (text == nullptr) continue;
        if (text->text.find_first_of("{}") != std::string::npos || text->text.find(full_open) != std::string::npos ||
            text->text.find(full_close) != std::string::npos) {
            return true;
        }
    }
    return false;
}

Result<std::vector<Piece>> scan(const std::vector<Inline>& inlines) {
    std::vector<Piece> out;
    Runs runs;
    const auto flush = [&]() -> Result<> {
        if (runs.empty()) return {};
        TRY_DO(runs.split(out));
        runs.clear();
        return {};
    };
    for (const Inline& one : inlines) {
        if (const auto* text = std::get_if<Text>(&one)) {
            runs.add(*text);
            continue;
        }
        TRY_DO(flush());
        if (const auto* field = std::get_if<MergeField>(&one)) {
            out.push_back({FieldInline{parse_merge_field(*field), field->style}});
        } else {
            out.push_back({one});
        }
    }
    TRY_DO(flush());
    return out;
}

std::string first_words(const std::vector<Inline>& inlines) {
    constexpr std::size_t words_max = 20;
    std::u32string out;
    for (const Inline& one : inlines) {
        if (const auto* text = std::get_if<Text>(&one)) out += to_utf32(text->text);
        if (out.size() > words_max) break;
    }
    if (out.size() > words_max) {
        out.resize(words_max);
        out += U'…';
    }
    return to_utf8(out);
}

}  // namespace shanqi::office::merging
