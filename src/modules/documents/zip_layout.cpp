#include "modules/documents/zip_layout.hpp"

#include <algorithm>
#include <limits>

namespace shanqi::documents {
namespace {

constexpr std::uint64_t max32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t max16 = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint16_t version_store = 20, version_zip64 = 45;
constexpr std::uint16_t flag_utf8 = 1U << 11U;  // APPNOTE 4.4.4
constexpr std::uint16_t made_on_unix = 3U << 8U;
constexpr std::uint32_t regular_file_mode = 0100644U << 16U;  // in the upper half on Unix

template <class Number>
void put(std::string& out, Number value) {  // little-endian
    for (std::size_t i = 0; i < sizeof value; ++i)
        out += static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU);
}

std::uint32_t small(std::uint64_t value) { return static_cast<std::uint32_t>(std::min(value, max32)); }

void put_dos_time(std::string& out, Instant instant) {  // seconds in steps of two, years from 1980
    const CivilTime time = china_time(instant);
    put(out, static_cast<std::uint16_t>(time.hour << 11 | time.minute << 5 | time.second / 2));
    put(out, static_cast<std::uint16_t>(std::clamp(time.date.year - 1980, 0, 127) << 9 | time.date.month << 5 |
                                        time.date.day));
}

std::uint16_t local_extra_bytes(const ZipEntry& entry) { return entry.bytes >= max32 ? 20 : 0; }

std::uint64_t local_header_bytes(const ZipEntry& entry) { return 30 + entry.name.size() + local_extra_bytes(entry); }

// From "version needed" to the sizes: the same in both headers (APPNOTE 4.3.7, 4.3.12).
void put_common(std::string& out, const ZipEntry& entry, bool zip64) {
    put(out, zip64 ? version_zip64 : version_store);
    put(out, flag_utf8);
    put(out, std::uint16_t{0});  // stored
    put_dos_time(out, entry.time);
    put(out, entry.crc32);
    put(out, small(entry.bytes));
    put(out, small(entry.bytes));
    put(out, static_cast<std::uint16_t>(entry.name.size()));
}

}  // namespace

std::string ZipLayout::local_header(const ZipEntry& entry) {
    std::string out;
    put(out, std::uint32_t{0x04034b50});
    put_common(out, entry, entry.bytes >= max32);
    put(out, local_extra_bytes(entry));
    out += entry.name;
    if (entry.bytes >= max32) {  // 4.5.3: both sizes
        put(out, std::uint16_t{1});
        put(out, std::uint16_t{16});
        put(out, entry.bytes);
        put(out, entry.bytes);
    }
    offset_ += out.size() + entry.bytes;
    return out;
}

std::string ZipLayout::central_header(const ZipEntry& entry) {
    std::string extra;
    if (entry.bytes >= max32) {
        put(extra, entry.bytes);
        put(extra, entry.bytes);
    }
    if (central_offset_ >= max32) put(extra, central_offset_);
    std::string out;
    put(out, std::uint32_t{0x02014b50});
    put(out, static_cast<std::uint16_t>(made_on_unix | version_zip64));
    put_common(out, entry, !extra.empty());
    put(out, static_cast<std::uint16_t>(extra.empty() ? 0 : extra.size() + 4));
    put(out, std::uint16_t{0});  // comment
    put(out, std::uint16_t{0});  // disk
    put(out, std::uint16_t{0});  // internal attributes
    put(out, std::uint32_t{regular_file_mode});
    put(out, small(central_offset_));
    out += entry.name;
    if (!extra.empty()) {
        put(out, std::uint16_t{1});
        put(out, static_cast<std::uint16_t>(extra.size()));
        out += extra;
    }
    central_offset_ += local_header_bytes(entry) + entry.bytes;
    central_bytes_ += out.size();
    ++entries_;
    return out;
}

std::string ZipLayout::end() const {
    std::string out;
    if (entries_ >= max16 || offset_ >= max32 || central_bytes_ >= max32) {
        const std::uint64_t at = offset_ + central_bytes_;
        put(out, std::uint32_t{0x06064b50});  // 4.3.14
        put(out, std::uint64_t{44});
        put(out, static_cast<std::uint16_t>(made_on_unix | version_zip64));
        put(out, version_zip64);
        put(out, std::uint32_t{0});
        put(out, std::uint32_t{0});
        put(out, entries_);
        put(out, entries_);
        put(out, central_bytes_);
        put(out, offset_);
        put(out, std::uint32_t{0x07064b50});  // 4.3.15
        put(out, std::uint32_t{0});
        put(out, at);
        put(out, std::uint32_t{1});
    }
    put(out, std::uint32_t{0x06054b50});
    put(out, std::uint16_t{0});
    put(out, std::uint16_t{0});
    put(out, static_cast<std::uint16_t>(std::min(entries_, max16)));
    put(out, static_cast<std::uint16_t>(std::min(entries_, max16)));
    put(out, small(central_bytes_));
    put(out, small(offset_));
    put(out, std::uint16_t{0});
    return out;
}

}  // namespace shanqi::documents
