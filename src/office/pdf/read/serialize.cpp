#include <charconv>

#include "office/pdf/read/lexer.hpp"
#include "office/pdf/read/update.hpp"

namespace shanqi::office::pdf_read {
namespace {

void append(std::string& out, const Object& object);

void append_name(std::string& out, std::string_view text) {
    constexpr std::string_view hex_digits = "0123456789ABCDEF";
    out += '/';
    for (const char c : text) {
        if (c > ' ' && c <= '~' && is_regular(c) && c != '#') {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '#';
        out += hex_digits[byte >> 4U];
        out += hex_digits[byte & 15U];
    }
}

// Literal where it is plain ASCII, hexadecimal otherwise.
void append_string(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        if (c >= ' ' && c <= '~') continue;
        out += '<';
        out += hex(bytes);
        out += '>';
        return;
    }
    out += '(';
    for (const char c : bytes) {
        if (c == '(' || c == ')' || c == '\\') out += '\\';
        out += c;
    }
    out += ')';
}

void append_dictionary(std::string& out, const Dictionary& dictionary) {
    out += "<<";
    for (const auto& [key, value] : dictionary) {
        append_name(out, key);
        out += ' ';
        append(out, value);
    }
    out += ">>";
}

void append_real(std::string& out, double value) {
    char digits[512];  // the longest double has 309 digits before the point
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value, std::chars_format::fixed).ptr;
    const std::string_view text(digits, end);
    out += text;
    if (text.find('.') == text.npos) out += ".0";  // stays a real number
}

struct Append {
    std::string& out;
    void operator()(std::monostate) const { out += "null"; }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(std::int64_t value) const { out += std::to_string(value); }
    void operator()(double value) const { append_real(out, value); }
    void operator()(const String& value) const { append_string(out, value.bytes); }
    void operator()(const Name& value) const { append_name(out, value.text); }
    void operator()(const Reference& value) const {
        out += std::to_string(value.number) + ' ' + std::to_string(value.generation) + " R";
    }
    void operator()(const std::shared_ptr<const Array>& value) const {
        out += '[';
        for (const Object& item : *value) {
            if (out.back() != '[') out += ' ';
            append(out, item);
        }
        out += ']';
    }
    void operator()(const std::shared_ptr<const Dictionary>& value) const { append_dictionary(out, *value); }
    void operator()(const Stream& value) const {
        Dictionary dictionary = *value.dictionary;
        Object length;
        length.value = static_cast<std::int64_t>(value.raw.size());
        dictionary.insert_or_assign("Length", length);
        append_dictionary(out, dictionary);
        out += "stream\n";
        out += value.raw;
        out += "\nendstream";
    }
};

void append(std::string& out, const Object& object) { std::visit(Append{out}, object.value); }

}  // namespace

std::string serialized(const Object& object) {
    std::string out;
    append(out, object);
    return out;
}

std::string serialized_dictionary(const Dictionary& dictionary) {
    std::string out;
    append_dictionary(out, dictionary);
    return out;
}

}  // namespace shanqi::office::pdf_read
