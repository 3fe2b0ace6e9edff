// Moves the write-ahead log into the database file beside the writes. SQLite's own way is to do it inside the COMMIT
// that makes the log long: then everybody in that group waits while thousands of pages are written.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "store/sqlite_connection.hpp"

namespace shanqi::store {

class SqliteCheckpointer {
public:
    // `own` is used by the thread here; `writer` by whoever calls after_commit().
    SqliteCheckpointer(std::unique_ptr<SqliteConnection> own, SqliteConnection& writer);
    ~SqliteCheckpointer();

    // By the writer thread, between two transactions, when those that waited know already. A log can start anew only
    // when all of it is moved, which a thread beside a busy writer never achieves: so it moves nearly all, and the
    // writer the rest.
    void after_commit();
    std::int64_t checkpoints() const { return checkpoints_; }

private:
    void run();
    static int note_pages(void* self, sqlite3*, const char*, int pages);

    std::unique_ptr<SqliteConnection> own_;
    SqliteConnection& writer_;
    int log_pages_ = 0, settled_pages_ = 0;  // of the writer thread: now, and at the end of the last checkpoint
    std::mutex mutex_;
    std::condition_variable wanted_;
    enum class State { idle, asked, moving, nearly_done, stopping } state_ = State::idle;
    std::atomic<std::int64_t> checkpoints_{0};
    std::thread thread_;
};

}  // namespace shanqi::store
