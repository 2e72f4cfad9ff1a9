#pragma once

#include "engine/cli/output.h"
#include "tracestore/provenance/context_window.h"

#include <vector>

namespace engine::cli {

/// The window of one call, for people, and as one JSON object; the form is in README.md.
void writeWindow(Output& out,
                 const tracestore::Trace& trace,
                 const tracestore::ContextWindow& window);
std::string windowJson(const tracestore::ContextWindow& window, const std::string& file);

/// A row for each call of an agent; `agent` is empty where nobody is named.
void writeWindows(Output& out,
                  const std::string& agent,
                  const std::vector<tracestore::WindowSum>& sums);

/// The calls of all agents as one JSON object.
struct AgentWindows
{
    std::string agent;
    std::string session;
    std::vector<tracestore::WindowSum> calls;
};

std::string windowsJson(const std::vector<AgentWindows>& agents, const std::string& file);

} // namespace engine::cli
