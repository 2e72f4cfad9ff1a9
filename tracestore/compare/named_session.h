#pragma once

#include "tracestore/base/result.h"
#include "tracestore/model/trace.h"

#include <string>

namespace tracestore {

/// What a user names to be compared: `runs.json#task-3`, a file and a session in it.
struct NamedSession
{
    std::string file;
    std::string session; ///< empty: none is named
};

/// Takes a name apart at its last `#`, unless a file is called so. Looks at the disk.
[[nodiscard]] NamedSession namedSession(const std::string& name);

/// By key, else by number from 0, else by a part of key or title that only one has. NotFound: the
/// message lists those that are meant, or some that are there.
[[nodiscard]] Result<SessionId> findSession(const Trace& trace, const std::string& wanted);

} // namespace tracestore
