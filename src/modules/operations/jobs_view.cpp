#include "modules/operations/jobs_view.hpp"

namespace shanqi::operations {
namespace {

// {"key": …, "arguments": {…}}, as store::job_note writes it.
std::string sentence(const std::string& note, Language language) {
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(note, error);
    if (error || !parsed.is_object()) return {};
    const auto* key = parsed.get_object().if_contains("key");
    if (key == nullptr || !key->is_string()) return {};
    Error::Arguments arguments;
    if (const auto* given = parsed.get_object().if_contains("arguments"); given != nullptr && given->is_object()) {
        for (const auto& [name, value] : given->get_object())
            if (value.is_string()) arguments.emplace_back(std::string(name), std::string(value.get_string()));
    }
    return message(std::string_view(key->get_string().data(), key->get_string().size()), arguments, language);
}

std::optional<Instant> when(Instant instant) {
    if (instant.us == 0) return std::nullopt;
    return instant;
}

}  // namespace

JobView view_of(const store::Job& job, Language language) {
    JobView view{.id = job.id,
                 .kind = job.kind,
                 .kind_title = message("job." + job.kind, {}, language),
                 .state = std::string(store::job_state_name(job.state)),
                 .attempt = job.attempt,
                 .attempts_max = job.attempts_max,
                 .done = job.done,
                 .total = job.total,
                 .note = job.note.empty() ? std::string() : sentence(job.note, language),
                 .created = job.created,
                 .started = when(job.started),
                 .finished = when(job.finished),
                 .next_attempt = job.state == store::JobState::waiting ? when(job.run_after) : std::nullopt,
                 .created_by = job.created_by,
                 .result = {}};
    boost::system::error_code error;
    const boost::json::value result = boost::json::parse(job.result.empty() ? "{}" : job.result, error);
    if (!error && result.is_object()) view.result = result.get_object();
    return view;
}

}  // namespace shanqi::operations
