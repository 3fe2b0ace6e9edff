// Jobs live in the browser: one thread watches the organisations that somebody looks at and pushes what changed.
#pragma once

#include <memory>

#include "modules/house/house.hpp"

namespace shanqi::operations {

class JobEvents {
public:
    virtual ~JobEvents() = default;
    // Pushes the jobs of `org` in this language until the client goes.
    virtual void subscribe(const OrgId& org, Language, std::shared_ptr<http::EventStream>) = 0;
    virtual std::size_t clients() const = 0;
};
std::shared_ptr<JobEvents> make_job_events(house::House&);

}  // namespace shanqi::operations
