// Builds small PDFs for tests, right ones and wrong ones: offsets are counted, everything else is as the test says.
#pragma once

#include <fmt/format.h>
#include <libdeflate.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shanqi::office::pdf_read::test {

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    if (at == text.npos) throw std::logic_error("the test file has no " + std::string(from));
    return text.replace(at, from.size(), to);
}

inline std::string zlib(std::string_view bytes) {
    libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
    std::string out(libdeflate_zlib_compress_bound(compressor, bytes.size()), '\0');
    out.resize(libdeflate_zlib_compress(compressor, bytes.data(), bytes.size(), out.data(), out.size()));
    libdeflate_free_compressor(compressor);
    return out;
}

inline std::string stream(std::string_view entries, std::string_view data) {
    return fmt::format("<<{}/Length {}>>stream\n{}\nendstream", entries, data.size(), data);
}

// An object stream of these objects, by number.
inline std::string object_stream(const std::vector<std::pair<int, std::string>>& objects, std::string_view more = "") {
    std::string header, values;
    for (const auto& [number, value] : objects) {
        header += fmt::format("{} {} ", number, values.size());
        values += value + "\n";
    }
    return stream(fmt::format("/Type/ObjStm/N {}/First {}/Filter/FlateDecode{}", objects.size(), header.size(), more),
                  zlib(header + values));
}

// A file that grows by objects and sections.
class File {
public:
    std::string bytes = "%PDF-1.7\n%\xE5\x96\x84\n";

    File& object(int number, std::string_view body, int generation = 0) {
        offsets_[number] = {bytes.size(), generation};
        bytes += fmt::format("{} {} obj\n{}\nendobj\n", number, generation, body);
        return *this;
    }
    File& compressed(int number, int container, int index) {
        compressed_[number] = {container, index};
        return *this;
    }
    File& raw(std::string_view text) {
        bytes += text;
        return *this;
    }
    // The entry of `number`, at another place than where it stands.
    File& entry(int number, std::size_t offset, int generation = 0) {
        offsets_[number] = {offset, generation};
        return *this;
    }
    std::size_t offset(int number) const { return offsets_.at(number).first; }

    // "/Prev", "/Size" and "/Root 1 0 R" are written here.
    File& table(std::string_view more = "", std::string_view line_end = " \n") {
        const std::size_t at = bytes.size();
        bytes += "xref\n";
        if (last_ == 0)
            bytes += fmt::format("0 1\n0000000000 65535 f{}", line_end);
        else if (offsets_.empty())
            bytes += "0 0\n";
        for (const auto& [number, place] : offsets_)
            bytes += fmt::format("{} 1\n{:010} {:05} n{}", number, place.first, place.second, line_end);
        bytes += fmt::format("trailer\n<<{}>>\n", trailer(more));
        return end(at);
    }
    // A cross-reference stream with number `number`; "up" is a PNG predictor.
    File& cross_reference_stream(int number, bool up = true) {
        const std::size_t at = bytes.size();
        object(number, cross_reference(number, up));
        return end(at);
    }
    // The same, in front of a table that names it with /XRefStm: where it stands.
    std::size_t hybrid_stream(int number) {
        const std::size_t at = bytes.size();
        size_ = std::max(size_, number + 1);
        const std::string body = cross_reference(number, false);
        compressed_.clear();
        bytes += fmt::format("{} 0 obj\n{}\nendobj\n", number, body);
        return at;
    }

private:
    std::string trailer(std::string_view more) {
        for (const auto& [number, place] : offsets_) size_ = std::max(size_, number + 1);
        for (const auto& [number, place] : compressed_) size_ = std::max(size_, number + 1);
        std::string out = fmt::format("/Size {}/Root 1 0 R{}", size_, more);
        if (last_ > 0) out += fmt::format("/Prev {}", last_);
        return out;
    }
    std::string cross_reference(int number, bool up) {
        offsets_[number] = {bytes.size(), 0};
        std::string rows, index, above(5, '\0');
        const auto add = [&](int object, int type, std::size_t field, int last) {
            index += fmt::format("{} 1 ", object);
            const std::string row = {static_cast<char>(type), static_cast<char>(field >> 16U),
                                     static_cast<char>(field >> 8U), static_cast<char>(field), static_cast<char>(last)};
            if (up) rows += '\x02';
            for (std::size_t i = 0; i < row.size(); ++i) rows += static_cast<char>(up ? row[i] - above[i] : row[i]);
            above = row;
        };
        for (const auto& [object, place] : offsets_) add(object, 1, place.first, place.second);
        for (const auto& [object, place] : compressed_)
            add(object, 2, static_cast<std::size_t>(place.first), place.second);
        std::string entries = "/Type/XRef/W[1 3 1]/Filter/FlateDecode/Index[" + index + "]" + trailer("");
        if (up) entries += "/DecodeParms<</Predictor 12/Columns 5>>";
        return stream(entries, zlib(rows));
    }
    File& end(std::size_t at) {
        bytes += fmt::format("startxref\n{}\n%%EOF\n", at);
        last_ = at;
        offsets_.clear();
        compressed_.clear();
        return *this;
    }

    std::map<int, std::pair<std::size_t, int>> offsets_;
    std::map<int, std::pair<int, int>> compressed_;
    std::size_t last_ = 0;
    int size_ = 1;
};

constexpr std::string_view catalog = "<</Type/Catalog/Pages 2 0 R>>";
constexpr std::string_view pages = "<</Type/Pages/Kids[]/Count 0>>";

// A catalogue, a page tree and `third`, not yet ended.
inline File start(std::string_view third = "(third)") {
    File file;
    file.object(1, catalog).object(2, pages).object(3, third);
    return file;
}

}  // namespace shanqi::office::pdf_read::test
