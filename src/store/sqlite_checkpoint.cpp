#include "store/sqlite_checkpoint.hpp"

namespace shanqi::store {
namespace {

constexpr int log_pages_wanted = 4'000;  // 16 MiB: then the thread begins
constexpr int log_pages_most = 32'000;   // 128 MiB: the thread cannot keep up; the writer waits for it
constexpr int rest_pages = 500;          // what the writer may find left
constexpr int rounds_max = 4;            // of the thread, against a writer that goes on writing

// Frames of the log that are not in the database file yet. PASSIVE waits for nobody; what a reader still needs stays.
int move_log(SqliteConnection& connection) {
    int in_log = 0, moved = 0;
    sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
    return in_log - moved;
}

}  // namespace

SqliteCheckpointer::SqliteCheckpointer(std::unique_ptr<SqliteConnection> own, SqliteConnection& writer)
    : own_(std::move(own)), writer_(writer), thread_([this] { run(); }) {
    sqlite3_wal_hook(writer.handle(), &SqliteCheckpointer::note_pages, this);  // in place of the automatic checkpoint
}

SqliteCheckpointer::~SqliteCheckpointer() {
    sqlite3_wal_hook(writer_.handle(), nullptr, nullptr);
    {
        const std::scoped_lock lock(mutex_);
        state_ = State::stopping;
    }
    wanted_.notify_all();
    thread_.join();
}

int SqliteCheckpointer::note_pages(void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteCheckpointer*>(self)->log_pages_ = pages;
    return SQLITE_OK;
}

void SqliteCheckpointer::after_commit() {
    if (log_pages_ < settled_pages_) settled_pages_ = 0;  // the log started anew
    const int grown = log_pages_ - settled_pages_;
    if (grown < log_pages_wanted) return;
    std::unique_lock lock(mutex_);
    if (state_ == State::idle) {
        state_ = State::asked;
        wanted_.notify_all();
    }
    if (grown > log_pages_most) wanted_.wait(lock, [&] { return state_ == State::nearly_done; });
    if (state_ != State::nearly_done) return;
    state_ = State::idle;
    lock.unlock();
    move_log(writer_);
    checkpoints_.fetch_add(1, std::memory_order_relaxed);
    settled_pages_ = log_pages_;  // a long reader may keep the log from starting anew: then it is asked for again later
}

void SqliteCheckpointer::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        wanted_.wait(lock, [&] { return state_ == State::asked || state_ == State::stopping; });
        if (state_ == State::stopping) return;
        state_ = State::moving;
        lock.unlock();
        for (int round = 0; round < rounds_max && move_log(*own_) > rest_pages; ++round) {
        }
        lock.lock();
        if (state_ == State::moving) state_ = State::nearly_done;
        wanted_.notify_all();
    }
}

}  // namespace shanqi::store
