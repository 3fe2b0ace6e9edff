// PostgreSQL's binary forms of the few types that rows hold (src/backend/utils/adt/*_send functions of PostgreSQL).
#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "store/database.hpp"

namespace shanqi::store {

bool can_read_type(Oid);

// bool, int2, int4, int8, oid: integers. numeric (what SUM of BIGINT gives): an integer when it is whole and fits into
// 64 bits; otherwise error store.failed, as SQLite fails on an overflow. uuid: 36 characters. bytea: bytes.
// void: NULL. Throws std::logic_error for every other type and for a numeric with a fraction.
Result<Value> read_value(Oid type, std::string_view binary);

}  // namespace shanqi::store
