#include "tracestore/import/swe_agent/mini_swe_message.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/gen_ai/gen_ai_usage.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/import/reading/unix_time.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::size_t kMaxMessage = 300;

    /// The usage of a chat completion, in which input holds what came from the cache.
    std::optional<TokenUsage> usageOfCompletion(const JsonRecord& usage, std::string_view provider)
    {
        Attributes attributes;
        attributes.emplace_back("gen_ai.provider.name", AttributeValue::ofText(provider));
        const auto add = [&](std::string_view known, std::optional<double> count) {
            if (count)
                attributes.emplace_back(known, AttributeValue::ofNumber(*count));
        };
        add("gen_ai.usage.input_tokens", usage.number("prompt_tokens"));
        add("gen_ai.usage.output_tokens", usage.number("completion_tokens"));
        add("gen_ai.usage.total_tokens", usage.number("total_tokens"));
        add("gen_ai.usage.cache_read.input_tokens",
            memberRecord(usage, "prompt_tokens_details").number("cached_tokens"));
        add("gen_ai.usage.reasoning_tokens",
            memberRecord(usage, "completion_tokens_details").number("reasoning_tokens"));
        return usageOf(GenAiFields(attributes));
    }

    Result<void> readCommand(const json& piece, SpanDetail& to)
    {
        json command = json::object();
        command["command"] = plainTextOf(piece, {"command"});
        to.toolArguments = toJsonText(piece.is_object() ? command : piece);
        return {};
    }

    Result<void> readFencedCommand(const json& piece, SpanDetail& to)
    {
        json command = json::object();
        command["command"]
            = fencedCommand(plainText(messageOf(piece, Role::Assistant))).value_or("");
        to.toolArguments = toJsonText(command);
        return {};
    }

    /// The calls of an answer in which the commands are text.
    void addTextCalls(const JsonRecord& extra, std::string_view source, MiniSweMessage& to)
    {
        if (const PlacedJson* actions = extra.find("actions")) {
            for (const PlacedJson& action : elementsOf(*actions)) {
                const std::string callId = recordOf(action).text("tool_call_id");
                to.chat.calls.push_back({callId, "bash", action.place, readCommand});
            }
            return;
        }
        const auto value = parseJson(source);
        if (!value || !fencedCommand(plainText(messageOf(*value, Role::Assistant))))
            return;
        to.chat.calls.push_back({{}, "bash", to.chat.place, readFencedCommand});
        to.isTextCall = true;
    }

    /// The number in `<returncode>1</returncode>`, with which observations begin.
    std::optional<double> returnCodeIn(std::string_view text)
    {
        constexpr std::string_view kTag = "<returncode>";
        const std::size_t at = text.find(kTag);
        if (at == std::string_view::npos || at > kTag.size())
            return {};
        int code = 0;
        const char* begin = text.data() + at + kTag.size();
        const auto [end, error] = std::from_chars(begin, text.data() + text.size(), code);
        return error == std::errc() && end != begin ? std::optional<double>(code) : std::nullopt;
    }

    /// What stands behind the return code, without the tags around it.
    std::string_view outputIn(std::string_view text)
    {
        constexpr std::string_view kTag = "<output>";
        const std::size_t at = text.find(kTag);
        return at == std::string_view::npos ? text : text.substr(at + kTag.size());
    }

} // namespace

std::optional<std::string> fencedCommand(std::string_view text)
{
    constexpr std::array<std::string_view, 3> kFences {
        "```mswea_bash_command\n", "```bash\n", "```sh\n"};
    for (const std::string_view fence : kFences) {
        const std::size_t at = text.find(fence);
        if (at == std::string_view::npos)
            continue;
        const std::string_view rest = text.substr(at + fence.size());
        const std::size_t end = rest.find("```");
        std::string_view command = rest.substr(0, end);
        if (command.ends_with('\n'))
            command.remove_suffix(1);
        return std::string(command);
    }
    return {};
}

Result<MiniSweMessage> miniSweMessageOf(const PlacedJson& source, std::string_view provider)
{
    auto chat = chatMessageOf(source);
    if (!chat)
        return fail(chat.error());
    MiniSweMessage message {.chat = std::move(*chat)};
    const JsonRecord record = recordOf(source);
    const PlacedJson* place = record.find("extra");
    const JsonRecord extra = place == nullptr ? JsonRecord() : recordOf(*place);
    if (place != nullptr)
        message.extra = place->place;
    message.time = timeOfSeconds(extra.number("timestamp"));
    if (message.chat.role != Role::Assistant)
        return message;
    if (message.chat.calls.empty())
        addTextCalls(extra, source.text, message);
    const JsonRecord response = memberRecord(extra, "response");
    message.created = timeOfSeconds(response.number("created"));
    message.model = response.text("model");
    message.responseId = response.text("id");
    message.usage = usageOfCompletion(memberRecord(response, "usage"), provider);
    if (const auto cost = extra.number("cost"); cost && *cost >= 0)
        message.cost = Cost {.amount = *cost};
    return message;
}

ChatResult miniSweResultOf(const PlacedJson& source, const ChatMessage& chat)
{
    ChatResult result
        = chat.results.empty() ? wholeMessageResult(source) : ChatResult(chat.results.front());
    const auto value = parseJson(source.text);
    const Message message = value ? messageOf(*value, Role::Tool) : Message();
    std::string text = plainText(message);
    for (const MessagePart& part : message.parts) {
        if (const auto* given = std::get_if<ToolResultPart>(&part))
            text = given->content;
    }
    const JsonRecord extra = memberRecord(recordOf(source), "extra");
    const auto stated = extra.number("returncode");
    const std::optional<double> code = stated ? stated : returnCodeIn(text);
    const std::string exception = extra.text("exception_info");
    if (!code && exception.empty())
        return result;
    result.isErrorGuessed = false;
    result.error.reset();
    const std::string output = extra.text("raw_output");
    if (code && *code != 0)
        result.error = SpanError {
            .type = "exit code "
                + (stated ? extra.text("returncode") : std::to_string(static_cast<int>(*code))),
            .message = shortened(output.empty() ? outputIn(text) : output, kMaxMessage)};
    if (!exception.empty())
        result.error
            = SpanError {.type = "exception", .message = shortened(exception, kMaxMessage)};
    return result;
}

Result<void> readMiniSweExtra(const json& piece, SpanDetail& to)
{
    if (!piece.is_object())
        return {};
    for (const auto& [key, value] : piece.items()) {
        if (key != "response" && key != "actions" && !value.is_null())
            to.attributes.push_back({"extra." + key, toJsonText(value)});
    }
    const json* response = memberOf(piece, "response");
    const json* choices = response == nullptr ? nullptr : memberOf(*response, "choices");
    if (choices == nullptr || !choices->is_array())
        return {};
    for (const json& choice : *choices) {
        if (const std::string reason = plainTextOf(choice, {"finish_reason"}); !reason.empty())
            to.finishReasons.push_back(reason);
    }
    return {};
}

} // namespace tracestore
