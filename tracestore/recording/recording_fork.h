#pragma once

#include "tracestore/recording/run_event.h"
#include "tracestore/store/database.h"

#include <filesystem>

namespace tracestore {

/// Makes a new recording out of the beginning of another: its events up to a number, and more
/// behind them, which get the numbers that follow. It was not closed, so that it can be gone on
/// with. What is shared is copied by pages and not read, which takes the time of copying the file;
/// contents of what came later stay in the copy until somebody saves it anew. The other is only
/// read; it may be being written (its events up to there are saved). Any thread.
///
/// Invalid: `fork` is there already, or there is no such event. Else fails as openKymo() does.
Result<void> forkRecording(const std::filesystem::path& recording,
                           std::int64_t upTo,
                           std::vector<RunEvent> more,
                           const std::filesystem::path& fork);

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
