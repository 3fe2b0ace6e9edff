#pragma once

#include "modules/house/house.hpp"

namespace shanqi::operations {

void add_audit_routes(http::Router&, house::House&);

}  // namespace shanqi::operations
