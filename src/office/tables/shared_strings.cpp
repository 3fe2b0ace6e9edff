#include "office/tables/shared_strings.hpp"

#include <sys/mman.h>

#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "office/tables/table.hpp"
#include "office/tables/xml_stream.hpp"

namespace shanqi::office::tables {
namespace {

class Reader final : public XmlHandler {
public:
    Reader(SpillFile& file, std::vector<std::uint64_t>& ends) : file_(file), ends_(ends) {}

    void start(std::string_view name, XmlAttributes) override {
        if (name == "si") {
            text_.clear();
        } else if (name == "rPh") {
            ++phonetic_;
        } else if (name == "t") {
            collecting_ = phonetic_ == 0;
        }
    }

    void end(std::string_view name) override {
        if (name == "t") {
            collecting_ = false;
        } else if (name == "rPh") {
            --phonetic_;
        } else if (name == "si") {
            finish();
        }
    }

    void text(std::string_view text) override {
        if (!collecting_) return;
        if (text_.size() + text.size() > limits::cell_bytes_max) {
            status = fail(ErrorKind::limit, "tables.cell_too_long");
            return;
        }
        text_ += text;
    }

private:
    void finish() {
        if (ends_.size() >= limits::shared_strings_max) {
            status = fail(ErrorKind::limit, "tables.too_many_strings");
            return;
        }
        text_ = plain_string(std::move(text_));
        if (const auto appended = file_.append(text_); !appended) {
            status = std::unexpected(appended.error());
            return;
        }
        ends_.push_back(file_.size());
    }

    SpillFile& file_;
    std::vector<std::uint64_t>& ends_;
    std::string text_;
    int phonetic_ = 0;
    bool collecting_ = false;
};

}  // namespace

std::string plain_string(std::string text) {
    if (text.find("_x") == std::string::npos && text.find('\r') == std::string::npos) return text;
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '_' && at + 6 < text.size() && text[at + 1] == 'x' && text[at + 6] == '_') {
            unsigned code = 0;
            const auto parsed = std::from_chars(text.data() + at + 2, text.data() + at + 6, code, 16);
            if (parsed.ec == std::errc() && parsed.ptr == text.data() + at + 6) {
                const bool surrogate = code >= 0xD800 && code < 0xE000;
                append_utf8(out, code == 0 || surrogate ? 0xFFFD : static_cast<char32_t>(code));
                at += 6;
                continue;
            }
        }
        out += text[at];
    }
    std::string lines;
    lines.reserve(out.size());
    for (std::size_t at = 0; at < out.size(); ++at) {
        if (out[at] != '\r') {
            lines += out[at];
        } else if (at + 1 == out.size() || out[at + 1] != '\n') {
            lines += '\n';
        }
    }
    return lines;
}

Result<SharedStrings> SharedStrings::read(Package& package, const std::string& part) {
    SharedStrings out(TRY(SpillFile::create()));
    if (part.empty() || !package.has(part)) return out;
    Reader reader(out.file_, out.ends_);
    TRY_DO(parse_part(package, part, reader));
    out.mapped_ = TRY(out.file_.map());
    return out;
}

std::string_view SharedStrings::at(std::size_t index) {
    if (index >= ends_.size()) return {};
    constexpr std::uint32_t lookups_between_drops = 1U << 18;
    if (++lookups_ % lookups_between_drops == 0 && !mapped_.empty()) {
        // The pages stay in the system's cache; only this process forgets them, so that its memory stays flat.
        ::madvise(const_cast<char*>(mapped_.data()), mapped_.size(), MADV_DONTNEED);
    }
    const std::uint64_t begin = index == 0 ? 0 : ends_[index - 1];
    return mapped_.substr(begin, ends_[index] - begin);
}

}  // namespace shanqi::office::tables
