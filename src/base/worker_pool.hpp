// A few threads that do the same thing to many items. The caller waits; an exception in a worker is a bug
// and is thrown again in the caller.
#pragma once

#include <functional>
#include <memory>

namespace shanqi {

class WorkerPool {
public:
    explicit WorkerPool(unsigned threads);
    ~WorkerPool();
    unsigned size() const;

    // Calls work(worker, item) for every item in [0, count), in no order; worker is in [0, size()), and no two
    // calls with the same worker run at once. Returns when all are done.
    void for_each(std::size_t count, const std::function<void(unsigned worker, std::size_t item)>& work);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace shanqi
