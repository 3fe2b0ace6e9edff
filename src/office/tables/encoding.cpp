#include "office/tables/encoding.hpp"

#include <fcntl.h>
#include <unicode/ucnv.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/files.hpp"

namespace shanqi::office::tables {
namespace {

constexpr std::size_t piece_bytes = 64 << 10;

class FileBytes final : public ByteSource {
public:
    FileBytes(int descriptor, std::filesystem::path path) : descriptor_(descriptor), path_(std::move(path)) {}
    ~FileBytes() override { ::close(descriptor_); }
    FileBytes(const FileBytes&) = delete;
    FileBytes& operator=(const FileBytes&) = delete;

    Result<std::size_t> read(char* buffer, std::size_t size) override {
        while (true) {
            const ssize_t got = ::read(descriptor_, buffer, size);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return system_error(errno, path_);
        }
    }

    Result<> rewind() override {
        if (::lseek(descriptor_, 0, SEEK_SET) < 0) return system_error(errno, path_);
        return {};
    }

private:
    int descriptor_;
    std::filesystem::path path_;
};

class MemoryBytes final : public ByteSource {
public:
    explicit MemoryBytes(std::string bytes) : bytes_(std::move(bytes)) {}

    Result<std::size_t> read(char* buffer, std::size_t size) override {
        const std::size_t count = bytes_.copy(buffer, size, at_);
        at_ += count;
        return count;
    }
    Result<> rewind() override {
        at_ = 0;
        return {};
    }

private:
    std::string bytes_;
    std::size_t at_ = 0;
};

// Both validators take pieces and remember where in a character they are.
class Utf8Validator {
public:
    // How many bytes are right, up to the first fault.
    std::size_t feed(std::string_view bytes) {
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            const auto byte = static_cast<unsigned char>(bytes[at]);
            if (more_ == 0) {
                if (byte < 0x80) continue;
                begin(byte);
            } else if (byte < low_ || byte > high_) {
                valid_ = false;
            } else {
                low_ = 0x80;
                high_ = 0xBF;
                if (--more_ == 0) ++characters_;
            }
            if (!valid_) return at;
        }
        return bytes.size();
    }
    bool valid() const { return valid_; }
    bool complete() const { return valid_ && more_ == 0; }
    std::uint64_t characters() const { return characters_; }  // of more than one byte, before the first fault

private:
    void begin(unsigned char lead) {  // Unicode 15, table 3-7
        low_ = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        high_ = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        more_ = lead >= 0xC2 && lead <= 0xDF   ? 1
                : lead >= 0xE0 && lead <= 0xEF ? 2
                : lead >= 0xF0 && lead <= 0xF4 ? 3
                                               : 0;
        valid_ = more_ > 0;
    }
    int more_ = 0;
    unsigned char low_ = 0x80, high_ = 0xBF;
    bool valid_ = true;
    std::uint64_t characters_ = 0;
};

// GB 18030-2022: one byte, two (81-FE, 40-7E or 80-FE) or four (81-FE, 30-39, 81-FE, 30-39).
class Gb18030Validator {
public:
    void feed(std::string_view bytes) {
        for (const char c : bytes) {
            const auto byte = static_cast<unsigned char>(c);
            const bool lead = byte >= 0x81 && byte <= 0xFE;
            const bool digit = byte >= 0x30 && byte <= 0x39;
            switch (state_) {
                case 0:
                    if (byte < 0x80) break;
                    state_ = 1;
                    valid_ = lead;
                    break;
                case 1:
                    state_ = digit ? 2 : 0;
                    valid_ = digit || (byte >= 0x40 && byte != 0x7F && byte != 0xFF);
                    break;
                case 2:
                    state_ = 3;
                    valid_ = lead;
                    break;
                default:
                    state_ = 0;
                    valid_ = digit;
            }
            if (!valid_) return;
        }
    }
    bool valid() const { return valid_; }
    bool complete() const { return valid_ && state_ == 0; }

private:
    int state_ = 0;
    bool valid_ = true;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_bytes(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return system_error(errno, path);
    return std::make_unique<FileBytes>(descriptor, path);
}

std::unique_ptr<ByteSource> memory_bytes(std::string bytes) { return std::make_unique<MemoryBytes>(std::move(bytes)); }

std::string_view encoding_name(Encoding encoding) {
    switch (encoding) {
        case Encoding::utf8:
            return "utf-8";
        case Encoding::utf8_bom:
            return "utf-8-bom";
        case Encoding::gb18030:
            return "gb18030";
        case Encoding::utf16_le:
            return "utf-16le";
        case Encoding::utf16_be:
            return "utf-16be";
    }
    return "";
}

Result<Encoding> find_encoding(ByteSource& source) {
    // Chinese text in GB18030 passes for UTF-8 over a few characters by chance, not over this many: then the file
    // is UTF-8 with a damaged place, and reading it as GB18030 would give nonsense without a word.
    constexpr std::uint64_t surely_utf8_characters = 64;
    std::string buffer(piece_bytes, '\0');
    Utf8Validator utf8;
    Gb18030Validator gb18030;
    bool first = true, bom = false;
    std::int64_t line = 1, fault_line = 0;
    while (true) {
        const std::size_t got = TRY(source.read(buffer.data(), buffer.size()));
        if (got == 0) break;
        const std::string_view bytes(buffer.data(), got);
        if (std::exchange(first, false)) {
            bom = bytes.starts_with("\xEF\xBB\xBF");
            const bool little = bytes.starts_with("\xFF\xFE"), big = bytes.starts_with("\xFE\xFF");
            if (little || big) {
                TRY_DO(source.rewind());
                return little ? Encoding::utf16_le : Encoding::utf16_be;
            }
        }
        const auto line_at = [&](std::size_t at) { return line + std::count(bytes.begin(), bytes.begin() + at, '\n'); };
        if (const std::size_t at = bytes.find('\0'); at != std::string_view::npos)
            return fail(ErrorKind::invalid, "tables.zero_bytes", {{"line", std::to_string(line_at(at))}});
        if (utf8.valid()) {
            const std::size_t right = utf8.feed(bytes);
            if (!utf8.valid()) fault_line = line_at(right);
        }
        if (gb18030.valid() && !bom) gb18030.feed(bytes);
        line += std::count(bytes.begin(), bytes.end(), '\n');
    }
    TRY_DO(source.rewind());
    if (utf8.complete()) return bom ? Encoding::utf8_bom : Encoding::utf8;
    if (!bom && gb18030.complete() && utf8.characters() < surely_utf8_characters) return Encoding::gb18030;
    return fail(ErrorKind::invalid, "tables.bad_encoding",
                {{"line", std::to_string(fault_line == 0 ? line : fault_line)}});
}

struct TextStream::Impl {
    std::unique_ptr<ByteSource> source;
    Encoding encoding = Encoding::utf8;
    UConverter* from = nullptr;
    UConverter* to = nullptr;
    std::array<UChar, 8192> pivot{};
    UChar* pivot_begin = pivot.data();
    UChar* pivot_end = pivot.data();
    std::string bytes = std::string(piece_bytes, '\0');
    bool first = true, ended = false;

