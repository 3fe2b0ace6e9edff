#include "modules/documents/records.hpp"

#include <cstring>
#include <numeric>
#include <type_traits>

#include "modules/documents/fingerprint.hpp"

namespace shanqi::documents {
namespace {

using office::DataRow;
using office::Value;

template <class T>
void put(std::string& out, T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// The spill file is our own and of this process: what is read is what was written.
template <class T>
T take(const char*& at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
}

void put_row(std::string& out, const DataRow& row) {
    put(out, row.number);
    put(out, static_cast<std::uint32_t>(row.cells.size()));
    for (const Value& cell : row.cells) {
        put(out, cell.kind);
        if (cell.kind == Value::Kind::blank) continue;
        put(out, static_cast<std::uint32_t>(cell.text.size()));
        out += cell.text;
        if (cell.kind == Value::Kind::number) put(out, cell.number);
        if (cell.kind == Value::Kind::date) {
            put(out, cell.date);
            put(out, cell.hour);
            put(out, cell.minute);
            put(out, cell.second);
        }
    }
}

DataRow take_row(const std::string& bytes) {
    const char* at = bytes.data();
    DataRow row;
    row.number = take<std::int64_t>(at);
    row.cells.resize(take<std::uint32_t>(at));
    for (Value& cell : row.cells) {
        cell.kind = take<Value::Kind>(at);
        if (cell.kind == Value::Kind::blank) continue;
        const auto size = take<std::uint32_t>(at);
        cell.text.assign(at, size);
        at += size;
        if (cell.kind == Value::Kind::number) cell.number = take<double>(at);
        if (cell.kind == Value::Kind::date) {
            cell.date = take<Date>(at);
            cell.hour = take<int>(at);
            cell.minute = take<int>(at);
            cell.second = take<int>(at);
        }
    }
    return row;
}

}  // namespace

const Value& Record::value(std::size_t row, int column) const {
    static const Value blank;
    if (row >= rows.size() || column < 0) return blank;
    const auto& cells = rows[row].cells;
    return static_cast<std::size_t>(column) < cells.size() ? cells[static_cast<std::size_t>(column)] : blank;
}

Result<Records> Records::read(office::TableReader& table, const GroupKey& group) {
    Records self;
    self.spill_ = std::make_shared<SpillFile>(TRY(SpillFile::create()));
    FingerprintMap<std::uint32_t> groups;
    std::vector<std::uint32_t> group_of_row;
    std::uint32_t group_count = 0;
    std::string bytes;
    while (std::optional<DataRow> row = TRY(table.next())) {
        bytes.clear();
        put_row(bytes, *row);
        self.row_offset_.push_back(TRY(self.spill_->append(bytes)));
        if (!group) continue;
        Record one;
        one.rows.push_back(std::move(*row));
        const Result<std::string> key = group(one);
        if (!key) {
            group_of_row.push_back(group_count++);
            continue;
        }
        const auto [found, added] = groups.emplace(Fingerprint::of(*key), group_count);
        if (added) ++group_count;
        group_of_row.push_back(found->second);
    }
    const auto count = static_cast<std::uint32_t>(self.row_offset_.size());
    self.row_offset_.push_back(self.spill_->size());
    if (!group) {
        self.record_begin_.resize(count + 1U);
        std::iota(self.record_begin_.begin(), self.record_begin_.end(), 0U);
        return self;
    }
    // Counting sort: rows of a group together, in the order of the file.
    self.record_begin_.assign(group_count + 1U, 0);
    for (const std::uint32_t g : group_of_row) ++self.record_begin_[g + 1];
    std::partial_sum(self.record_begin_.begin(), self.record_begin_.end(), self.record_begin_.begin());
    std::vector<std::uint32_t> next(self.record_begin_.begin(), self.record_begin_.end() - 1);
    self.rows_.resize(count);
    for (std::uint32_t row = 0; row < count; ++row) self.rows_[next[group_of_row[row]]++] = row;
    return self;
}

Result<Record> Records::record(std::size_t index) const {
    Record out;
    for (std::uint32_t at = record_begin_[index]; at < record_begin_[index + 1]; ++at) {
        const std::uint32_t row = rows_.empty() ? at : rows_[at];
        std::string bytes;
        {
            const std::lock_guard lock(*mutex_);
            bytes = TRY(spill_->read(row_offset_[row], row_offset_[row + 1] - row_offset_[row]));
        }
        out.rows.push_back(take_row(bytes));
    }
    return out;
}

}  // namespace shanqi::documents
