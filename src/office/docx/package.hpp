// The package (ECMA-376 part 2): a zip of parts, and relationships between them. Parts are inflated when asked for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace shanqi::office::docx {

struct Relationship {
    std::string type;    // the last segment of the type: "image", "header", "styles"; the same in Strict
    std::string target;  // part name without a leading slash: "word/media/image1.png"; as written when external
    bool external = false;
};
using Relationships = std::map<std::string, Relationship, std::less<>>;

class Package {
public:
    // `bytes` must outlive the package.
    static Result<Package> open(std::string_view bytes);
    Package(Package&&) noexcept;
    Package& operator=(Package&&) noexcept;
    ~Package();

    bool has(std::string_view part) const;
    // A part that does not exist is docx.damaged.
    Result<std::string> read(std::string_view part, std::uint64_t bytes_max);
    // Of `part`; of the package itself for "". A part without relationships has none.
    Result<Relationships> relationships(std::string_view part);

private:
    struct State;
    explicit Package(std::unique_ptr<State>);
    std::unique_ptr<State> state_;
};

// The part that `target` names, seen from `base_part`; "" when it leaves the package.
std::string resolved_target(std::string_view base_part, std::string_view target);

}  // namespace shanqi::office::docx
