// Tokens of PDF syntax (ISO 32000-1, 7.2 and 7.3), read where they stand. Functions return false and leave a fault:
// thousands of tokens are read for one file, and an Error for each of them would cost more than the reading.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace shanqi::office::pdf_read {

// 7.2.2, tables 1 and 2.
enum class ByteClass : std::uint8_t { regular, white, delimiter };
inline constexpr std::array<ByteClass, 256> byte_classes = [] {
    std::array<ByteClass, 256> made{};
    for (const unsigned c : {0U, 9U, 10U, 12U, 13U, 32U}) made[c] = ByteClass::white;
    for (const char c : {'(', ')', '<', '>', '[', ']', '{', '}', '/', '%'})
        made[static_cast<unsigned char>(c)] = ByteClass::delimiter;
    return made;
}();
inline ByteClass byte_class(char c) { return byte_classes[static_cast<unsigned char>(c)]; }
inline bool is_white(char c) { return byte_class(c) == ByteClass::white; }
inline bool is_regular(char c) { return byte_class(c) == ByteClass::regular; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The length of the line end (CR LF, CR or LF) that stands at `position`; 0 where there is none.
std::size_t line_end_length(std::string_view bytes, std::size_t position);

enum class Fault : std::uint8_t { none, syntax, duplicate_key, stream, too_large };

class Lexer {
public:
    Lexer(std::string_view bytes, std::size_t position) : bytes_(bytes), position_(position) {}

    std::size_t position() const { return position_; }
    void set_position(std::size_t position) { position_ = position; }
    bool at_end() const { return position_ >= bytes_.size(); }
    char peek() const { return at_end() ? '\0' : bytes_[position_]; }
    std::string_view bytes() const { return bytes_; }
    Fault fault() const { return fault_; }
    // Comments are white space (7.2.3), and a place to hide things in: some callers refuse them.
    bool saw_comment() const { return saw_comment_; }

    void skip_white();  // white space only
    void skip();        // white space and comments
    bool skip_line_end();

    // Each begins at the first byte of the token and ends behind its last.
    bool literal(std::string_view text);  // exactly these bytes
    bool keyword(std::string_view text);  // these bytes, and no regular character behind them
    bool natural(std::int64_t& out);      // digits only, at most ten of them
    // An integer that fits, or a real number. Exponents are no PDF (7.3.3).
    bool number(bool& is_integer, std::int64_t& integer, double& real);
    bool name(std::string& out);
    bool literal_string(std::string& out);
    bool hex_string(std::string& out);

protected:
    bool failed(Fault fault) {
        if (fault_ == Fault::none) fault_ = fault;
        return false;
    }

private:
    bool escape(std::string& out);

    std::string_view bytes_;
    std::size_t position_;
    Fault fault_ = Fault::none;
    bool saw_comment_ = false;
};

}  // namespace shanqi::office::pdf_read
