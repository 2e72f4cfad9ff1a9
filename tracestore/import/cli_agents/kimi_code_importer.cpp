#include "tracestore/import/cli_agents/kimi_code_importer.h"

#include "tracestore/import/cli_agents/kimi_code_payloads.h"
#include "tracestore/import/reading/log_steps.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/import/reading/token_counts.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    using simdjson::dom::object;

    bool isKimiRecord(const object& record)
    {
        const std::string_view type = textAt(record, "type");
        if (type == "metadata")
            return record["protocol_version"].is_string() && record["created_at"].is_int64();
        if (type == "context.append_message")
            return objectAt(record, "message").has_value();
        if (type == "context.append_loop_event")
            return objectAt(record, "event").has_value();
        return type == "llm.request" && record["turnStep"].is_string();
    }

    /// Records of the program's own state: nothing that happened in the conversation.
    bool isBookkeeping(std::string_view type)
    {
        static constexpr std::array<std::string_view, 7> kFronts = {"metadata",
                                                                    "token_counting.",
                                                                    "permission.",
                                                                    "plugin.",
                                                                    "runtime.",
                                                                    "tools.",
                                                                    "usage."};
        return std::ranges::any_of(kFronts,
                                   [&](std::string_view front) { return type.starts_with(front); });
    }

    std::string textOf(const object& record, const char* key)
    {
        std::string text(textAt(record, key));
        if (const auto parts = arrayAt(record, key)) {
            for (const auto part : *parts) {
                const std::string_view more = textMemberOf(part, "text");
                text.append(text.empty() || more.empty() ? "" : "\n").append(more);
            }
        }
        return text;
    }

    class KimiSteps : public LogSteps
    {
    public:
        explicit KimiSteps(const Target& target)
            : LogSteps(target, {"Kimi Code", "Kimi"})
        { }

        void add(const RecordLine& line) override
        {
            const object& record = line.object;
            const LogRecord at {line.place, timeAt(record, "time")};
            const std::string_view type = textAt(record, "type");
            if (type == "turn.prompt")
                beginTurn(record, at);
            else if (type == "turn.steer")
                addSteering(record, at);
            else if (type == "turn.cancel")
                endTurn(SpanStatus::Cancelled, at);
            else if (type == "turn.ended")
                endTurn(statusOf(textAt(record, "reason")), at);
            else if (type == "llm.request")
                addRequest(record, at);
            else if (type == "context.append_loop_event")
                addEvent(line, at);
            else if (type.starts_with("context."))
                changeContext(line, at, type);
            else
                readSettings(line, at, type);
        }

    private:
        static SpanStatus statusOf(std::string_view reason)
        {
            if (reason == "completed")
                return SpanStatus::Ok;
            if (reason == "cancelled" || reason == "aborted" || reason == "interrupted")
                return SpanStatus::Cancelled;
            return reason == "failed" || reason == "error" ? SpanStatus::Error
                                                           : SpanStatus::Unknown;
        }

        /// What the model is sent of it follows as context.append_message.
        void beginTurn(const object& record, const LogRecord& at)
        {
            const std::string text = textOf(record, "input");
            m_request = {};
            m_log.beginTurn(shortened(text), at);
            if (session().title.empty())
                session().title = shortened(text, kMaxSessionTitle);
            addSteering(record, at);
        }

        void addSteering(const object& record, const LogRecord& at)
        {
            m_payloads.addOutput(m_log.addMoment(SpanKind::Message,
                                                 shortened(textOf(record, "input")),
                                                 textAt(record, "type"),
                                                 at),
                                 at.place,
                                 readKimiPrompt);
        }

        void endTurn(SpanStatus status, const LogRecord& at)
        {
            passOver(at);
            if (m_request.isValid() && status == SpanStatus::Cancelled) {
                m_log.setStatus(m_request, SpanStatus::Cancelled);
                m_log.grow(m_request, at.time);
            }
            m_request = {};
            m_log.endTurn(status, at.time);
        }

        /// Each attempt is a call of its own; the one before got no answer.
        void addRequest(const object& record, const LogRecord& at)
        {
            const SpanId failed = m_request;
            const bool isAgain = failed.isValid() && !textAt(record, "attempt").empty();
            m_log.closeAnswer();
            m_request = m_log.openAnswer({.model = textAt(record, "model"),
                                          .provider = textAt(record, "provider"),
                                          .responseId = {},
                                          .origId = {},
                                          .origKind = "llm.request"},
                                         at);
            m_log.setStart(m_request, at.time);
            m_log.setStatus(m_request, SpanStatus::Pending);
            m_payloads.add(m_request, at.place, readKimiRequest);
            if (m_tools)
                m_payloads.add(m_request, *m_tools, readKimiTools);
            if (!isAgain)
                return;
            m_log.setError(failed,
                           {.type = {},
                            .message = "No answer came; the program asked again.",
                            .isRetryable = true});
            m_builder.addLink({.from = m_request,
                               .to = failed,
                               .toTraceId = {},
                               .toOrigId = {},
                               .kind = LinkKind::RetryOf,
                               .attributesJson = {}});
        }

        SpanId answerFor(const LogRecord& at)
        {
            const SpanId answer = m_log.openAnswer({.model = m_model,
                                                    .provider = {},
                                                    .responseId = {},
                                                    .origId = {},
                                                    .origKind = "step"},
                                                   at);
            m_log.setStatus(answer, SpanStatus::Ok);
            m_request = {};
            return answer;
        }

        void addEvent(const RecordLine& line, const LogRecord& at)
        {
            const object event = objectAt(line.object, "event").value_or(line.object);
            const std::string_view type = textAt(event, "type");
            if (type == "content.part") {
                m_payloads.addOutput(answerFor(at), at.place, readKimiPart);
                m_log.remember(at.place, readKimiPart);
            } else if (type == "tool.call") {
                addCall(event, at);
            } else if (type == "tool.result") {
                addResult(event, at);
            } else if (type == "step.end") {
                endStep(event, at);
            } else if (type == "step.begin") {
                m_log.closeAnswer();
                passOver(at);
            } else {
                drop(line, at, type);
            }
        }

        void addCall(const object& event, const LogRecord& at)
        {
            m_payloads.addOutput(answerFor(at), at.place, readKimiCallPart);
            m_log.remember(at.place, readKimiCallPart);
            m_payloads.add(m_log.addCall({.callId = textAt(event, "toolCallId"),
                                          .name = textAt(event, "name"),
                                          .origId = {},
                                          .origKind = "tool.call"},
                                         at),
                           at.place,
                           readKimiCall);
        }

        void addResult(const object& event, const LogRecord& at)
        {
            const SpanId call = m_log.addResult({.callId = textAt(event, "toolCallId"),
                                                 .name = {},
                                                 .origId = {},
                                                 .origKind = "tool.result"},
                                                at);
            m_payloads.add(call, at.place, readKimiResult);
            m_log.remember(at.place, readKimiResultPart);
            const object result = objectAt(event, "result").value_or(event);
            if (isTrueAt(result, "isError"))
                m_log.setError(call,
                               {.type = {},
                                .message = shortened(textAt(result, "output"), 300),
                                .isRetryable = {}});
        }

        /// Results may stand in front of it: the answer is the last one, open or not.
        void endStep(const object& event, const LogRecord& at)
        {
            const SpanId answer = m_log.lastAnswer();
            if (!answer.isValid())
                return passOver(at);
            m_payloads.addRaw(answer, at.place);
            m_payloads.add(answer, at.place, readKimiStepEnd);
            if (const auto usage = objectAt(event, "usage")) {
                if (const auto counts
                    = usageOf({.input = numberAt(*usage, "inputOther"),
                               .cacheRead = numberAt(*usage, "inputCacheRead"),
                               .cacheWrite = numberAt(*usage, "inputCacheCreation"),
                               .output = numberAt(*usage, "output"),
                               .reasoning = {},
                               .total = {},
                               .isInputWithCache = false,
                               .isOutputWithReasoning = true}))
                    m_builder.setUsage(answer, *counts);
            }
            m_log.closeAnswer();
        }

        void changeContext(const RecordLine& line, const LogRecord& at, std::string_view type)
        {
            m_log.closeAnswer();
            if (type == "context.append_message") {
                m_log.remember(at.place, readKimiAppended);
                return passOver(at);
            }
            if (type == "context.apply_compaction") {
                m_payloads.addOutput(
                    m_log.addMoment(SpanKind::Compaction, "context compacted", type, at),
                    at.place,
                    readKimiSummary);
                forget();
                return m_log.remember(at.place, readKimiSummary);
            }
            if (type == "context.clear") {
                m_log.addMoment(SpanKind::StateChange, "context cleared", type, at);
                return forget();
            }
            drop(line, at, type);
        }

        void forget()
        {
            m_log.forget();
            if (m_systemPrompt)
                m_log.remember(*m_systemPrompt, readKimiSystemPrompt);
        }

        void readSettings(const RecordLine& line, const LogRecord& at, std::string_view type)
        {
            const object& record = line.object;
            if (type == "llm.tools_snapshot")
                m_tools = at.place;
            else if (type == "config.update" || type == "profile.bind")
                readConfig(record, at);
            else if (!isBookkeeping(type))
                return drop(line, at, type);
            passOver(at);
        }

        void readConfig(const object& record, const LogRecord& at)
        {
            if (const std::string_view model = textAt(record, "modelAlias"); !model.empty())
                m_model = model;
            if (const auto place = objectAt(record, "environmentDisclosure"))
                session().cwd = textAt(*place, "cwd");
            if (textAt(record, "systemPrompt").empty() || m_systemPrompt)
                return;
            m_systemPrompt = at.place;
            m_log.remember(at.place, readKimiSystemPrompt);
        }

        std::string m_model;
        SpanId m_request; ///< that has no answer yet
        std::optional<RawRef> m_tools;
        std::optional<RawRef> m_systemPrompt;
    };

    std::unique_ptr<LogSteps> newKimiSteps(const LogSteps::Target& target)
    {
        return std::make_unique<KimiSteps>(target);
    }

} // namespace

bool KimiCodeImporter::sniff(const Sample& sample) const
{
    return anyRecord(sample, isKimiRecord);
}

Result<std::shared_ptr<const PayloadSource>>
KimiCodeImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readLogs(files, newKimiSteps, builder, job);
}

} // namespace tracestore
