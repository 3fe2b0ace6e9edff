#include "office/pdf/read/lexer.hpp"

#include <array>
#include <charconv>

namespace shanqi::office::pdf_read {
namespace {

constexpr std::array<std::int8_t, 256> hex_values = [] {
    std::array<std::int8_t, 256> made{};
    made.fill(-1);
    for (int i = 0; i < 10; ++i) made['0' + i] = static_cast<std::int8_t>(i);
    for (int i = 0; i < 6; ++i) made['a' + i] = made['A' + i] = static_cast<std::int8_t>(10 + i);
    return made;
}();

int hex_value(char c) { return hex_values[static_cast<unsigned char>(c)]; }

}  // namespace

std::size_t line_end_length(std::string_view bytes, std::size_t position) {
    if (position >= bytes.size()) return 0;
    if (bytes[position] == '\n') return 1;
    if (bytes[position] != '\r') return 0;
    return position + 1 < bytes.size() && bytes[position + 1] == '\n' ? 2 : 1;
}

void Lexer::skip_white() {
    while (!at_end() && is_white(bytes_[position_])) ++position_;
}

void Lexer::skip() {
    for (;;) {
        skip_white();
        if (at_end() || bytes_[position_] != '%') return;
        saw_comment_ = true;
        position_ = std::min(bytes_.find_first_of("\r\n", position_), bytes_.size());
    }
}

bool Lexer::skip_line_end() {
    const std::size_t length = line_end_length(bytes_, position_);
    position_ += length;
    return length > 0;
}

bool Lexer::literal(std::string_view text) {
    if (!bytes_.substr(std::min(position_, bytes_.size())).starts_with(text)) return false;
    position_ += text.size();
    return true;
}

bool Lexer::keyword(std::string_view text) {
    const std::size_t before = position_;
    if (!literal(text)) return false;
    if (at_end() || !is_regular(bytes_[position_])) return true;
    position_ = before;
    return false;
}

bool Lexer::natural(std::int64_t& out) {
    const std::size_t before = position_;
    out = 0;
    while (!at_end() && is_digit(bytes_[position_])) {
        out = out * 10 + (bytes_[position_++] - '0');
        if (position_ - before > 10) return failed(Fault::syntax);
    }
    return position_ > before || failed(Fault::syntax);
}

bool Lexer::number(bool& is_integer, std::int64_t& integer, double& real) {
    const std::size_t begin = position_;
    if (peek() == '+' || peek() == '-') ++position_;
    int digits = 0, points = 0;
    for (; !at_end() && is_regular(bytes_[position_]); ++position_) {
        if (is_digit(bytes_[position_]))
            ++digits;
        else if (bytes_[position_] == '.')
            ++points;
        else
            return failed(Fault::syntax);
    }
    if (digits == 0 || points > 1) return failed(Fault::syntax);
    std::string_view text = bytes_.substr(begin, position_ - begin);
    if (text.front() == '+') text.remove_prefix(1);  // from_chars knows no plus sign
    const char* const first = text.data();
    const char* const last = first + text.size();
    is_integer = points == 0 && std::from_chars(first, last, integer).ec == std::errc{};
    if (is_integer) return true;
    return std::from_chars(first, last, real, std::chars_format::fixed).ec == std::errc{} || failed(Fault::syntax);
}

bool Lexer::name(std::string& out) {
    const std::string_view rest = bytes_.substr(position_ + 1);  // behind the slash
    std::size_t length = 0;
    while (length < rest.size() && is_regular(rest[length])) ++length;
    const std::string_view text = rest.substr(0, length);
    position_ += 1 + length;
    if (text.find('#') == text.npos) {
        out.assign(text);
        return true;
    }
    out.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '#') {
            out += text[i];
            continue;
        }
        if (text.size() - i < 3 || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)
            return failed(Fault::syntax);
        const int value = hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]);
        if (value == 0) return failed(Fault::syntax);  // 7.3.5: the null character cannot stand in a name
        out += static_cast<char>(value);
        i += 2;
    }
    return true;
}

bool Lexer::escape(std::string& out) {
    ++position_;  // the backslash
    if (at_end()) return failed(Fault::syntax);
    if (skip_line_end()) return true;  // a line that goes on
    const char c = bytes_[position_];
    if (c >= '0' && c <= '7') {
        unsigned value = 0;
        for (int i = 0; i < 3 && !at_end() && bytes_[position_] >= '0' && bytes_[position_] <= '7'; ++i)
            value = value * 8 + static_cast<unsigned>(bytes_[position_++] - '0');
        out += static_cast<char>(value & 0xFFU);  // 7.3.4.2: overflow is ignored
        return true;
    }
    constexpr std::string_view letters = "nrtbf", meanings = "\n\r\t\b\f";
    const std::size_t letter = letters.find(c);
    out += letter == letters.npos ? c : meanings[letter];  // a backslash before any other character is ignored
    ++position_;
    return true;
}

bool Lexer::literal_string(std::string& out) {
    ++position_;
    out.clear();
    for (int open = 1;;) {
        const std::size_t next = bytes_.find_first_of("()\\\r", position_);
        if (next == bytes_.npos) return failed(Fault::syntax);
        out.append(bytes_, position_, next - position_);
        position_ = next;
        const char c = bytes_[next];
        if (c == '\\') {
            if (!escape(out)) return false;
            continue;
        }
        if (c == '\r') {  // 7.3.4.2: any line end reads as a line feed
            skip_line_end();
            out += '\n';
            continue;
        }
        ++position_;
        open += c == '(' ? 1 : -1;
        if (open == 0) return true;
        out += c;
    }
}

bool Lexer::hex_string(std::string& out) {
    const std::size_t end = bytes_.find('>', ++position_);
    if (end == bytes_.npos) return failed(Fault::syntax);
    out.clear();
    out.reserve((end - position_ + 1) / 2);
    int high = -1;
    for (; position_ < end; ++position_) {
        const int value = hex_value(bytes_[position_]);
        if (value < 0) {
            if (is_white(bytes_[position_])) continue;
            return failed(Fault::syntax);
        }
        if (high >= 0) out += static_cast<char>(high * 16 + value);
        high = high < 0 ? value : -1;
    }
    if (high >= 0) out += static_cast<char>(high * 16);  // 7.3.4.3: a missing last digit is 0
    ++position_;
    return true;
}

}  // namespace shanqi::office::pdf_read
