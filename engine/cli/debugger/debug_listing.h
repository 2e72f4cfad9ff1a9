#pragma once

#include "engine/breakpoint/breakpoint_json.h"
#include "engine/cli/output.h"
#include "engine/runtime/engine_service.h"

#include <string>

namespace engine::cli {

// What the line debugger says, as text for a terminal: safe, without a line feed at the end. Pure.

/// Where the run stopped and why, in two or three lines.
std::string stopText(const RunStatus& status, const Output& out);

/// The agents, the innermost first, with their steps.
std::string backtraceText(const DebugStatus& debug);

std::string breakpointsText(const DebugSetup& setup, const DebugStatus& debug);
std::string watchesText(const DebugSetup& setup, const DebugStatus& debug);
std::string faultsText(const DebugSetup& setup, const DebugStatus& debug);
std::string pendingText(const DebugStatus& debug);
std::string agentsText(const DebugStatus& debug);
std::string budgetText(const RunFigures& figures);
std::string runText(const RunStatus& status);
std::string kindsText();

/// What is held: messages or arguments as one reads them.
std::string requestText(const StepInspection& step);

/// JSON for people: indented; a text without its quotes.
std::string shownJson(const std::string& json);

/// The step that one is at: the stop, else the first that is held; null: nothing is held.
const PendingStep* heldStep(const DebugStatus& debug);

} // namespace engine::cli
