#include "office/pdf/color_profile.hpp"

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace shanqi::office::pdf {
namespace {

void append_16(std::string& out, std::uint32_t value) {
    out += static_cast<char>(value >> 8 & 255);
    out += static_cast<char>(value & 255);
}
void append_32(std::string& out, std::uint32_t value) {
    append_16(out, value >> 16);
    append_16(out, value & 0xFFFF);
}
// s15Fixed16Number
void append_fixed(std::string& out, double value) {
    append_32(out, static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lround(value * 65536))));
}

std::string numbers(std::string_view type, std::initializer_list<double> values) {
    std::string out(type);
    append_32(out, 0);
    for (double value : values) append_fixed(out, value);
    return out;
}

// multiLocalizedUnicodeType with one record
std::string text(std::string_view ascii) {
    std::string out = "mluc";
    append_32(out, 0);
    append_32(out, 1);
    append_32(out, 12);
    out += "enUS";
    append_32(out, static_cast<std::uint32_t>(ascii.size() * 2));
    append_32(out, 28);
    for (char c : ascii) append_16(out, static_cast<unsigned char>(c));
    return out;
}

// parametricCurveType 3: Y = (aX + b)^g for X >= d, else cX; the constants of IEC 61966-2-1.
std::string tone_curve() {
    std::string out = "para";
    append_32(out, 0);
    append_16(out, 3);
    append_16(out, 0);
    for (double value : {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}) append_fixed(out, value);
    return out;
}

struct Tag {
    std::string_view name;
    std::string data;  // empty: the same as the tag before
};

}  // namespace

std::string srgb_profile() {
    // The primaries of sRGB adapted from D65 to the connection space's D50 by the Bradford matrix (chad).
    const std::vector<Tag> tags = {
        {"desc", text("sRGB IEC61966-2.1")},
        {"cprt", text("No copyright, use freely")},
        {"wtpt", numbers("XYZ ", {0.9642, 1, 0.8249})},
        {"chad", numbers("sf32", {1.0478112, 0.0228866, -0.0501270, 0.0295424, 0.9904844, -0.0170491, -0.0092345,
                                  0.0150436, 0.7521316})},
        {"rXYZ", numbers("XYZ ", {0.4360747, 0.2225045, 0.0139322})},
        {"gXYZ", numbers("XYZ ", {0.3850649, 0.7168786, 0.0971045})},
        {"bXYZ", numbers("XYZ ", {0.1430804, 0.0606169, 0.7141733})},
        {"rTRC", tone_curve()},
        {"gTRC", {}},
        {"bTRC", {}},
    };
    constexpr std::size_t header_bytes = 128;
    std::string table, data;
    append_32(table, static_cast<std::uint32_t>(tags.size()));
    std::size_t data_at = header_bytes + 4 + tags.size() * 12, last_at = 0, last_size = 0;
    for (const Tag& tag : tags) {
        if (!tag.data.empty()) {
            data.resize((data.size() + 3) / 4 * 4);
            last_at = data_at + data.size();
            last_size = tag.data.size();
            data += tag.data;
        }
        table += tag.name;
        append_32(table, static_cast<std::uint32_t>(last_at));
        append_32(table, static_cast<std::uint32_t>(last_size));
    }
    data.resize((data.size() + 3) / 4 * 4);

    std::string header;
    append_32(header, static_cast<std::uint32_t>(header_bytes + table.size() + data.size()));
    append_32(header, 0);
    append_32(header, 0x04200000);  // version 4.2
    header += "mntrRGB XYZ ";
    for (std::uint32_t part : {2026, 1, 1, 0, 0, 0}) append_16(header, part);
    header += "acsp";
    header.resize(64);  // no platform, flags, manufacturer, model; perceptual
    append_32(header, 0);
    for (double value : {0.9642, 1.0, 0.8249}) append_fixed(header, value);
    header.resize(header_bytes);
    return header + table + data;
}

}  // namespace shanqi::office::pdf
