// Connections that are lent and come back. Opened when first needed, at most so many.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"

namespace shanqi::store {

template <class Connection>
class Pool {
public:
    using Open = std::function<Result<std::unique_ptr<Connection>>()>;

    // A connection for as long as this lives. discard(): it is broken, another is opened in its place when needed.
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_(&pool), connection_(std::move(connection)) {}
        Lease(Lease&&) noexcept = default;
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        Lease& operator=(Lease&& other) noexcept {
            std::swap(connection_, other.connection_);
            std::swap(pool_, other.pool_);
            return *this;
        }
        ~Lease() {
            if (connection_) pool_->give_back(std::move(connection_));
        }
        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }
        void discard() {
            connection_.reset();
            pool_->give_back(nullptr);
        }

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    Pool(unsigned most, Open open) : most_(most), open_(std::move(open)) {}

    // Errors: store.busy when all are lent for too long; those of opening.
    Result<Lease> take(std::chrono::milliseconds wait_max) {
        std::unique_lock lock(mutex_);
        if (!free_.wait_for(lock, wait_max, [&] { return !idle_.empty() || lent_ < most_; }))
            return fail(ErrorKind::system, "store.busy");
        ++lent_;
        if (!idle_.empty()) {
            std::unique_ptr<Connection> connection = std::move(idle_.back());  // the last one used: its cache is warm
            idle_.pop_back();
            return Lease(*this, std::move(connection));
        }
        lock.unlock();
        Result<std::unique_ptr<Connection>> opened = open_();
        if (!opened) {
            give_back(nullptr);
            return std::unexpected(std::move(opened).error());
        }
        return Lease(*this, std::move(*opened));
    }

    // Those that nobody uses at the moment, in the caller's hands; for figures, and to forget broken ones.
    template <class Each>
    void for_each_idle(Each&& each) {
        const std::scoped_lock lock(mutex_);
        for (const auto& connection : idle_) each(*connection);
    }
    void forget_idle() {
        std::vector<std::unique_ptr<Connection>> old;
        const std::scoped_lock lock(mutex_);
        old.swap(idle_);
    }
    std::size_t open_count() {
        const std::scoped_lock lock(mutex_);
        return lent_ + idle_.size();
    }

private:
    void give_back(std::unique_ptr<Connection> connection) {
        {
            const std::scoped_lock lock(mutex_);
            --lent_;
            if (connection) idle_.push_back(std::move(connection));
        }
        free_.notify_one();
    }

    const std::size_t most_;
    const Open open_;
    std::mutex mutex_;
    std::condition_variable free_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t lent_ = 0;
};

}  // namespace shanqi::store
