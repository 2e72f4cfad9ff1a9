#pragma once

namespace engine::cli {

/// What `kymo` ends with; a part of its interface (kymo.1).
enum class ExitCode
{
    Done = 0,
    Failed = 1, ///< the input could not be read or is no trace, or the output was not written
    Usage = 2,
    Broken = 3, ///< opened, but parts were broken; with --strict only
    Cancelled = 130,
};

} // namespace engine::cli
