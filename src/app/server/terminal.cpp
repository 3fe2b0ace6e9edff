#include "app/server/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "base/mac.hpp"
#include "base/messages.hpp"

namespace shanqi::app {
namespace {

// With the echo off while it lives.
class Terminal {
public:
    Terminal() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        if (descriptor_ < 0) return;
        ::tcgetattr(descriptor_, &before_);
        struct termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(descriptor_, TCSAFLUSH, &silent);
    }
    Terminal(const Terminal&) = delete;
    ~Terminal() {
        if (descriptor_ < 0) return;
        ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
        ::close(descriptor_);
    }
    bool there() const { return descriptor_ >= 0; }
    std::string ask(std::string_view question) const {
        const std::string text = message(question, {}, language_of_environment());
        [[maybe_unused]] const ssize_t asked = ::write(descriptor_, text.data(), text.size());
        std::string line;
        char c = 0;
        while (::read(descriptor_, &c, 1) == 1 && c != '\n') line += c;
        [[maybe_unused]] const ssize_t ended = ::write(descriptor_, "\n", 1);
        return line;
    }

private:
    int descriptor_;
    struct termios before_{};
};

}  // namespace

Result<std::string> ask_secret(std::string_view question) {
    const Terminal terminal;
    if (!terminal.there()) return fail(ErrorKind::invalid, "app.no_terminal");
    return terminal.ask(question);
}

Result<std::string> ask_new_secret(std::string_view question, std::string_view again) {
    const Terminal terminal;
    if (!terminal.there()) return fail(ErrorKind::invalid, "app.no_terminal");
    std::string first = terminal.ask(question);
    if (!equal_in_constant_time(first, terminal.ask(again))) return fail(ErrorKind::invalid, "app.passphrases_differ");
    return first;
}

}  // namespace shanqi::app
