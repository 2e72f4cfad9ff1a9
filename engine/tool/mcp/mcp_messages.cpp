#include "engine/tool/mcp/mcp_messages.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kLongestResult = std::size_t {1} << 20U;
    constexpr std::size_t kLongestToolText = 10'000;

    std::string textMember(const json& of, const char* name)
    {
        const auto found = of.find(name);
        return found != of.end() && found->is_string() ? found->get<std::string>() : "";
    }

    std::string sizeOfBase64(const std::string& data)
    {
        return std::to_string(data.size() / 4 * 3) + " bytes";
    }

    std::string partText(const json& part)
    {
        if (!part.is_object())
            return {};
        const std::string type = textMember(part, "type");
        if (type == "text")
            return textMember(part, "text");
        if (type == "resource_link")
            return "[" + textMember(part, "name") + ": " + textMember(part, "uri") + "]";
        if (type == "resource" && part.contains("resource") && part["resource"].is_object()) {
            const json& resource = part["resource"];
            if (resource.contains("text"))
                return textMember(resource, "text");
            return "[" + textMember(resource, "uri") + ", "
                + sizeOfBase64(textMember(resource, "blob")) + "]";
        }
        return "[" + type + " " + textMember(part, "mimeType") + ", "
            + sizeOfBase64(textMember(part, "data")) + "]";
    }

    std::string cutText(std::string text, std::size_t most)
    {
        if (text.size() <= most)
            return text;
        text.resize(most);
        return tracestore::toValidUtf8(text) + "\n[cut]";
    }

} // namespace

std::vector<McpToolInfo> mcpTools(const json& result)
{
    std::vector<McpToolInfo> tools;
    const auto list = result.is_object() ? result.find("tools") : result.end();
    if (!result.is_object() || list == result.end() || !list->is_array())
        return tools;
    for (const json& tool : *list) {
        if (!tool.is_object() || textMember(tool, "name").empty())
            continue;
        const auto schema = tool.find("inputSchema");
        const bool hasSchema = schema != tool.end() && schema->is_object();
        std::string description = textMember(tool, "description");
        if (description.empty())
            description = textMember(tool, "title");
        tools.push_back({textMember(tool, "name"),
                         cutText(std::move(description), kLongestToolText),
                         hasSchema ? tracestore::toJsonText(*schema) : R"({"type":"object"})"});
    }
    return tools;
}

Outcome mcpOutcome(const json& result)
{
    std::string text;
    const auto content = result.is_object() ? result.find("content") : result.end();
    if (result.is_object() && content != result.end() && content->is_array()) {
        for (const json& part : *content) {
            if (text.size() > kLongestResult)
                break;
            text += (text.empty() ? "" : "\n") + partText(part);
        }
    }
    if (text.empty() && result.is_object() && result.contains("structuredContent"))
        text = tracestore::toJsonText(result["structuredContent"]);
    text = cutText(std::move(text), kLongestResult);
    const auto failed = result.is_object() ? result.find("isError") : result.end();
    const bool isError = result.is_object() && failed != result.end() && failed->is_boolean()
        && failed->get<bool>();
    Outcome outcome;
    if (isError)
        outcome = failedOutcome(OutcomeStatus::Error,
                                "tool",
                                text.empty() ? "The tool failed and did not say why." : text);
    outcome.text = std::move(text);
    return outcome;
}

json mcpClientInfo()
{
    return {{"name", "kymo"}, {"version", "0.1.0"}};
}

json mcpRequestFacts()
{
    return {{"io.modelcontextprotocol/protocolVersion", kMcpStateless},
            {"io.modelcontextprotocol/clientInfo", mcpClientInfo()},
            {"io.modelcontextprotocol/clientCapabilities", json::object()}};
}

Result<json> mcpInputResponses(const json& requests)
{
    json responses = json::object();
    if (!requests.is_object())
        return fail(ErrorCode::Unsupported, "The server asks for input, but does not say which.");
    for (const auto& [key, request] : requests.items()) {
        const std::string method = request.is_object() ? textMember(request, "method") : "";
        if (method == "roots/list")
            responses[key] = {{"roots", json::array()}};
        else if (method == "elicitation/create")
            responses[key] = {{"action", "decline"}};
        else
            return fail(ErrorCode::Unsupported,
                        "The server asks for `" + tracestore::safeLine(method)
                            + "`, which is not given to servers.");
    }
    return responses;
}

} // namespace engine
