// The one thread that writes to an SQLite file: a savepoint for each request, one COMMIT for all that wait
// (docs/decisions/0004-group-commit-on-sqlite.md).
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "store/backends.hpp"
#include "store/sqlite_connection.hpp"

namespace shanqi::store {

class SqliteWriter {
public:
    using Work = std::function<Result<>(Writer&)>;

    explicit SqliteWriter(std::unique_ptr<SqliteConnection>);
    ~SqliteWriter();  // finishes what waits

    // Returns when the work's rows are on disk, or with its error. Throws what the work threw.
    Result<> write(const Work&);

    struct Figures {
        std::int64_t writes = 0, groups = 0, replayed = 0, waiting = 0;
    };
    Figures figures() const;

private:
    struct Request;
    using Group = std::vector<Request*>;

    void run();
    bool take(Group&, bool wait);
    void commit_group(Group&);
    // False: SQLite rolled the whole transaction back, or it is in a state that only that can mend.
    bool run_in_savepoint(Request&);
    bool run_all(Group&);
    void run_alone(Request&);
    void run_work(Request&);
    void roll_back();

    std::unique_ptr<SqliteConnection> connection_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    Group waiting_;
    bool stopping_ = false;
    std::atomic<std::int64_t> writes_{0}, groups_{0}, replayed_{0};
    std::thread thread_;  // last: it uses everything above
};

}  // namespace shanqi::store
