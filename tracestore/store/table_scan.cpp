#include "tracestore/store/table_scan.h"

namespace tracestore {
namespace {

    constexpr std::uint64_t kRowsPerLook = 1024;

} // namespace

Result<void> TableScan::run(Database& database,
                            Job& job,
                            const std::function<void(const Statement&)>& visit) const
{
    auto select = database.prepare("SELECT * FROM " + table + " NOT INDEXED WHERE " + key
                                   + " >= ? ORDER BY " + key);
    if (!select)
        return fail(std::move(select).error());
    std::uint64_t looks = 0;
    for (std::int64_t next = 0; next < limit;) {
        const std::int64_t first = next;
        select->reset();
        select->bind(0, first);
        for (;;) {
            if (++looks % kRowsPerLook == 0 && job.isCancelled())
                return cancelled();
            const auto found = select->step();
            if (!found && found.error().code != ErrorCode::Corrupt)
                return fail(found.error());
            if (!found)
                break; // Behind what cannot be read there may be more.
            if (!*found)
                return {};
            visit(*select);
            const std::int64_t id = select->integer(0);
            if (id >= next && id < limit)
                next = id + 1;
        }
        if (next == first)
            ++next;
    }
    return {};
}

} // namespace tracestore
