#include "tracestore/import/cli_agents/qwen_code_importer.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/json_places.h"
#include "tracestore/import/reading/log_steps.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/import/reading/token_counts.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;
    using simdjson::dom::object;

    bool isQwenRecord(const object& record)
    {
        if (!record["uuid"].is_string() || !record["sessionId"].is_string())
            return false;
        if (objectAt(record, "systemPayload") || objectAt(record, "toolCallResult"))
            return true;
        const auto message = objectAt(record, "message");
        return message && arrayAt(*message, "parts");
    }

    std::string qwenTextOf(const object& record)
    {
        if (const auto payload = objectAt(record, "systemPayload")) {
            if (const std::string_view shown = textAt(*payload, "displayText"); !shown.empty())
                return std::string(shown);
        }
        std::string text;
        const auto message = objectAt(record, "message");
        const auto parts = message ? arrayAt(*message, "parts") : std::nullopt;
        if (!parts)
            return text;
        for (const auto part : *parts)
            text.append(text.empty() ? "" : "\n").append(textMemberOf(part, "text"));
        return text;
    }

    /// As Gemini counts: input with what came from the cache, output without thoughts.
    std::optional<TokenUsage> usageAt(const object& record)
    {
        const auto usage = objectAt(record, "usageMetadata");
        if (!usage)
            return std::nullopt;
        auto input = numberAt(*usage, "promptTokenCount");
        if (const auto ofTools = numberAt(*usage, "toolUsePromptTokenCount");
            input && ofTools && *ofTools > 0)
            input = *input + *ofTools;
        return usageOf({.input = input,
                        .cacheRead = numberAt(*usage, "cachedContentTokenCount"),
                        .cacheWrite = {},
                        .output = numberAt(*usage, "candidatesTokenCount"),
                        .reasoning = numberAt(*usage, "thoughtsTokenCount"),
                        .total = numberAt(*usage, "totalTokenCount"),
                        .isInputWithCache = true,
                        .isOutputWithReasoning = false});
    }

    /// A message; what answers a call is said by the tool, whatever role the line gives it.
    Result<void> readQwenMessage(const json& record, std::vector<Message>& to)
    {
        const json* from = memberOf(record, "message");
        if (from == nullptr)
            return {};
        Message message = messageOf(*from, Role::User);
        const bool isResult = !message.parts.empty()
            && std::holds_alternative<ToolResultPart>(message.parts.front());
        if (isResult) {
            message.role = Role::Tool;
            message.origRole.clear();
        }
        const bool goesOn
            = message.role == Role::Assistant && !to.empty() && to.back().role == Role::Assistant;
        if (goesOn)
            std::ranges::move(message.parts, std::back_inserter(to.back().parts));
        else
            to.push_back(std::move(message));
        return {};
    }

    /// A part that calls a tool.
    Result<void> readQwenCall(const json& part, SpanDetail& to)
    {
        if (const json* call = anyMemberOf(part, {"functionCall", "function_call"}))
            to.toolArguments = plainTextOf(*call, {"args"});
        return {};
    }

    Result<void> readQwenResult(const json& record, SpanDetail& to)
    {
        std::vector<Message> messages;
        if (auto done = readQwenMessage(record, messages); !done)
            return done;
        for (const Message& message : messages) {
            for (const MessagePart& part : message.parts) {
                if (const auto* result = std::get_if<ToolResultPart>(&part))
                    to.toolResult = result->content;
            }
        }
        const json* outcome = memberOf(record, "toolCallResult");
        if (outcome == nullptr)
            return {};
        if (to.toolResult.empty())
            to.toolResult = plainTextOf(*outcome, {"resultDisplay"});
        return readAttributes(*outcome, to);
    }

    Result<void> readSystem(const json& record, SpanDetail& to)
    {
        if (const json* payload = memberOf(record, "systemPayload"))
            return readAttributes(*payload, to);
        return {};
    }

    class QwenSteps : public LogSteps
    {
    public:
        explicit QwenSteps(const Target& target)
            : LogSteps(target, {"Qwen Code", "Qwen"})
        { }

        void add(const RecordLine& line) override
        {
            const object& record = line.object;
            const LogRecord at {line.place, timeAt(record, "timestamp")};
            const std::string uuid(textAt(record, "uuid"));
            const bool goesOn = !uuid.empty() && uuid == m_lastUuid;
            if (!goesOn)
                followParent(std::string(textAt(record, "parentUuid")));
            readSession(record);
            readRecord(line, at, goesOn);
            if (uuid.empty())
                return;
            m_lastUuid = uuid;
            m_marks[uuid] = m_log.mark();
        }

        void finish() override
        {
            if (!m_title.empty())
                session().title = m_title;
            LogSteps::finish();
        }

    private:
        /// The conversation went back to the parent and on from there.
        void followParent(const std::string& parent)
        {
            if (parent.empty() || parent == m_lastUuid)
                return;
            if (const auto mark = m_marks.find(parent); mark != m_marks.end())
                m_log.rewind(mark->second);
        }

        void readSession(const object& record)
        {
            Session& to = session();
            if (const std::string_view id = textAt(record, "sessionId"); !id.empty())
                to.key = id;
            if (const std::string_view version = textAt(record, "version"); !version.empty())
                to.producerVersion = version;
            if (const std::string_view branch = textAt(record, "gitBranch"); !branch.empty())
                to.repositoryBranch = branch;
            // Other lines tell of folders that were merely looked at.
            const std::string_view cwd = textAt(record, "cwd");
            if (!cwd.empty() && textAt(record, "type") != "system")
                to.cwd = cwd;
        }

        void readRecord(const RecordLine& line, const LogRecord& at, bool goesOn)
        {
            const std::string_view type = textAt(line.object, "type");
            if (type == "assistant")
                addAnswer(line, at, goesOn);
            else if (type == "tool_result")
                addResult(line, at);
            else if (type == "user")
                addUser(line.object, at);
            else if (type == "system")
                addSystem(line, at);
            else
                drop(line, at, type);
        }

        void addUser(const object& record, const LogRecord& at)
        {
            const bool isSteering
                = textAt(record, "subtype") == "mid_turn_user_message" && m_log.turn().isValid();
            if (isSteering)
                addToTurn(qwenTextOf(record), "user", at, readQwenMessage);
            else
                addPrompt(qwenTextOf(record), "user", at, readQwenMessage);
        }

        void addAnswer(const RecordLine& line, const LogRecord& at, bool goesOn)
        {
            if (!goesOn)
                m_log.closeAnswer();
            const std::string_view model = textAt(line.object, "model");
            const SpanId answer = m_log.openAnswer({.model = model,
                                                    .provider = {},
                                                    .responseId = {},
                                                    .origId = textAt(line.object, "uuid"),
                                                    .origKind = "assistant"},
                                                   at);
            m_log.setModel(answer, model);
            if (const auto usage = usageAt(line.object))
                m_builder.setUsage(answer, *usage);
            m_payloads.addOutput(answer, at.place, readQwenMessage);
            addCalls(line, at);
            m_log.remember(at.place, readQwenMessage);
        }

        void addCalls(const RecordLine& line, const LogRecord& at)
        {
            const auto message = objectAt(line.object, "message");
            const auto parts = message ? arrayAt(*message, "parts") : std::nullopt;
            if (!parts)
                return;
            const auto places = elementPlaces(line.place, line.text, {"message", "parts"});
            std::size_t i = 0;
            for (const auto part : *parts) {
                object members;
                const auto call = part.get(members) == simdjson::SUCCESS
                    ? objectAt(members, "functionCall")
                    : std::nullopt;
                if (call && i < places.size())
                    m_payloads.add(m_log.addCall({.callId = textAt(*call, "id"),
                                                  .name = textAt(*call, "name"),
                                                  .origId = {},
                                                  .origKind = "functionCall"},
                                                 {places[i], at.time}),
                                   places[i],
                                   readQwenCall);
                ++i;
            }
        }

        void addResult(const RecordLine& line, const LogRecord& at)
        {
            const object outcome = objectAt(line.object, "toolCallResult").value_or(line.object);
            const SpanId call = m_log.addResult({.callId = textAt(outcome, "callId"),
                                                 .name = {},
                                                 .origId = {},
                                                 .origKind = "tool_result"},
                                                at);
            m_payloads.add(call, at.place, readQwenResult);
            m_log.remember(at.place, readQwenMessage);
            const std::string_view status = textAt(outcome, "status");
            if (status == "error")
                m_log.setError(call,
                               {.type = std::string(textAt(outcome, "errorType")),
                                .message = shortened(textAt(outcome, "resultDisplay"), 300),
                                .isRetryable = {}});
            else if (status == "cancelled")
                m_log.setStatus(call, SpanStatus::Cancelled);
        }

        void addSystem(const RecordLine& line, const LogRecord& at)
        {
            const std::string_view subtype = textAt(line.object, "subtype");
            const auto payload = objectAt(line.object, "systemPayload");
            if (subtype == "custom_title" && payload) {
                m_title = shortened(textAt(*payload, "customTitle"), kMaxSessionTitle);
                passOver(at);
            } else if (subtype == "chat_compression") {
                m_log.closeAnswer();
                m_payloads.add(
                    m_log.addMoment(SpanKind::Compaction, "context compacted", subtype, at),
                    at.place,
                    readSystem);
                m_log.forget();
            } else if (subtype == "rewind" || subtype == "slash_command") {
                std::string name(subtype == "rewind" ? "rewound" : "command");
                if (payload && !textAt(*payload, "rawCommand").empty())
                    name = shortened(textAt(*payload, "rawCommand"));
                m_payloads.add(m_log.addMoment(SpanKind::StateChange, name, subtype, at),
                               at.place,
                               readSystem);
            } else {
                drop(line, at, subtype);
            }
        }

        std::string m_title;
        std::string m_lastUuid;
        std::unordered_map<std::string, AgentLog::Mark> m_marks; ///< after each line
    };

    std::unique_ptr<LogSteps> newQwenSteps(const LogSteps::Target& target)
    {
        return std::make_unique<QwenSteps>(target);
    }

} // namespace

bool QwenCodeImporter::sniff(const Sample& sample) const
{
    return anyRecord(sample, isQwenRecord);
}

Result<std::shared_ptr<const PayloadSource>>
QwenCodeImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readLogs(files, newQwenSteps, builder, job);
}

} // namespace tracestore
