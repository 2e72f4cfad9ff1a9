#pragma once

#include "tracestore/recording/event_table.h"

#include <filesystem>

namespace tracestore {

/// The numbers between which a step stands in a log.
struct EventPlace
{
    std::int64_t wanted = 0; ///< its (first) intent
    std::int64_t ended = 0; ///< its outcome; 0: there is none
};

/// The log of a recording, to look into it without reading all. Fails as openKymo() does, and with
/// Invalid where the file has none.
Result<Database> openLog(const std::filesystem::path& recording);

/// Where a step stands in a log. `effect` names an attempt, or a call: then from the intent of its
/// first attempt to its last outcome. NotFound: no such step was begun.
Result<EventPlace> placeOfStep(Database& log, const std::string& effect);

/// The same of all steps of a turn: `support:3`.
Result<EventPlace> placeOfTurn(Database& log, const std::string& turn);

/// The number of the last event; 0: there is none.
Result<std::int64_t> lastEvent(Database& log);

} // namespace tracestore
