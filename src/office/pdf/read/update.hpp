// An incremental update (ISO 32000-1, 7.5.6): objects appended behind a file whose bytes stay as they are. What a
// countersignature and a document time-stamp are written with. The cross-reference has the form that the file has
// (table or stream), since readers do not accept a mixture.
#pragma once

#include <functional>
#include <string>

#include "base/digest.hpp"
#include "office/pdf/read/strict_file.hpp"

namespace shanqi::office::pdf_read {

class Update {
public:
    explicit Update(const StrictFile& base);

    int add(std::string body);                   // a new object: its number
    void replace(int number, std::string body);  // keeps its generation
    int reserve();                               // a number for an object that refers to itself or comes later
    void put(int number, std::string body);

    // A signature dictionary with holes: `before` is everything up to /ByteRange, for example "<</Type/Sig…", and
    // the closing ">>" is written here. At most one.
    void put_signature(int number, std::string before, std::size_t contents_bytes);

    // The whole file. `sign` gets the SHA-256 of the byte range and returns the DER for /Contents, padded with zeros.
    // Errors: pdf_read.signature_too_large, and what `sign` returns.
    Result<std::string> finish(const std::function<Result<std::string>(const Sha256&)>& sign) &&;

private:
    const StrictFile& base_;
    std::map<int, std::string> bodies_;
    int next_ = 0, signature_ = 0;
    std::string signature_before_;
    std::size_t contents_bytes_ = 0;
};

// PDF syntax of a value that was read, for objects that are written again with one key changed.
std::string serialized(const Object&);
std::string serialized_dictionary(const Dictionary&);

}  // namespace shanqi::office::pdf_read
