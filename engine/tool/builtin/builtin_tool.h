#pragma once

#include "engine/tool/ending_tool.h"
#include "tracestore/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace engine {

/// A tool that is part of Kymo: what it says of itself, and what it does with its arguments, which
/// are an object that fits the schema.
class BuiltinTool : public Tool
{
public:
    using Start = std::function<std::unique_ptr<RunningTool>(const nlohmann::json& arguments,
                                                             ToolHandlers handlers)>;

    BuiltinTool(ToolInfo info, Start start)
        : m_info(std::move(info))
        , m_start(std::move(start))
    { }

    [[nodiscard]] const ToolInfo& info() const override { return m_info; }

    [[nodiscard]] std::unique_ptr<RunningTool> start(const ToolCall& call,
                                                     ToolHandlers handlers) override;

private:
    ToolInfo m_info;
    Start m_start;
};

std::unique_ptr<RunningTool> answered(ToolHandlers handlers, Outcome outcome);

// Arguments and options by name; the other value where they are not there or of another type.

std::string textArgument(const nlohmann::json& of, const char* name, const char* otherwise = "");
std::int64_t wholeArgument(const nlohmann::json& of, const char* name, std::int64_t otherwise);
bool truthArgument(const nlohmann::json& of, const char* name, bool otherwise);

/// A Result's failure as the outcome of a tool, with the type that its code has.
Outcome failureOutcome(const tracestore::Error& error);

/// Cut to so many bytes between characters, with a line that says so.
std::string cutResult(std::string text, std::size_t most);

} // namespace engine
