#include "office/pdf/read/update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace shanqi::office::pdf_read {
namespace {

constexpr std::size_t byte_range_digits = 10;

struct Placed {
    int number = 0, generation = 0;
    std::size_t offset = 0;
};

Object integer_object(std::int64_t value) {
    Object made;
    made.value = value;
    return made;
}

// Calls `write` with each run of consecutive numbers: a subsection (ISO 32000-1, 7.5.4).
template <class Write>
void each_run(const std::vector<Placed>& objects, const Write& write) {
    for (std::size_t begin = 0; begin < objects.size();) {
        std::size_t end = begin + 1;
        while (end < objects.size() && objects[end].number == objects[end - 1].number + 1) ++end;
        write(begin, end - begin);
        begin = end;
    }
}

// 14.4: the first string names the file for good, the second one this version of it.
void set_identifiers(Dictionary& trailer, const StrictFile& base, std::string_view appended) {
    const Sha256 digest = Sha256Stream().update(std::to_string(base.bytes().size())).update(appended).finish();
    Object version;
    version.value = String{std::string(reinterpret_cast<const char*>(digest.data()), 16)};
    const Array* before = base.resolve(base.trailer(), "ID").array();
    Object first = before != nullptr && !before->empty() ? base.resolve(before->front()) : Object{};
    if (first.string() == nullptr) first = version;
    Object both;
    both.value = std::make_shared<const Array>(Array{std::move(first), std::move(version)});
    trailer.insert_or_assign("ID", std::move(both));
}

// 7.5.6: all entries of the trailer before it but what describes that section itself.
Dictionary next_trailer(const StrictFile& base, int size, std::string_view appended) {
    Dictionary trailer = base.trailer();
    for (const char* key : {"XRefStm", "W", "Index", "Length", "Filter", "DecodeParms", "Type", "DL"})
        trailer.erase(key);
    trailer.insert_or_assign("Size", integer_object(size));
    trailer.insert_or_assign("Prev", integer_object(static_cast<std::int64_t>(base.start_of_last_section())));
    set_identifiers(trailer, base, appended);
    return trailer;
}

void append_table(std::string& out, const std::vector<Placed>& objects, const Dictionary& trailer) {
    out += "xref\n";
    if (objects.empty()) out += "0 0\n";
    each_run(objects, [&](std::size_t begin, std::size_t count) {
        out += fmt::format("{} {}\n", objects[begin].number, count);
        for (std::size_t i = begin; i < begin + count; ++i)
            out += fmt::format("{:010} {:05} n \n", objects[i].offset, objects[i].generation);
    });
    out += "trailer\n" + serialized_dictionary(trailer) + "\n";
}

void append_stream(std::string& out, const std::vector<Placed>& objects, Dictionary trailer) {
    Array index;
    std::string rows;
    each_run(objects, [&](std::size_t begin, std::size_t count) {
        index.push_back(integer_object(objects[begin].number));
        index.push_back(integer_object(static_cast<std::int64_t>(count)));
    });
    for (const Placed& object : objects) {
        rows += '\x01';
        for (unsigned shift = 32; shift > 0; shift -= 8)
            rows += static_cast<char>(object.offset >> (shift - 8) & 0xFFU);
        rows += static_cast<char>(object.generation >> 8);
        rows += static_cast<char>(object.generation & 0xFF);
    }
    Object made;
    made.value = Name{"XRef"};
    trailer.insert_or_assign("Type", made);
    made.value = std::make_shared<const Array>(Array{integer_object(1), integer_object(4), integer_object(2)});
    trailer.insert_or_assign("W", made);
    made.value = std::make_shared<const Array>(std::move(index));
    trailer.insert_or_assign("Index", made);
    made.value = Stream{std::make_shared<const Dictionary>(std::move(trailer)), rows};
    out += fmt::format("{} 0 obj\n{}\nendobj\n", objects.back().number, serialized(made));
}

}  // namespace

Update::Update(const StrictFile& base) : base_(base) {
    next_ = static_cast<int>(base.trailer().at("Size").integer().value_or(0));
}

int Update::reserve() { return next_++; }

int Update::add(std::string body) {
    const int number = reserve();
    put(number, std::move(body));
    return number;
}

void Update::replace(int number, std::string body) { put(number, std::move(body)); }
void Update::put(int number, std::string body) { bodies_.insert_or_assign(number, std::move(body)); }

void Update::put_signature(int number, std::string before, std::size_t contents_bytes) {
    signature_ = number;
    signature_before_ = std::move(before);
    contents_bytes_ = contents_bytes;
    bodies_.insert_or_assign(number, std::string());
}

Result<std::string> Update::finish(const std::function<Result<std::string>(const Sha256&)>& sign) && {
    std::string out;
    std::size_t appended_bytes = contents_bytes_ * 2 + signature_before_.size() + 4096;
    for (const auto& [number, body] : bodies_) appended_bytes += body.size() + 64;
    out.reserve(base_.bytes().size() + appended_bytes);
    out = base_.bytes();
    if (!out.ends_with('\n') && !out.ends_with('\r')) out += '\n';
    const std::size_t base_end = out.size();

    std::vector<Placed> placed;
    std::size_t byte_range = 0, contents = 0;
    for (const auto& [number, body] : bodies_) {
        const int generation = base_.generation(number);
        placed.push_back({number, generation, out.size()});
        out += fmt::format("{} {} obj\n", number, generation);
        if (number == signature_) {
            out += signature_before_ + "/ByteRange[0";
            byte_range = out.size();
            out.append(3 * (byte_range_digits + 1), ' ');
            out += "]/Contents";
            contents = out.size();
            out += '<';
            out.append(contents_bytes_ * 2, '0');
            out += ">>>";
        } else {
            out += body;
        }
        out += "\nendobj\n";
    }
    const std::size_t section = out.size();
    if (base_.uses_cross_reference_streams()) placed.push_back({next_++, 0, section});
    const Dictionary trailer = next_trailer(base_, next_, std::string_view(out).substr(base_end));
    if (base_.uses_cross_reference_streams())
        append_stream(out, placed, trailer);
    else
        append_table(out, placed, trailer);
    out += fmt::format("startxref\n{}\n%%EOF\n", section);
    if (signature_ == 0) return out;

    // 12.8.1: the range is the whole file but the string in /Contents with its brackets.
    const std::size_t contents_end = contents + contents_bytes_ * 2 + 2;
    const std::array<std::size_t, 3> range = {contents, contents_end, out.size() - contents_end};
    for (std::size_t i = 0; i < range.size(); ++i)
        out.replace(byte_range + i * (byte_range_digits + 1), byte_range_digits + 1,
                    fmt::format(" {:<{}}", range[i], byte_range_digits));
    const std::string_view all = out;
    const Sha256 digest = Sha256Stream().update(all.substr(0, contents)).update(all.substr(contents_end)).finish();
    const std::string der = TRY(sign(digest));
    if (der.size() > contents_bytes_) return fail(ErrorKind::invalid, "pdf_read.signature_too_large");
    const std::string digits = hex(der);
    out.replace(contents + 1, digits.size(), digits);
    return out;
}

}  // namespace shanqi::office::pdf_read
