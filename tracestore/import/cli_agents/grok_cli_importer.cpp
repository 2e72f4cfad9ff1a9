#include "tracestore/import/cli_agents/grok_cli_importer.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/json_places.h"
#include "tracestore/import/reading/log_steps.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;
    using simdjson::dom::object;

    bool isGrokRecord(const object& record)
    {
        const std::string_view type = textAt(record, "type");
        if (type == "assistant")
            return record["model_id"].is_string() && record["content"].is_string();
        if (type == "backend_tool_call")
            return objectAt(record, "kind").has_value();
        return type == "user" && arrayAt(record, "content")
            && (!record["prompt_index"].error() || !record["synthetic_reason"].error());
    }

    std::string grokTextOf(const object& record)
    {
        std::string text(textAt(record, "content"));
        if (const auto parts = arrayAt(record, "content")) {
            for (const auto part : *parts) {
                const std::string_view more = textMemberOf(part, "text");
                text.append(text.empty() || more.empty() ? "" : "\n").append(more);
            }
        }
        return text;
    }

    /// What the model gave before a tool answered is one message.
    Result<void> readGrokMessage(const json& record, std::vector<Message>& to)
    {
        for (Message& message : messagesOf(record, Role::User)) {
            const bool goesOn = message.role == Role::Assistant && !to.empty()
                && to.back().role == Role::Assistant;
            if (goesOn)
                std::ranges::move(message.parts, std::back_inserter(to.back().parts));
            else
                to.push_back(std::move(message));
        }
        return {};
    }

    Result<void> readToolMessage(const json& record, std::vector<Message>& to)
    {
        Message message {.role = Role::Tool};
        message.parts.emplace_back(ToolResultPart {.callId = plainTextOf(record, {"tool_call_id"}),
                                                   .content = plainTextOf(record, {"content"})});
        to.push_back(std::move(message));
        return {};
    }

    Result<void> readAnswerDetails(const json& record, SpanDetail& to)
    {
        if (const json* effort = memberOf(record, "reasoning_effort"))
            to.parameters.push_back({"reasoning_effort", toJsonText(*effort)});
        if (const json* print = memberOf(record, "model_fingerprint"))
            to.attributes.push_back({"model_fingerprint", toJsonText(*print)});
        return {};
    }

    Result<void> readGrokCall(const json& call, SpanDetail& to)
    {
        to.toolArguments = plainTextOf(call, {"arguments"});
        return {};
    }

    Result<void> readBackendCall(const json& record, SpanDetail& to)
    {
        const json* kind = memberOf(record, "kind");
        if (kind == nullptr)
            return {};
        to.toolArguments = plainTextOf(*kind, {"action"});
        return readAttributes(*kind, to);
    }

    Result<void> readGrokResult(const json& record, SpanDetail& to)
    {
        const json* content = memberOf(record, "content");
        return content == nullptr ? Result<void>() : readToolResult(*content, to);
    }

    class GrokSteps : public LogSteps
    {
    public:
        explicit GrokSteps(const Target& target)
            : LogSteps(target, {"Grok CLI", "Grok"})
        { }

        void add(const RecordLine& line) override
        {
            const LogRecord at {line.place, timeAt(line.object, "timestamp")};
            const std::string_view type = textAt(line.object, "type");
            if (type == "user")
                addUser(line.object, at);
            else if (type == "system")
                addGiven(at);
            else if (type == "reasoning")
                addToAnswer(line.object, at);
            else if (type == "assistant")
                addAnswer(line, at);
            else if (type == "tool_result")
                addResult(line.object, at);
            else if (type == "backend_tool_call")
                addBackendCall(line.object, at);
            else
                drop(line, at, type);
        }

    private:
        void addGiven(const LogRecord& at)
        {
            m_log.closeAnswer();
            m_log.remember(at.place, readGrokMessage);
            passOver(at);
        }

        void addUser(const object& record, const LogRecord& at)
        {
            if (!textAt(record, "synthetic_reason").empty())
                return addGiven(at);
            if (!textAt(record, "prior_turn_interrupt").empty())
                m_log.endTurn(SpanStatus::Cancelled);
            addPrompt(grokTextOf(record), "user", at, readGrokMessage);
        }

        SpanId addToAnswer(const object& record, const LogRecord& at)
        {
            const SpanId answer = m_log.openAnswer({.model = textAt(record, "model_id"),
                                                    .provider = "xai",
                                                    .responseId = {},
                                                    .origId = textAt(record, "id"),
                                                    .origKind = textAt(record, "type")},
                                                   at);
            m_log.setModel(answer, textAt(record, "model_id"));
            m_payloads.addOutput(answer, at.place, readGrokMessage);
            m_log.remember(at.place, readGrokMessage);
            return answer;
        }

        void addAnswer(const RecordLine& line, const LogRecord& at)
        {
            m_payloads.add(addToAnswer(line.object, at), at.place, readAnswerDetails);
            const auto places = elementPlaces(line.place, line.text, {"tool_calls"});
            const auto calls = arrayAt(line.object, "tool_calls");
            std::size_t i = 0;
            for (const RawRef& place : places) {
                object call;
                if (calls && calls->at(i++).get(call) == simdjson::SUCCESS)
                    m_payloads.add(m_log.addCall({.callId = textAt(call, "id"),
                                                  .name = textAt(call, "name"),
                                                  .origId = {},
                                                  .origKind = "tool_call"},
                                                 {place, at.time}),
                                   place,
                                   readGrokCall);
            }
            m_log.closeAnswer();
        }

        /// The provider runs these tools itself, before it answers.
        void addBackendCall(const object& record, const LogRecord& at)
        {
            const auto kind = objectAt(record, "kind");
            if (!kind)
                return passOver(at);
            m_log.openAnswer({.model = {},
                              .provider = "xai",
                              .responseId = {},
                              .origId = {},
                              .origKind = "backend_tool_call"},
                             at);
            const SpanId call = m_log.addCall({.callId = textAt(*kind, "id"),
                                               .name = textAt(*kind, "tool_type"),
                                               .origId = {},
                                               .origKind = "backend_tool_call"},
                                              at);
            m_payloads.add(call, at.place, readBackendCall);
            const std::string_view status = textAt(*kind, "status");
            m_log.setStatus(call,
                            status == "completed"    ? SpanStatus::Ok
                                : status == "failed" ? SpanStatus::Error
                                                     : SpanStatus::Unknown);
        }

        void addResult(const object& record, const LogRecord& at)
        {
            const SpanId call = m_log.addResult({.callId = textAt(record, "tool_call_id"),
                                                 .name = {},
                                                 .origId = {},
                                                 .origKind = "tool_result"},
                                                at);
            m_payloads.add(call, at.place, readGrokResult);
            m_log.remember(at.place, readToolMessage);
        }
    };

    std::unique_ptr<LogSteps> newGrokSteps(const LogSteps::Target& target)
    {
        return std::make_unique<GrokSteps>(target);
    }

} // namespace

bool GrokCliImporter::sniff(const Sample& sample) const
{
    return anyRecord(sample, isGrokRecord);
}

Result<std::shared_ptr<const PayloadSource>>
GrokCliImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readLogs(files, newGrokSteps, builder, job);
}

} // namespace tracestore
