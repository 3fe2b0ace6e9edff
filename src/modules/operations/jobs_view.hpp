// A job as the browser sees it: with the sentence of its note in the reader's language.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include <optional>
#include <string>

#include "base/described.hpp"
#include "base/messages.hpp"
#include "store/jobs.hpp"

namespace shanqi::operations {

struct JobView {
    JobId id;
    std::string kind, kind_title, state;
    int attempt = 0, attempts_max = 0;
    std::int64_t done = 0, total = 0;
    std::string note;
    Instant created;
    std::optional<Instant> started, finished, next_attempt;
    std::string created_by;
    boost::json::object result;
};
BOOST_DESCRIBE_STRUCT(JobView, (),
                      (id, kind, kind_title, state, attempt, attempts_max, done, total, note, created, started,
                       finished, next_attempt, created_by, result))

JobView view_of(const store::Job&, Language);

}  // namespace shanqi::operations
