// For app/modules.cpp only.
#pragma once

#include "modules/house/house.hpp"

namespace shanqi::documents {

house::Module documents_module();

}  // namespace shanqi::documents
