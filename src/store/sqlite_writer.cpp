#include "store/sqlite_writer.hpp"

#include <exception>
#include <semaphore>
#include <stdexcept>

namespace shanqi::store {
namespace {

// After so many nobody else is let in: COMMIT. Who waits cannot ask again, so a group is never larger than the number
// of threads that write.
constexpr std::size_t group_requests_max = 1024;

using Control = SqliteConnection::Control;

}  // namespace

// Stands on the stack of the thread that waits for it.
struct SqliteWriter::Request {
    explicit Request(const Work& asked) : work(asked) {}
    const Work& work;
    Result<> outcome;
    std::exception_ptr exception;
    std::vector<std::function<void()>> after_commit;
    std::binary_semaphore done{0};
};

SqliteWriter::SqliteWriter(std::unique_ptr<SqliteConnection> connection)
    : connection_(std::move(connection)), thread_([this] { run(); }) {}

SqliteWriter::~SqliteWriter() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
}

Result<> SqliteWriter::write(const Work& work) {
    if (std::this_thread::get_id() == thread_.get_id())
        throw std::logic_error("a write function asked for another write: it would wait for itself");
    Request request(work);
    bool first = false;
    {
        const std::scoped_lock lock(mutex_);
        first = waiting_.empty();
        waiting_.push_back(&request);
    }
    if (first) arrived_.notify_one();
    request.done.acquire();
    if (request.exception) std::rethrow_exception(request.exception);
    if (request.outcome) {
        for (const auto& call : request.after_commit) call();
    }
    return std::move(request.outcome);
}

SqliteWriter::Figures SqliteWriter::figures() const {
    const std::scoped_lock lock(mutex_);
    return {.writes = writes_,
            .groups = groups_,
            .replayed = replayed_,
            .waiting = static_cast<std::int64_t>(waiting_.size())};
}

bool SqliteWriter::take(Group& group, bool wait) {
    std::unique_lock lock(mutex_);
    if (wait) arrived_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    group.swap(waiting_);
    return !group.empty();
}

void SqliteWriter::run() {
    Group group;
    while (take(group, true)) {
        commit_group(group);
        group.clear();
    }
}

// Nobody is told anything before COMMIT, not even of an error: a request that failed may have failed because of a
// neighbour's row ("this number is taken") that a rollback of the whole group takes away again.
void SqliteWriter::commit_group(Group& group) {
    if (const Result<> begun = connection_->control(Control::begin_write); !begun) {
        for (Request* request : group) request->outcome = begun;
    } else if (run_all(group) && connection_->control(Control::commit)) {
        groups_.fetch_add(1, std::memory_order_relaxed);
    } else {
        // The disk may be full, or one request alone may be too large: each one gets a transaction of its own, and an
        // answer of its own.
        roll_back();
        for (Request* request : group) run_alone(*request);
    }
    writes_.fetch_add(static_cast<std::int64_t>(group.size()), std::memory_order_relaxed);
    for (Request* request : group) request->done.release();  // the last touch: it may be gone at once
}

bool SqliteWriter::run_all(Group& group) {
    Group next;
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (!run_in_savepoint(*group[i])) return false;
        const bool last = i + 1 == group.size();
        if (last && group.size() < group_requests_max && take(next, false)) {
            group.insert(group.end(), next.begin(), next.end());
            next.clear();
        }
    }
    return true;
}

void SqliteWriter::run_work(Request& request) {
    Transaction<SqliteConnection> transaction(*connection_);
    request.exception = nullptr;
    request.after_commit.clear();
    try {
        request.outcome = request.work(transaction);
        if (transaction.failure() && request.outcome) request.outcome = std::unexpected(*transaction.failure());
    } catch (...) {
        request.exception = std::current_exception();
    }
    request.after_commit = transaction.take_after_commit();
}

bool SqliteWriter::run_in_savepoint(Request& request) {
    if (!connection_->control(Control::savepoint)) return false;
    run_work(request);
    if (!connection_->in_transaction()) return false;
    bool succeeded = request.outcome && !request.exception;
    if (succeeded && connection_->owes_references()) {
        request.outcome = fail(ErrorKind::conflict, "store.missing_reference", {{"reason", "deferred"}});
        succeeded = false;
    }
    if (!succeeded && !connection_->control(Control::rollback_to)) return false;
    return connection_->control(Control::release).has_value() && connection_->in_transaction();
}

void SqliteWriter::run_alone(Request& request) {
    replayed_.fetch_add(1, std::memory_order_relaxed);
    request.exception = nullptr;
    if (const Result<> begun = connection_->control(Control::begin_write); !begun) {
        request.outcome = begun;
        return;
    }
    run_work(request);
    if (request.outcome && !request.exception) {
        if (!connection_->in_transaction())
            request.outcome = fail(ErrorKind::system, "store.failed", {{"reason", "the transaction was rolled back"}});
        else
            request.outcome = connection_->control(Control::commit);
    }
    roll_back();
}

void SqliteWriter::roll_back() {
    if (!connection_->in_transaction()) return;
    // Cannot fail while a transaction stands and no statement runs; were it to, BEGIN fails next, and that is told.
    static_cast<void>(connection_->control(Control::rollback));
}

}  // namespace shanqi::store
