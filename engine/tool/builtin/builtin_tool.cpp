#include "engine/tool/builtin/builtin_tool.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;

std::unique_ptr<RunningTool> BuiltinTool::start(const ToolCall& call, ToolHandlers handlers)
{
    auto arguments = tracestore::parseJson(call.arguments);
    if (!arguments || !arguments->is_object())
        return answered(std::move(handlers),
                        toolError("arguments", "The arguments are no JSON object."));
    return m_start(*arguments, std::move(handlers));
}

std::unique_ptr<RunningTool> answered(ToolHandlers handlers, Outcome outcome)
{
    return std::make_unique<AnsweredTool>(std::move(handlers), std::move(outcome));
}

std::string textArgument(const json& of, const char* name, const char* otherwise)
{
    const auto found = of.find(name);
    return found != of.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

std::int64_t wholeArgument(const json& of, const char* name, std::int64_t otherwise)
{
    const auto found = of.find(name);
    if (found == of.end() || !found->is_number())
        return otherwise;
    constexpr double kMost = 9e15; // exact in a double, and beyond every limit of ours
    const auto number = found->get<double>();
    return number >= -kMost && number <= kMost ? static_cast<std::int64_t>(number) : otherwise;
}

bool truthArgument(const json& of, const char* name, bool otherwise)
{
    const auto found = of.find(name);
    return found != of.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

Outcome failureOutcome(const tracestore::Error& error)
{
    using Code = tracestore::ErrorCode;
    switch (error.code) {
    case Code::Cancelled:
        return EndingTool::cancelledOutcome();
    case Code::NotFound:
        return toolError("not_found", error.message);
    case Code::Denied:
        return toolError("denied", error.message);
    case Code::Limit:
        return toolError("limit", error.message);
    case Code::Timeout:
        return toolError("timeout", error.message);
    case Code::Invalid:
        return toolError("arguments", error.message);
    case Code::Corrupt:
    case Code::Unsupported:
    case Code::Io:
    case Code::Remote:
        break;
    }
    return toolError("failed", error.message);
}

std::string cutResult(std::string text, std::size_t most)
{
    if (text.size() <= most)
        return text;
    const std::size_t whole = text.size();
    text.resize(most);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
        text.pop_back();
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U)
        text.pop_back();
    return text + "\n[cut: the first " + std::to_string(text.size()) + " of "
        + std::to_string(whole) + " bytes]";
}

} // namespace engine
