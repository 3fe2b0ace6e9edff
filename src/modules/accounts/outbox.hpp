// Messages that leave after the answer: whoever asks for a code learns nothing from how long the gateway takes, neither
// whether the phone is known. What is in here when the process is killed is lost; the person asks again.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "modules/house/house.hpp"

namespace shanqi::accounts {

namespace limits {
constexpr std::size_t outbox_max = 256;
}

class Outbox {
public:
    explicit Outbox(house::Messenger& messenger) : messenger_(messenger), thread_([this] { run(); }) {}
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;
    ~Outbox() {
        {
            const std::scoped_lock lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    // False: too many wait.
    bool send(std::function<void(house::Messenger&)> message) {
        const std::scoped_lock lock(mutex_);
        if (waiting_.size() >= limits::outbox_max) return false;
        waiting_.push_back(std::move(message));
        changed_.notify_all();
        return true;
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            const auto message = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            message(messenger_);
            lock.lock();
        }
    }

    house::Messenger& messenger_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void(house::Messenger&)>> waiting_;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace shanqi::accounts
