#pragma once

#include "engine/tool/tool.h"

#include <QThreadPool>

#include <cstddef>
#include <filesystem>
#include <memory>

namespace engine {

struct SqliteLimits
{
    std::size_t rows = 200;
    std::size_t bytes = std::size_t {64} << 10U; ///< of the result
    int milliseconds = 10'000;
};

/// `sqlite_query`: one SELECT on a database that is opened read-only for each call, on a thread of
/// the pool, which outlives the tool. No ATTACH, no extensions, no PRAGMA but those that describe
/// tables; triggers and views of the file cannot call what has side effects.
std::unique_ptr<Tool>
makeSqliteQuery(std::filesystem::path database, SqliteLimits limits, QThreadPool& pool);

} // namespace engine
