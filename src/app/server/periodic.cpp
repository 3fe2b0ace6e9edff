#include "app/server/periodic.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace shanqi::app {
namespace {
using Steady = std::chrono::steady_clock;
}

Periodic::Periodic(std::vector<Task> tasks) : tasks_(std::move(tasks)), thread_([this] { run(); }) {}

void Periodic::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Periodic::run() {
    std::vector<Steady::time_point> due;
    due.reserve(tasks_.size());
    for (const Task& task : tasks_) due.push_back(Steady::now() + task.first);
    while (true) {
        const auto next = std::ranges::min_element(due);
        {
            std::unique_lock lock(mutex_);
            if (stopped_.wait_until(lock, *next, [&] { return stopping_; })) return;
        }
        const Task& task = tasks_[static_cast<std::size_t>(next - due.begin())];
        try {
            const Result<> done = task.work();
            if (!done) log(LogLevel::error, "periodic.failed", {{"task", task.name}, {"error", done.error().key}});
        } catch (const std::exception& bug) {
            log(LogLevel::error, "periodic.failed", {{"task", task.name}, {"error", std::string_view(bug.what())}});
        }
        *next = Steady::now() + task.every;
    }
}

}  // namespace shanqi::app
