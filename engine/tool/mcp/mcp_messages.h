#pragma once

#include "engine/effect/effect.h"
#include "tracestore/base/result.h"

#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

/// The newest version that begins with `initialize`, which is asked for first: every server that
/// is met speaks it or names another.
inline constexpr std::string_view kMcpNewestWithHandshake = "2025-11-25";
/// Without a handshake: each request says all that a server has to know.
inline constexpr std::string_view kMcpStateless = "2026-07-28";

inline constexpr std::array<std::string_view, 4> kMcpHandshakeVersions {
    "2024-11-05", "2025-03-26", "2025-06-18", kMcpNewestWithHandshake};

/// The code of an answer that never came.
inline constexpr int kRpcLost = 0;

/// A tool as its server tells of it.
struct McpToolInfo
{
    std::string name;
    std::string description;
    std::string inputSchema;

    bool operator==(const McpToolInfo&) const = default;
};

/// The tools of a page of `tools/list`; those that make no sense are left out.
std::vector<McpToolInfo> mcpTools(const nlohmann::json& result);

/// What a tool gave: its text, and a word for all else that it gave; Error of the type `tool` where
/// the server says that it failed.
Outcome mcpOutcome(const nlohmann::json& result);

/// What every request carries where there was no handshake: `params._meta`.
nlohmann::json mcpRequestFacts();

/// Who we are.
nlohmann::json mcpClientInfo();

/// The answers to what a server asks in place of a result (2026-07-28), by its keys; Unsupported
/// where it asks for what nobody here may give.
tracestore::Result<nlohmann::json> mcpInputResponses(const nlohmann::json& requests);

} // namespace engine
