#include "engine/branch/offered_tools.h"

#include "tracestore/model/tool_list.h"

namespace engine {

std::vector<ToolDefinition> offeredTools(const std::string& text, std::vector<std::string>& missing)
{
    tracestore::ToolList list = tracestore::readToolList(text);
    if (!list.isReadable)
        missing.emplace_back("The list of tools in the trace cannot be read: none are offered.");
    std::string ofProvider;
    for (const std::string& name : list.ofProvider)
        ofProvider += (ofProvider.empty() ? "" : ", ") + name;
    if (!ofProvider.empty())
        missing.push_back("Tools that the provider has built in are not offered: " + ofProvider
                          + '.');
    if (list.unknown > 0)
        missing.push_back(std::to_string(list.unknown)
                          + " tools of the trace cannot be made out: they are not offered.");
    std::vector<ToolDefinition> tools;
    for (tracestore::OfferedTool& tool : list.tools)
        tools.push_back({std::move(tool.name),
                         std::move(tool.description),
                         tool.schema.empty() ? R"({"type":"object","properties":{}})"
                                             : std::move(tool.schema)});
    return tools;
}

} // namespace engine