    ~Impl() {
        if (from != nullptr) ucnv_close(from);
        if (to != nullptr) ucnv_close(to);
    }

    Result<> convert(std::string_view in, std::string& out) {
        std::array<char, piece_bytes> buffer;
        const char* source_at = in.data();
        while (true) {
            UErrorCode status = U_ZERO_ERROR;
            char* target = buffer.data();
            ucnv_convertEx(to, from, &target, buffer.data() + buffer.size(), &source_at, in.data() + in.size(),
                           pivot.data(), &pivot_begin, &pivot_end, pivot.data() + pivot.size(), 0, ended ? 1 : 0,
                           &status);
            out.append(buffer.data(), target);
            if (status == U_BUFFER_OVERFLOW_ERROR) continue;
            if (U_FAILURE(status)) return fail(ErrorKind::invalid, "tables.bad_encoding", {{"line", "?"}});
            return {};
        }
    }
};

TextStream::TextStream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextStream::TextStream(TextStream&&) noexcept = default;
TextStream& TextStream::operator=(TextStream&&) noexcept = default;
TextStream::~TextStream() = default;

Result<TextStream> TextStream::open(std::unique_ptr<ByteSource> source, Encoding encoding) {
    auto impl = std::make_unique<Impl>();
    impl->source = std::move(source);
    impl->encoding = encoding;
    if (encoding != Encoding::utf8 && encoding != Encoding::utf8_bom) {
        const char* name = encoding == Encoding::gb18030    ? "gb18030"
                           : encoding == Encoding::utf16_le ? "UTF-16LE"
                                                            : "UTF-16BE";
        UErrorCode status = U_ZERO_ERROR;
        impl->from = ucnv_open(name, &status);
        impl->to = ucnv_open("UTF-8", &status);
        if (U_FAILURE(status)) return fail(ErrorKind::system, "tables.bad_encoding", {{"line", "1"}});
    }
    return TextStream(std::move(impl));
}

Result<bool> TextStream::read(std::string& out) {
    Impl& impl = *impl_;
    if (impl.ended) return false;
    const std::size_t got = TRY(impl.source->read(impl.bytes.data(), impl.bytes.size()));
    std::string_view piece(impl.bytes.data(), got);
    if (impl.from == nullptr) {
        impl.ended = got == 0;
        if (std::exchange(impl.first, false) && piece.starts_with("\xEF\xBB\xBF")) piece.remove_prefix(3);
        out += piece;
        return !impl.ended;
    }
    impl.ended = got == 0;
    const std::size_t before = out.size();
    TRY_DO(impl.convert(piece, out));
    if (impl.first && out.size() > before) {
        impl.first = false;
        if (std::string_view(out).substr(before).starts_with("\xEF\xBB\xBF")) out.erase(before, 3);
    }
    return !impl.ended;
}

}  // namespace shanqi::office::tables
