// The bytes of a .zip around files whose sizes and CRCs are known beforehand, so that it can be streamed from the first
// byte on with nothing kept: files are stored, not compressed again (PDFs are). PKWARE APPNOTE 6.3.10; ZIP64 where
// an offset or a count needs it.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace shanqi::documents {

struct ZipEntry {
    std::string name;  // UTF-8, "documents/SQ2026-00001-某校.pdf"
    std::uint64_t bytes = 0;
    std::uint32_t crc32 = 0;
    Instant time;  // shown in China's time; MS-DOS has no zone
};

// Two passes over the same entries in the same order: local_header() before each file's bytes, then central_header() of
// each, then end().
class ZipLayout {
public:
    std::string local_header(const ZipEntry&);
    std::string central_header(const ZipEntry&);
    std::string end() const;

private:
    std::uint64_t offset_ = 0;          // where the next local header stands
    std::uint64_t central_offset_ = 0;  // of the local header that the next central header tells of
    std::uint64_t central_bytes_ = 0, entries_ = 0;
};

}  // namespace shanqi::documents
