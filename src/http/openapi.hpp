// The OpenAPI 3.1 document of everything in a router: the TypeScript client is generated from it (script/api), and CI
// fails when either is stale.
#pragma once

#include <boost/json/object.hpp>

#include "http/router.hpp"

namespace shanqi::http {

boost::json::object openapi_document(const Router&, std::string_view title, std::string_view version);

}  // namespace shanqi::http
