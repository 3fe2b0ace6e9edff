// Which encoding a text file is in, decided by its bytes, and its bytes as UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi::office::tables {

// Bytes that can be read twice: once to find the encoding, once to use them.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    virtual Result<std::size_t> read(char* buffer, std::size_t size) = 0;  // 0 at the end
    virtual Result<> rewind() = 0;
};

Result<std::unique_ptr<ByteSource>> open_bytes(const std::filesystem::path&);
std::unique_ptr<ByteSource> memory_bytes(std::string bytes);

enum class Encoding : std::uint8_t { utf8, utf8_bom, gb18030, utf16_le, utf16_be };

std::string_view encoding_name(Encoding);  // "utf-8", "utf-8-bom", "gb18030", "utf-16le", "utf-16be"

// Reads all of it and rewinds. Errors: tables.bad_encoding with {line}, tables.not_a_workbook (binary).
Result<Encoding> find_encoding(ByteSource&);

// The bytes as UTF-8, piece by piece, without a byte order mark.
class TextStream {
public:
    static Result<TextStream> open(std::unique_ptr<ByteSource>, Encoding);
    TextStream(TextStream&&) noexcept;
    TextStream& operator=(TextStream&&) noexcept;
    ~TextStream();

    // Appends the next piece to `out`; false at the end.
    Result<bool> read(std::string& out);

private:
    struct Impl;
    explicit TextStream(std::unique_ptr<Impl>);
    std::unique_ptr<Impl> impl_;
};

}  // namespace shanqi::office::tables
