#pragma once

#include "tracestore/base/result.h"
#include "tracestore/recording/run_event.h"

#include <filesystem>
#include <vector>

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

} // namespace tracestore
