// The endpoints of the room, noun by noun; module.cpp puts them together.
#pragma once

#include "modules/house/house.hpp"

namespace shanqi::documents {

void add_upload_endpoints(http::Router&, house::House&);
void add_key_endpoints(http::Router&, house::House&);
void add_check_endpoints(http::Router&, house::House&);
void add_run_endpoints(http::Router&, house::House&);
void add_trial_endpoints(http::Router&, house::House&);
void add_download_endpoints(http::Router&, house::House&);

}  // namespace shanqi::documents
