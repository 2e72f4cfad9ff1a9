#include "tests/bench/step_names.h"

namespace bench {
namespace {

    constexpr auto kModels = std::to_array<std::string_view>(
        {"gpt-4o-2024-08-06", "claude-sonnet-4-5", "gemini-2.5-pro", "gpt-4.1-mini"});
    constexpr auto kTools = std::to_array<std::string_view>({"search_orders",
                                                             "read_file",
                                                             "write_file",
                                                             "run_tests",
                                                             "web_search",
                                                             "get_weather",
                                                             "query_database",
                                                             "send_mail",
                                                             "list_files",
                                                             "grep",
                                                             "apply_patch",
                                                             "lookup_user"});

} // namespace

std::string_view modelName(const Step& step)
{
    return kModels[step.name % kModels.size()];
}

std::string_view toolName(const Step& step)
{
    return kTools[step.name % kTools.size()];
}

std::string spanName(const Step& step)
{
    switch (step.kind) {
    case StepKind::Run:
        return "invoke_workflow support";
    case StepKind::Agent:
        return "invoke_agent " + std::string(kAgentNames[agentIndex(step)]);
    case StepKind::Turn:
        return "step " + std::to_string(step.name);
    case StepKind::Llm:
        return "chat " + std::string(modelName(step));
    case StepKind::Tool:
        break;
    }
    return "execute_tool " + std::string(toolName(step));
}

} // namespace bench
