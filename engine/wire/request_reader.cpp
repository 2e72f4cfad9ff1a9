#include "engine/wire/request_reader.h"

#include "engine/wire/request_parts.h"
#include "engine/wire/request_writer.h"
#include "tracestore/base/json_io.h"
#include "tracestore/import/http/exchange_content.h"
#include "tracestore/import/reading/json_members.h"

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::Exchange;
using tracestore::memberOf;
using tracestore::Message;
using tracestore::plainTextOf;
using tracestore::Result;
using tracestore::Role;
using tracestore::ToolResultPart;

namespace {

    std::string definitionText(const json& holder, std::string_view key)
    {
        const json* schema = memberOf(holder, key);
        return schema != nullptr && schema->is_object() ? tracestore::toJsonText(*schema)
                                                        : std::string();
    }

    /// A function that is offered; nothing for tools that the provider has built in.
    std::optional<ToolDefinition> definitionOf(ModelApi api, const json& tool)
    {
        const std::string type = plainTextOf(tool, {"type"});
        const json* holder = &tool;
        const char* schemaKey = "parameters";
        if (api == ModelApi::Anthropic) {
            if (!type.empty() && type != "custom")
                return {};
            schemaKey = "input_schema";
        } else if (type != "function") {
            return {};
        } else if (api == ModelApi::OpenAiChat) {
            holder = memberOf(tool, "function");
        }
        if (holder == nullptr || plainTextOf(*holder, {"name"}).empty())
            return {};
        return ToolDefinition {plainTextOf(*holder, {"name"}),
                               plainTextOf(*holder, {"description"}),
                               definitionText(*holder, schemaKey)};
    }

    void readTools(ModelApi api, json& body, ChatRequest& request)
    {
        const json tools = takeMember(body, "tools");
        json others = json::array();
        if (tools.is_array())
            for (const json& tool : tools) {
                if (auto definition = definitionOf(api, tool))
                    request.tools.push_back(std::move(*definition));
                else
                    others.push_back(tool);
            }
        if (!others.empty())
            body["tools"] = std::move(others);
    }

    /// Results of tools are a message of their own, whatever message an API puts them into.
    void addApart(std::vector<Message>& to, Message message)
    {
        if (message.role != Role::User) {
            to.push_back(std::move(message));
            return;
        }
        Message results {.role = Role::Tool};
        Message rest = message;
        rest.parts.clear();
        for (auto& part : message.parts)
            (std::holds_alternative<ToolResultPart>(part) ? results : rest)
                .parts.push_back(std::move(part));
        const bool hasResults = !results.parts.empty();
        if (hasResults)
            to.push_back(std::move(results));
        if (!hasResults || !rest.parts.empty())
            to.push_back(std::move(rest));
    }

    /// The items of one answer are one message.
    bool continuesAnswer(ModelApi api, const std::vector<Message>& known, const Message& next)
    {
        return api == ModelApi::OpenAiResponses && !known.empty() && next.role == Role::Assistant
            && known.back().role == Role::Assistant;
    }

    tracestore::MessageChain readMessages(ModelApi api, const json& body)
    {
        Exchange exchange;
        exchange.api = api;
        exchange.request = body;
        std::vector<Message> messages;
        for (Message& message : tracestore::requestMessages(exchange)) {
            if (continuesAnswer(api, messages, message))
                std::ranges::move(message.parts, std::back_inserter(messages.back().parts));
            else
                addApart(messages, std::move(message));
        }
        return tracestore::MessageChain(messages);
    }

    void forgetWhatIsWritten(ModelApi api, json& body)
    {
        body.erase("model");
        body.erase("stream");
        if (api == ModelApi::OpenAiChat) {
            body.erase("messages");
            const json options = takeMember(body, "stream_options");
            if (options.is_object() && (options.size() > 1 || !options.contains("include_usage")))
                body["stream_options"] = options;
        } else if (api == ModelApi::OpenAiResponses) {
            body.erase("input");
            body.erase("instructions");
        } else {
            body.erase("messages");
            body.erase("system");
        }
    }

} // namespace

Result<ChatRequest> readRequest(ModelApi api, std::string_view body)
{
    auto parsed = tracestore::parseJson(body);
    if (!parsed)
        return tracestore::fail(std::move(parsed).error());
    if (!parsed->is_object())
        return tracestore::fail(ErrorCode::Invalid, "The body is not a JSON object.");
    const char* list = api == ModelApi::OpenAiResponses ? "input" : "messages";
    const json* messages = memberOf(*parsed, list);
    const bool isText = api == ModelApi::OpenAiResponses && messages && messages->is_string();
    if (messages == nullptr || !(messages->is_array() || isText))
        return tracestore::fail(ErrorCode::Invalid,
                                std::string("The body has no list `") + list + "`.");
    const json* model = memberOf(*parsed, "model");
    if (model == nullptr || !model->is_string())
        return tracestore::fail(ErrorCode::Invalid, "The body names no model.");
    ChatRequest request;
    request.model = model->get<std::string>();
    request.isStreamed = tracestore::flagOf(*parsed, "stream");
    request.messages = readMessages(api, *parsed);
    readTools(api, *parsed, request);
    forgetWhatIsWritten(api, *parsed);
    if (!parsed->empty())
        request.parameters = tracestore::toJsonText(*parsed);
    return request;
}

std::optional<ModelApi> apiOfPath(std::string_view path)
{
    path = path.substr(0, path.find('?'));
    for (const ModelApi api :
         {ModelApi::OpenAiChat, ModelApi::OpenAiResponses, ModelApi::Anthropic}) {
        if (path.ends_with(endpointOf(api)))
            return api;
    }
    return {};
}

} // namespace engine
