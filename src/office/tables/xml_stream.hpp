// An XML part, parsed as it is inflated (expat). No document type, no entities, bounded depth and token size.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "office/tables/package.hpp"

namespace shanqi::office::limits {
constexpr int xml_depth_max = 64;
// A single tag of this size is an attack (expat reads an unfinished token again with every piece: CVE-2023-52425).
constexpr long xml_token_bytes_max = 1L << 20;
}  // namespace shanqi::office::limits

namespace shanqi::office::tables {

// name, value, name, value, null; names with their prefix.
using XmlAttributes = const char* const*;

// The value of the attribute with this local name; empty when there is none.
std::string_view attribute(XmlAttributes attributes, std::string_view local_name);
// The attribute that must have a prefix (r:id beside id).
std::string_view prefixed_attribute(XmlAttributes attributes, std::string_view local_name);
bool is_true(std::string_view value);  // xsd:boolean

class XmlHandler {
public:
    virtual ~XmlHandler() = default;
    // Names come without their prefix: Transitional and Strict, and writers who use prefixes, look the same.
    virtual void start(std::string_view name, XmlAttributes attributes) = 0;
    virtual void end(std::string_view name) = 0;
    virtual void text(std::string_view) {}
    // Set by the handler to end the parsing.
    Result<> status;
};

class XmlStream {
public:
    static Result<XmlStream> open(Package& package, std::string part, XmlHandler& handler);
    XmlStream(XmlStream&&) noexcept;
    XmlStream& operator=(XmlStream&&) noexcept;
    ~XmlStream();

    // Parses the next piece; false when the part is at its end. Errors: tables.damaged, tables.unsafe_xml,
    // and what the handler says.
    Result<bool> feed();

private:
    struct Impl;
    explicit XmlStream(std::unique_ptr<Impl>);
    std::unique_ptr<Impl> impl_;
};

Result<> parse_part(Package& package, const std::string& part, XmlHandler& handler);

}  // namespace shanqi::office::tables
