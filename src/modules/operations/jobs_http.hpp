#pragma once

#include <memory>

#include "modules/house/house.hpp"
#include "modules/operations/job_events.hpp"

namespace shanqi::operations {

void add_job_routes(http::Router&, house::House&, const std::shared_ptr<JobEvents>&);

}  // namespace shanqi::operations
