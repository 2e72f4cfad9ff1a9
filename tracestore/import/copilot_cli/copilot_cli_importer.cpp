#include "tracestore/import/copilot_cli/copilot_cli_importer.h"

#include "tracestore/import/copilot_cli/copilot_payloads.h"
#include "tracestore/import/reading/json_places.h"
#include "tracestore/import/reading/log_steps.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/import/reading/token_counts.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>

namespace tracestore {
namespace {

    using simdjson::dom::object;

    bool isCopilotRecord(const object& record)
    {
        static constexpr std::array<std::string_view, 7> kFronts
            = {"session.", "user.", "assistant.", "tool.", "subagent.", "hook.", "system."};
        const std::string_view type = textAt(record, "type");
        return std::ranges::any_of(kFronts,
                                   [&](std::string_view front) { return type.starts_with(front); })
            && objectAt(record, "data") && record["id"].is_string() && !record["parentId"].error();
    }

    /// An agent that a call started; its records name the call.
    struct Lane
    {
        std::unique_ptr<AgentLog> log;
        std::string lastMessage; ///< the id of the answer that is open
    };

    class CopilotSteps : public LogSteps
    {
    public:
        explicit CopilotSteps(const Target& target)
            : LogSteps(target, {"GitHub Copilot CLI", "Copilot"})
        { }

        void add(const RecordLine& line) override
        {
            const LogRecord at {line.place, timeAt(line.object, "timestamp")};
            const std::string_view type = textAt(line.object, "type");
            const auto data = objectAt(line.object, "data");
            if (!data)
                return drop(line, at, type);
            if (type == "user.message")
                addUser(*data, at);
            else if (type == "assistant.message")
                addAnswer(*data, line, at);
            else if (type == "assistant.reasoning")
                addReasoning(*data, at);
            else if (type == "tool.execution_start")
                addStart(*data, at);
            else if (type == "tool.execution_complete")
                addResult(*data, at);
            else if (type == "abort")
                addAbort(*data, at);
            else if (type.starts_with("subagent."))
                readSubAgent(*data, line, at, type);
            else if (type.starts_with("session."))
                readSession(*data, line, at, type);
            else
                readOther(*data, line, at, type);
        }

        void finish() override
        {
            for (auto& [call, lane] : m_lanes)
                lane.log->finish();
            if (m_tokens)
                m_builder.setUsage(m_log.root(), *m_tokens);
            LogSteps::finish();
        }

    private:
        /// The log of the agent to which a record belongs.
        AgentLog& logOf(const object& data)
        {
            const std::string call(textAt(data, "parentToolCallId"));
            return call.empty() ? m_log : laneOf(call, {}, {});
        }

        AgentLog& laneOf(const std::string& call, std::string_view name, const LogRecord& at)
        {
            Lane& lane = m_lanes[call];
            if (lane.log == nullptr) {
                const auto started = m_calls.find(call);
                AgentLog::Agent agent;
                agent.session = m_session;
                agent.name = name.empty() ? "sub-agent" : shortened(name);
                agent.role = "sub-agent";
                agent.origId = call;
                agent.parent = started == m_calls.end() ? m_log.container() : started->second;
                agent.isParentImplied = started == m_calls.end();
                if (at.place.length > 0)
                    agent.place = at.place;
                lane.log = std::make_unique<AgentLog>(m_builder, m_payloads, agent);
                if (started != m_calls.end())
                    m_builder.addLink({.from = started->second,
                                       .to = lane.log->root(),
                                       .toTraceId = {},
                                       .toOrigId = {},
                                       .kind = LinkKind::SpawnedAgent,
                                       .attributesJson = {}});
            }
            return *lane.log;
        }

        void addUser(const object& data, const LogRecord& at)
        {
            m_openMessage.clear();
            const std::string_view text = textAt(data, "content");
            addPrompt(text, "user.message", at, readCopilotUser);
        }

        void addAnswer(const object& data, const RecordLine& line, const LogRecord& at)
        {
            AgentLog& log = logOf(data);
            const std::string message(textAt(data, "messageId"));
            // A long answer comes in pieces that have one id.
            if (!m_openMessage.empty() && message != m_openMessage)
                log.closeAnswer();
            m_openMessage = message.empty() ? "nameless" : message;
            const std::string_view model = textAt(data, "model");
            const SpanId answer = log.openAnswer({.model = model.empty() ? m_model : model,
                                                  .provider = {},
                                                  .responseId = textAt(data, "apiCallId"),
                                                  .origId = message,
                                                  .origKind = "assistant.message"},
                                                 at);
            m_log.setModel(answer, model);
            m_payloads.addOutput(answer, at.place, readCopilotAnswer);
            m_payloads.add(answer, at.place, readCopilotAttributes);
            log.remember(at.place, readCopilotAnswer);
            if (const auto usage = usageOf({.input = {},
                                            .cacheRead = {},
                                            .cacheWrite = {},
                                            .output = numberAt(data, "outputTokens"),
                                            .reasoning = {},
                                            .total = {},
                                            .isInputWithCache = false,
                                            .isOutputWithReasoning = true})) {
                m_builder.setUsage(answer, *usage);
            }
            addRequests(log, data, line, at);
        }

