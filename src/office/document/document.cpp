#include "office/document/document.hpp"

#include <atomic>

namespace shanqi::office {

std::uint64_t next_static_id() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

}  // namespace shanqi::office
