// A real S3 server for tests: versitygw, brought by tests/s3/bootstrap. Only *_test.cpp include this.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "base/digest.hpp"
#include "store/files.hpp"
#include "store/s3_transport.hpp"

namespace shanqi::store {

inline std::filesystem::path s3_server_program() {
    return std::filesystem::path(SHANQI_SOURCE_DIR) / "build/tools/s3/versitygw";
}

inline std::uint16_t free_port() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no port");
    ::close(listener);
    return ntohs(address.sin_port);
}

// A bucket in a folder, served by another program.
class S3Server {
public:
    S3Server() : port_(std::to_string(free_port())) {
        std::filesystem::create_directories(folder_ / "data");
        std::filesystem::create_directories(folder_ / "meta");
        start();
        const Result<S3Reply> made = make_s3_transport(options())->send(
            {.method = "PUT",
             .body = [](std::uint64_t, std::size_t) -> Result<std::string> { return ""; },
             .body_sha256 = hex(sha256(""))});
        if (!made || made->status != 200) throw std::runtime_error("the S3 server does not make a bucket");
    }
    ~S3Server() {
        kill();
        std::error_code none;
        std::filesystem::remove_all(folder_, none);
    }
    S3Server(const S3Server&) = delete;

    void start() {
        process_ = ::fork();
        if (process_ != 0) return;
        ::setenv("ROOT_ACCESS_KEY", options().access_key.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the child's
        ::setenv("ROOT_SECRET_KEY", options().secret_key.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
        const std::string address = "127.0.0.1:" + port_, data = (folder_ / "data").string(),
                          meta = (folder_ / "meta").string(), program = s3_server_program().string();
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int log = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (log < 0) ::_exit(126);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execl(program.c_str(), program.c_str(), "--port", address.c_str(), "--region", "cn-north-1", "posix",
                "--sidecar", meta.c_str(), data.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    void kill() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }

    static S3Options keys() {
        return {.endpoint = {},
                .bucket = "shanqi-test",
                .region = "cn-north-1",
                .access_key = "AKTEST",
                .secret_key = "se/cr+et:=&1",
                .wait = {}};
    }
    S3Options options() const {
        S3Options options = keys();
        options.endpoint = "http://127.0.0.1:" + port_;
        return options;
    }
    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path data() const { return folder_ / "data" / "shanqi-test"; }

private:
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("shanqi_s3_" + hex(random_bytes(8)));
    const std::string port_;
    pid_t process_ = 0;
};

}  // namespace shanqi::store
