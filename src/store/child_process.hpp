// Real processes for tests that kill them: the test program itself, started again for one disabled test. They talk
// through pipes, so that nobody waits for a time. Only *_test.cpp include this.
//
//   TEST(FilesProcess, DISABLED_puts) { ChildProcess::say("ready"); … }
//   ChildProcess child("FilesProcess.DISABLED_puts", {{"FOLDER", folder}});   child.read_line() == "ready";
//   child.kill();
#pragma once

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace shanqi::store {

class ChildProcess {
public:
    ChildProcess(const std::string& test, const std::vector<std::pair<std::string, std::string>>& environment) {
        int ends[2] = {-1, -1};
        if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
        process_ = ::fork();
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(ends[1], said_to);
            ::close(ends[0]);
            if (ends[1] != said_to) ::close(ends[1]);
            for (const auto& [name, value] : environment)
                ::setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the child's
            const std::string filter = "--gtest_filter=" + test;
            ::execl("/proc/self/exe", "store_test", "--gtest_also_run_disabled_tests", "--gtest_brief=1",
                    filter.c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(ends[1]);
        from_ = ends[0];
    }
    ChildProcess(const ChildProcess&) = delete;
    ~ChildProcess() {
        kill();
        ::close(from_);
    }

    pid_t id() const { return process_; }
    void signal(int number) const { ::kill(process_, number); }
    void kill() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }
    // Waits for it; "" when the process has ended.
    std::string read_line() const {
        std::string line;
        char c = 0;
        while (::read(from_, &c, 1) == 1 && c != '\n') line += c;
        return line;
    }

    // In the child.
    static void say(const std::string& line) {
        const std::string text = line + "\n";
        if (::write(said_to, text.data(), text.size()) != std::ssize(text)) ::_exit(3);
    }
    static std::string given(const char* name) {
        const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
        return value == nullptr ? "" : value;
    }

private:
    static constexpr int said_to = 17;
    pid_t process_ = 0;
    int from_ = -1;
};

}  // namespace shanqi::store
