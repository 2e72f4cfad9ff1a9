#pragma once

#include "engine/breakpoint/breakpoint.h"
#include "engine/breakpoint/fault_rule.h"
#include "engine/breakpoint/watch.h"
#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace engine {

/// Everything that a debugger's user sets: what is kept, exported and imported.
struct DebugSetup
{
    std::vector<Breakpoint> breakpoints;
    std::vector<Watch> watches;
    std::vector<FaultRule> faults;

    bool operator==(const DebugSetup&) const = default;
};

/// The form is told in README.md; it has a version.
std::string toJsonText(const DebugSetup& setup);

/// Invalid: says which entry makes no sense, and why. A condition that cannot be read is kept: it
/// is shown at the breakpoint.
tracestore::Result<DebugSetup> readDebugSetup(std::string_view json);

nlohmann::json toJson(const Breakpoint& breakpoint);
tracestore::Result<Breakpoint> breakpointFromJson(const nlohmann::json& json);
nlohmann::json toJson(const Watch& watch);
tracestore::Result<Watch> watchFromJson(const nlohmann::json& json);
nlohmann::json toJson(const FaultRule& rule);
tracestore::Result<FaultRule> faultFromJson(const nlohmann::json& json);

} // namespace engine
