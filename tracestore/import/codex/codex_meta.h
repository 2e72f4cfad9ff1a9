#pragma once

#include "tracestore/model/span.h"

#include <simdjson.h>
#include <string>

namespace tracestore {

/// What the first record of a thread says.
struct CodexMeta
{
    std::string threadId;
    std::string parentThread; ///< that started this one as a sub-agent
    std::string forkedFrom;
    std::string agentName;
    std::string agentRole;
    std::string cwd;
    std::string version;
    std::string provider;
    std::string branch;
    std::string commit;
    std::string originator;
    std::string attributesJson;
    RawRef place;
    bool hasInstructions = false;
};

/// Reads the first record of a thread.
CodexMeta readCodexMeta(const simdjson::dom::object& record, const RawRef& place);

} // namespace tracestore
