#include "modules/operations/job_events.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "modules/operations/jobs_view.hpp"

namespace shanqi::operations {
namespace {

constexpr std::chrono::milliseconds round_time{400};  // how long one look at all watched organisations may take
constexpr int jobs_told_anew = 50;                    // when a client is too far behind

std::string topic_of(const OrgId& org, Language language) {
    return org.text() + (language == Language::en ? "/en" : "/zh");
}

class Watching final : public JobEvents {
public:
    explicit Watching(house::House& house)
        : house_(house), watcher_(store::make_job_watcher(house.database, house.clock)), thread_([this] { run(); }) {}

    ~Watching() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        watcher_->stop();
        thread_.join();
        hub_.close();
    }

    void subscribe(const OrgId& org, Language language, std::shared_ptr<http::EventStream> stream) override {
        // So that the client knows that it listens, before anything happens.
        stream->send({.name = "ready", .data = "{}", .id = ""});
        hub_.subscribe(topic_of(org, language), std::move(stream));
        changed_.notify_all();
    }

    std::size_t clients() const override { return hub_.clients(); }

private:
    void run() {
        std::map<std::string, std::int64_t> since;  // organisation: version that was told
        while (true) {
            std::vector<std::string> organisations = watched();
            if (organisations.empty()) {
                since.clear();
                std::unique_lock lock(mutex_);
                changed_.wait_for(lock, round_time, [&] { return stopping_ || hub_.clients() > 0; });
                if (stopping_) return;
                continue;
            }
            std::erase_if(since,
                          [&](const auto& entry) { return !std::ranges::binary_search(organisations, entry.first); });
            const auto share = round_time / static_cast<int>(organisations.size());
            for (const std::string& organisation : organisations) {
                {
                    const std::lock_guard lock(mutex_);
                    if (stopping_) return;
                }
                look(OrgId::trusted(organisation), since, share);
            }
        }
    }

    std::vector<std::string> watched() const {
        std::vector<std::string> organisations;
        for (const std::string& topic : hub_.topics()) organisations.push_back(topic.substr(0, topic.find('/')));
        std::ranges::sort(organisations);
        const auto twice = std::ranges::unique(organisations);
        organisations.erase(twice.begin(), twice.end());
        return organisations;
    }

    void look(const OrgId& org, std::map<std::string, std::int64_t>& since, std::chrono::milliseconds share) {
        const auto [entry, added] = since.try_emplace(org.text(), watcher_->version());
        const auto changes = watcher_->wait(org, entry->second, added ? std::chrono::milliseconds(0) : share);
        entry->second = std::max(entry->second, changes.version);
        if (!changes.all && changes.jobs.empty()) return;
        const auto jobs = house_.database.read([&](store::Reader& reader) -> Result<std::vector<store::Job>> {
            if (changes.all) return store::list_jobs(reader, org, {.limit = jobs_told_anew});
            std::vector<store::Job> found;
            for (const JobId& id : changes.jobs)
                if (auto job = TRY(store::find_job(reader, org, id))) found.push_back(std::move(*job));
            return found;
        });
        if (!jobs) {
            log(LogLevel::warning, "events.not_read", {{"error", jobs.error().key}});
            return;
        }
        for (const store::Job& job : *jobs) {
            for (const Language language : {Language::zh_hans, Language::en})
                hub_.publish(
                    topic_of(org, language),
                    {.name = "job", .data = json_text(view_of(job, language)), .id = std::to_string(changes.version)});
        }
    }

    house::House& house_;
    std::unique_ptr<store::JobWatcher> watcher_;
    http::EventHub hub_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace

std::shared_ptr<JobEvents> make_job_events(house::House& house) { return std::make_shared<Watching>(house); }

}  // namespace shanqi::operations
