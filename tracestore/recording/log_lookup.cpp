#include "tracestore/recording/log_lookup.h"

#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"

namespace tracestore {
namespace {

    /// From the first intent to the last outcome of the effect of a name and of those whose names
    /// begin with it and a full stop.
    Result<EventPlace> placeOf(Database& log, const std::string& name)
    {
        auto select = log.prepare(
            "SELECT type, min(number), max(number) FROM event WHERE type IN ('effect_wanted', "
            "'effect_ended') AND (effect = ?1 OR (effect > ?1 || '.' AND effect < ?1 || '/')) "
            "GROUP BY type");
        if (!select)
            return fail(std::move(select).error());
        select->bindText(0, name);
        EventPlace place;
        for (;;) {
            const auto row = select->step();
            if (!row)
                return fail(row.error());
            if (!*row)
                break;
            if (select->bytes(0) == "effect_wanted")
                place.wanted = select->integer(1);
            else
                place.ended = select->integer(2);
        }
        if (place.wanted == 0)
            return fail(ErrorCode::NotFound, "There is no step " + name + " that was begun.");
        return place;
    }

} // namespace

Result<Database> openLog(const std::filesystem::path& recording)
{
    auto tables = openCheckedTables(recording);
    if (!tables)
        return fail(std::move(tables).error());
    if (tables->version < kFirstVersionWithEvents)
        return fail(ErrorCode::Invalid, recording.string() + " holds no log of a run.");
    return std::move(tables->database);
}

Result<EventPlace> placeOfStep(Database& log, const std::string& effect)
{
    return placeOf(log, effect);
}

Result<EventPlace> placeOfTurn(Database& log, const std::string& turn)
{
    return placeOf(log, turn);
}

Result<std::int64_t> lastEvent(Database& log)
{
    auto select = log.prepare("SELECT coalesce(max(number), 0) FROM event");
    if (!select)
        return fail(std::move(select).error());
    const auto found = select->step();
    if (!found)
        return fail(found.error());
    return select->integer(0);
}

} // namespace tracestore
