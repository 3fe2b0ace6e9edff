// What stands in a stream (ISO 32000-1, 7.4): FlateDecode with PNG predictors, or plain bytes. Nothing else is needed
// for cross-references, object streams and what a signature refers to.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "office/pdf/read/strict_file.hpp"

namespace shanqi::office::pdf_read {

using Resolve = std::function<const Object&(const Object&)>;

// Errors: pdf_read.bad_stream; pdf_read.too_large above bytes_max. Without `resolve`, for streams that must be readable
// before there are objects, references are taken as they stand, and refused.
Result<std::string> decode(const Stream&, std::size_t bytes_max, const Resolve& resolve = {});

}  // namespace shanqi::office::pdf_read
