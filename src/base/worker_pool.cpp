#include "base/worker_pool.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace shanqi {

struct WorkerPool::State {
    std::mutex mutex;
    std::condition_variable begin, end;
    const std::function<void(unsigned, std::size_t)>* work = nullptr;
    std::size_t count = 0;
    std::atomic<std::size_t> next{0};
    unsigned running = 0;
    std::uint64_t round = 0;
    bool stopping = false;
    std::exception_ptr failure;
    std::vector<std::thread> threads;

    void run(unsigned worker) {
        std::uint64_t seen = 0;
        while (true) {
            {
                std::unique_lock lock(mutex);
                begin.wait(lock, [&] { return stopping || round != seen; });
                if (stopping) return;
                seen = round;
            }
            try {
                for (std::size_t item = next++; item < count; item = next++) (*work)(worker, item);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure) failure = std::current_exception();
            }
            const std::lock_guard lock(mutex);
            if (--running == 0) end.notify_all();
        }
    }
};

WorkerPool::WorkerPool(unsigned threads) : state_(std::make_unique<State>()) {
    for (unsigned worker = 0; worker < std::max(1U, threads); ++worker) {
        state_->threads.emplace_back([state = state_.get(), worker] { state->run(worker); });
    }
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->begin.notify_all();
    for (std::thread& thread : state_->threads) thread.join();
}

unsigned WorkerPool::size() const { return static_cast<unsigned>(state_->threads.size()); }

void WorkerPool::for_each(std::size_t count, const std::function<void(unsigned, std::size_t)>& work) {
    State& s = *state_;
    std::unique_lock lock(s.mutex);
    s.work = &work;
    s.count = count;
    s.next = 0;
    s.running = size();
    s.failure = nullptr;
    ++s.round;
    s.begin.notify_all();
    s.end.wait(lock, [&] { return s.running == 0; });
    if (s.failure) std::rethrow_exception(std::exchange(s.failure, nullptr));
}

}  // namespace shanqi