        void
        addRequests(AgentLog& log, const object& data, const RecordLine& line, const LogRecord& at)
        {
            const auto requests = arrayAt(data, "toolRequests");
            const auto places = elementPlaces(line.place, line.text, {"data", "toolRequests"});
            std::size_t i = 0;
            for (const RawRef& place : places) {
                object request;
                if (!requests || requests->at(i++).get(request) != simdjson::SUCCESS)
                    continue;
                const std::string_view id = textAt(request, "toolCallId");
                const SpanId call = log.addCall({.callId = id,
                                                 .name = textAt(request, "name"),
                                                 .origId = id,
                                                 .origKind = "toolRequest"},
                                                {place, at.time});
                m_payloads.add(call, place, readCopilotRequest);
                m_calls[std::string(id)] = call;
            }
        }

        /// It comes in front of the answer, whose text it explains.
        void addReasoning(const object& data, const LogRecord& at)
        {
            AgentLog& log = logOf(data);
            if (!m_openMessage.empty())
                log.closeAnswer();
            m_openMessage.clear();
            const SpanId answer = log.openAnswer({.model = m_model,
                                                  .provider = {},
                                                  .responseId = {},
                                                  .origId = textAt(data, "reasoningId"),
                                                  .origKind = "assistant.reasoning"},
                                                 at);
            m_payloads.addOutput(answer, at.place, readCopilotReasoning);
            log.remember(at.place, readCopilotReasoning);
        }

        void addStart(const object& data, const LogRecord& at)
        {
            AgentLog& log = logOf(data);
            const std::string id(textAt(data, "toolCallId"));
            SpanId call = log.findCall(id);
            log.closeAnswer();
            if (call.isValid() && m_begun.insert(call.value).second) {
                log.setStart(call, at.time);
                m_payloads.addRaw(call, at.place);
            } else {
                call = log.addCall({.callId = id,
                                    .name = textAt(data, "toolName"),
                                    .origId = id,
                                    .origKind = "tool.execution_start"},
                                   at);
                m_begun.insert(call.value);
                m_calls[id] = call;
            }
            m_payloads.add(call, at.place, readCopilotStart);
        }

        void addResult(const object& data, const LogRecord& at)
        {
            AgentLog& log = logOf(data);
            const std::string_view id = textAt(data, "toolCallId");
            const SpanId call = log.addResult(
                {.callId = id, .name = {}, .origId = id, .origKind = "tool.execution_complete"},
                at);
            m_payloads.add(call, at.place, readCopilotResult);
            log.remember(at.place, readCopilotResultMessage);
            bool isSuccess = true;
            if (data["success"].get(isSuccess) || isSuccess)
                return;
            const object error = objectAt(data, "error").value_or(data);
            std::string message(textAt(error, "message"));
            if (const auto result = objectAt(data, "result"); result && message.empty())
                message = textAt(*result, "content");
            log.setError(call,
                         {.type = std::string(textAt(error, "code")),
                          .message = shortened(message, 300),
                          .isRetryable = {}});
        }

        void addAbort(const object& data, const LogRecord& at)
        {
            m_log.closeAnswer();
            m_payloads.add(
                m_log.addMoment(SpanKind::Event,
                                shortened("aborted: " + std::string(textAt(data, "reason"))),
                                "abort",
                                at),
                at.place,
                readCopilotAttributes);
            m_log.endTurn(SpanStatus::Cancelled, at.time);
        }

        void readSubAgent(const object& data,
                          const RecordLine& line,
                          const LogRecord& at,
                          std::string_view type)
        {
            const std::string call(textAt(data, "toolCallId"));
            AgentLog& log = laneOf(call, textAt(data, "agentName"), at);
            m_payloads.add(log.root(), at.place, readCopilotAttributes);
            log.addRecord(log.root(), at);
            if (type == "subagent.completed")
                log.setStatus(log.root(), SpanStatus::Ok);
            else if (type == "subagent.failed")
                log.setError(log.root(),
                             {.type = {},
                              .message = shortened(textAt(data, "error"), 300),
                              .isRetryable = {}});
            else if (type != "subagent.started" && type != "subagent.selected")
                drop(line, at, type);
        }

        void readSession(const object& data,
                         const RecordLine& line,
                         const LogRecord& at,
                         std::string_view type)
        {
            if (type == "session.start" || type == "session.resume")
                readStart(data, at);
            else if (type == "session.model_change")
                m_model = textAt(data, "newModel");
            else if (type == "session.shutdown")
                addTokens(data);
            else if (type == "session.error")
                return addError(data, at);
            else if (type == "session.truncation" || type == "session.compaction_complete")
                return addMoment(SpanKind::Compaction, "context truncated", type, at);
            else if (type == "session.info" || type == "session.warning")
                return addMoment(SpanKind::Event, shortened(textAt(data, "message")), type, at);
            else if (type != "session.auto_mode_resolved" && type != "session.usage_checkpoint")
                return drop(line, at, type);
            m_payloads.add(m_log.root(), at.place, readCopilotAttributes);
            passOver(at);
        }

