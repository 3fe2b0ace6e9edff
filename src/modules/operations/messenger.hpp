// Messages to people outside, once each: by the mail server and the SMS gateway that are set up, otherwise to the
// terminal ("log gateway": none leaves).
#pragma once

#include <filesystem>
#include <memory>

#include "modules/house/house.hpp"
#include "modules/operations/mail.hpp"
#include "modules/operations/sms.hpp"

namespace shanqi::operations {

struct MessengerSettings {
    MailSettings mail;
    SmsSettings sms;
    // Of the log gateway, for development and tests: the whole message as a JSON line in this file; empty: only a
    // line in the log that one was not sent, without number and text.
    std::filesystem::path file;
    // The text itself on the terminal: codes must come from somewhere before a gateway is set up. Never into a journal.
    bool to_terminal = false;
};

std::unique_ptr<house::Messenger> make_messenger(store::Database&, const Clock&, const HttpClient&, MessengerSettings);

}  // namespace shanqi::operations
