// Work that comes round: the audit sealer each second, the clean-up each hour. One thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"

namespace shanqi::app {

class Periodic {
public:
    struct Task {
        std::string name;
        std::chrono::milliseconds every, first;
        std::function<Result<>()> work;  // an error is logged, and the work tried again in its time
    };
    explicit Periodic(std::vector<Task> tasks);
    ~Periodic() { stop(); }
    void stop();  // after the task that runs

private:
    void run();
    std::vector<Task> tasks_;
    std::mutex mutex_;
    std::condition_variable stopped_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace shanqi::app