        void readStart(const object& data, const LogRecord& at)
        {
            Session& to = session();
            if (const std::string_view id = textAt(data, "sessionId"); !id.empty())
                to.key = id;
            if (const std::string_view version = textAt(data, "copilotVersion"); !version.empty())
                to.producerVersion = version;
            if (const std::string_view model = textAt(data, "selectedModel"); !model.empty())
                m_model = model;
            if (const auto context = objectAt(data, "context"); context && to.cwd.empty()) {
                to.cwd = textAt(*context, "cwd");
                to.repositoryBranch = textAt(*context, "branch");
                to.repositoryCommit = textAt(*context, "headCommit");
            }
            if (!to.started)
                to.started = timeAt(data, "startTime") ? timeAt(data, "startTime") : at.time;
        }

        /// Answers tell of their output only; what went in is told of the whole session.
        void addTokens(const object& data)
        {
            const auto details = objectAt(data, "tokenDetails");
            if (!details)
                return;
            const auto countOf = [&](const char* key) -> std::optional<std::int64_t> {
                const auto bucket = objectAt(*details, key);
                return bucket ? numberAt(*bucket, "tokenCount") : std::nullopt;
            };
            const auto usage = usageOf({.input = countOf("input"),
                                        .cacheRead = countOf("cache_read"),
                                        .cacheWrite = countOf("cache_write"),
                                        .output = {},
                                        .reasoning = {},
                                        .total = {},
                                        .isInputWithCache = false,
                                        .isOutputWithReasoning = true});
            if (!usage)
                return;
            const TokenUsage before = m_tokens.value_or(TokenUsage {});
            m_tokens = *usage;
            m_tokens->state = UsageState::Aggregated;
            // A session that was taken up again ends more than once.
            if (before.input && m_tokens->input)
                *m_tokens->input += *before.input;
            if (before.cacheRead && m_tokens->cacheRead)
                *m_tokens->cacheRead += *before.cacheRead;
            if (before.cacheWrite && m_tokens->cacheWrite)
                *m_tokens->cacheWrite += *before.cacheWrite;
        }

        void addError(const object& data, const LogRecord& at)
        {
            m_log.closeAnswer();
            const SpanId step = m_log.addError({.type = std::string(textAt(data, "errorType")),
                                                .message = shortened(textAt(data, "message"), 2000),
                                                .isRetryable = {}},
                                               "session.error",
                                               at);
            m_payloads.add(step, at.place, readCopilotError);
        }

        void
        addMoment(SpanKind kind, std::string_view name, std::string_view type, const LogRecord& at)
        {
            m_payloads.add(m_log.addMoment(kind, name, type, at), at.place, readCopilotAttributes);
        }

        void readOther(const object& data,
                       const RecordLine& line,
                       const LogRecord& at,
                       std::string_view type)
        {
            if (type == "system.message") {
                m_log.remember(at.place, readCopilotSystem);
                passOver(at);
            } else if (type == "system.notification") {
                addMoment(SpanKind::Event, shortened(textAt(data, "content")), type, at);
            } else if (type == "hook.start") {
                addHook(data, at);
            } else if (type == "hook.end") {
                endHook(data, at);
            } else if (type == "assistant.turn_start" || type == "assistant.turn_end") {
                m_log.closeAnswer();
                m_log.waitFrom(at.time);
                passOver(at);
            } else {
                drop(line, at, type);
            }
        }

        void addHook(const object& data, const LogRecord& at)
        {
            const std::string name = "hook " + std::string(textAt(data, "hookType"));
            const SpanId step
                = m_log.addMoment(SpanKind::Guardrail, shortened(name), "hook.start", at);
            m_payloads.add(step, at.place, readCopilotAttributes);
            m_hooks[std::string(textAt(data, "hookInvocationId"))] = step;
        }

        void endHook(const object& data, const LogRecord& at)
        {
            const auto hook = m_hooks.find(std::string(textAt(data, "hookInvocationId")));
            if (hook == m_hooks.end())
                return passOver(at);
            m_log.addRecord(hook->second, at);
            bool isSuccess = true;
            if (!data["success"].get(isSuccess))
                m_log.setStatus(hook->second, isSuccess ? SpanStatus::Ok : SpanStatus::Error);
        }

        std::string m_model;
        std::string m_openMessage;
        std::optional<TokenUsage> m_tokens;
        std::unordered_map<std::string, SpanId> m_calls; ///< of all agents, by id
        std::unordered_set<std::uint32_t> m_begun; ///< calls of which a start was told
        std::unordered_map<std::string, SpanId> m_hooks;
        std::map<std::string, Lane> m_lanes; ///< by the call that started the agent
    };

    std::unique_ptr<LogSteps> newSteps(const LogSteps::Target& target)
    {
        return std::make_unique<CopilotSteps>(target);
    }

} // namespace

bool CopilotCliImporter::sniff(const Sample& sample) const
{
    return anyRecord(sample, isCopilotRecord);
}

Result<std::shared_ptr<const PayloadSource>> CopilotCliImporter::read(
    const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readLogs(files, newSteps, builder, job);
}

} // namespace tracestore
