#pragma once

#include <memory>

#include "modules/house/house.hpp"

namespace shanqi::operations {

struct Settings;
void add_today_routes(http::Router&, house::House&, const std::shared_ptr<const Settings>&);

}  // namespace shanqi::operations
