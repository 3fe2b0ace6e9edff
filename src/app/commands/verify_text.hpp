// What a verification found, in words for a person and as JSON for a program.
#pragma once

#include <boost/json.hpp>

#include <string>

#include "base/messages.hpp"
#include "seal/document/pdf_signatures.hpp"

namespace shanqi::app {

std::string verification_text(const std::string& file, const seal::DocumentReport&, Language);
boost::json::object verification_json(const std::string& file, const seal::DocumentReport&, Language);

}  // namespace shanqi::app
