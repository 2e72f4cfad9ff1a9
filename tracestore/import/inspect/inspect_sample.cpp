#include "tracestore/import/inspect/inspect_sample.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/chat/chat_thread.h"
#include "tracestore/import/inspect/inspect_events.h"
#include "tracestore/import/inspect/inspect_facts.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/short_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::size_t kMaxAttribute = std::size_t {64} << 10U;
    constexpr std::size_t kMaxSampleMessage = 300;

    Result<void> readStack(const json& piece, SpanDetail& to)
    {
        to.errorStack = plainTextOf(piece, {"traceback"});
        return {};
    }

    class SampleReading
    {
    public:
        SampleReading(const InspectLog& log, const PlacedJson& sample)
            : m_log(log)
            , m_record(recordOf(sample, {"events", "messages", "message_pool", "error_retries"}))
        { }

        void run()
        {
            m_session = m_log.builder.addSession({});
            addRoot();
            addAttachments();
            const std::vector<PlacedJson>* events = eventsOf();
            if (events == nullptr || !addEvents(*events))
                addMessages();
            addErrors();
            describe();
        }

    private:
        /// The root has everything that is not read apart as its raw records.
        void addRoot()
        {
            constexpr std::array<std::string_view, 4> kApart {
                "attachments", "events_data", "transcript", "output"};
            SpanRecord root {.session = m_session,
                             .kind = SpanKind::Session,
                             .agent = m_log.agent,
                             .start = parseIsoTimestamp(m_record.text("started_at")),
                             .end = parseIsoTimestamp(m_record.text("completed_at"))};
            root.timeSource = root.start ? TimeSource::Exact : TimeSource::Unknown;
            for (const JsonRecord::Member& member : m_record.members) {
                if (std::ranges::find(kApart, member.key) == kApart.end())
                    root.raw.push_back(member.place);
            }
            root.raw.insert(root.raw.end(), m_log.headerPlaces.begin(), m_log.headerPlaces.end());
            m_root = m_log.builder.addSpan(root);
            for (const RawRef& raw : root.raw)
                m_log.payloads.steps().addRaw(m_root, raw);
            if (const PlacedJson* input = m_record.find("input"))
                m_log.payloads.steps().addInput(m_root, input->place, readMessages);
            if (const PlacedJson* output = m_record.find("output"))
                m_log.payloads.steps().addOutput(m_root, output->place, readMessages);
        }

        void addAttachments()
        {
            const PlacedJson* attachments = m_record.find("attachments");
            if (attachments == nullptr) {
                if (const PlacedJson* transcript = m_record.find("transcript")) {
                    m_transcript = recordOf(*transcript, {"events"});
                    attachments = m_transcript.find("content");
                }
            }
            m_log.payloads.addSample(
                m_root, attachments == nullptr ? JsonRecord() : recordOf(*attachments));
        }

        const std::vector<PlacedJson>* eventsOf() const
        {
            const std::vector<PlacedJson>* events = m_record.list("events");
            return events != nullptr && !events->empty() ? events : m_transcript.list("events");
        }

        /// The messages that events refer to by number.
        std::vector<PlacedJson> poolOf() const
        {
            if (const std::vector<PlacedJson>* pool = m_record.list("message_pool"))
                return *pool;
            const PlacedJson* data = m_record.find("events_data");
            const JsonRecord record
                = data == nullptr ? JsonRecord() : recordOf(*data, {"messages"});
            const std::vector<PlacedJson>* messages = record.list("messages");
            return messages == nullptr ? std::vector<PlacedJson>() : *messages;
        }

        bool addEvents(const std::vector<PlacedJson>& events)
        {
            const std::vector<PlacedJson> messages = poolOf();
            StepPayloads& steps = m_log.payloads.steps();
            const std::uint32_t pool = steps.addHistory();
            for (const PlacedJson& message : messages)
                steps.addToHistory(pool, message.place, readMessages);
            InspectEvents reading(m_log.builder,
                                  m_log.payloads,
                                  {.session = m_session,
                                   .root = m_root,
                                   .key = std::to_string(m_session.value),
                                   .pool = pool,
                                   .messages = &messages});
            reading.add(events);
            reading.finish();
            m_hasErrorEvent = reading.hasError();
            return reading.hasSteps();
        }

        /// Logs that keep no events still have the conversation.
        void addMessages()
        {
            const std::vector<PlacedJson>* messages = m_record.list("messages");
            if (messages == nullptr)
                return;
            const InspectModel model = inspectModelOf(m_log.header.model);
            ChatThread thread(m_log.builder, m_log.payloads.steps(), m_session, m_root);
            for (const PlacedJson& source : *messages) {
                const auto message = chatMessageOf(source);
                if (!message)
                    continue;
                thread.addMessage(*message,
                                  {.requestedModel = model.name, .provider = model.provider});
                m_log.builder.report().addMapped();
            }
            if (thread.lastAnswer().isValid())
                addUsageOfOneCall(thread, *messages);
            reportGuessedErrors(thread, m_log.builder.report());
        }

        /// Of a single call the output of the sample is that of the call.
        void addUsageOfOneCall(const ChatThread& thread, const std::vector<PlacedJson>& messages)
        {
            const PlacedJson* output = m_record.find("output");
            const JsonRecord record = output == nullptr ? JsonRecord() : recordOf(*output);
            const PlacedJson* usage = record.find("usage");
            const auto answers = std::ranges::count_if(messages, [](const PlacedJson& source) {
                return recordOf(source).text("role") == "assistant";
            });
            if (usage == nullptr || answers != 1)
                return;
            const std::string provider = inspectModelOf(m_log.header.model).provider;
            if (const auto counts = inspectUsageOf(recordOf(*usage), provider))
                m_log.builder.setUsage(thread.lastAnswer(), *counts);
        }

        void addError(const PlacedJson& source, std::string_view name)
        {
            const JsonRecord error = recordOf(source);
            const SpanId span = m_log.builder.addSpan(
                {.session = m_session,
                 .kind = SpanKind::Error,
                 .name = name,
                 .parent = m_root,
                 .isParentImplied = true,
                 .status = SpanStatus::Error,
                 .error
                 = SpanError {.message = shortened(error.text("message"), kMaxSampleMessage)},
                 .raw = {source.place}});
            m_log.payloads.steps().add(span, source.place, readStack);
            m_log.payloads.steps().addRaw(span, source.place);
        }

        /// What made Inspect run the sample again, and what ended it.
        void addErrors()
        {
            if (const std::vector<PlacedJson>* retries = m_record.list("error_retries")) {
                for (const PlacedJson& retry : *retries)
                    addError(retry, "failed and run again");
            }
            const PlacedJson* error = m_record.find("error");
            if (error == nullptr || error->text == "null")
                return;
            if (!m_hasErrorEvent)
                addError(*error, "sample failed");
            m_failure = recordOf(*error).text("message");
        }

        void describe()
        {
            Session& session = m_log.builder.session(m_session);
            const std::string id = m_record.text("id");
            const std::string epoch = m_record.text("epoch");
            session.key = m_record.text("uuid");
            if (session.key.empty())
                session.key = id + "_epoch_" + epoch;
            session.title = titleOf(id, epoch);
            session.producerName = "inspect_ai";
            session.producerVersion = m_log.header.version;
            session.repositoryCommit = m_log.header.commit;
            session.started = parseIsoTimestamp(m_record.text("started_at"));
            session.ended = parseIsoTimestamp(m_record.text("completed_at"));
            session.attributesJson = attributesOf();
            judge(session);
            SpanColumns& columns = m_log.builder.columns();
            columns.name.set(m_root.index(), m_log.builder.intern(session.title));
            columns.status.set(m_root.index(), session.outcome);
        }

        [[nodiscard]] std::string titleOf(const std::string& id, const std::string& epoch) const
        {
            std::string title = "Sample " + id;
            if (m_log.header.epochs.value_or(1) > 1 && !epoch.empty())
                title += ", epoch " + epoch;
            const PlacedJson* input = m_record.find("input");
            const auto value
                = input == nullptr ? fail(ErrorCode::NotFound, {}) : parseJson(input->text);
            if (!value)
                return shortened(title, kMaxSessionTitle);
            const std::vector<Message> messages = messagesOf(*value, Role::User);
            const auto asked = std::ranges::find(messages, Role::User, &Message::role);
            const std::string text = asked == messages.end()
                ? std::string()
                : shortened(plainText(*asked), kMaxSessionTitle);
            return shortened(title + (text.empty() ? "" : ": ") + text, kMaxSessionTitle);
        }

        void judge(Session& session)
        {
            if (const PlacedJson* scores = m_record.find("scores")) {
                InspectVerdict verdict = inspectVerdictOf(*scores);
                session.scores = std::move(verdict.scores);
                session.outcome = verdict.outcome;
            }
            const PlacedJson* limit = m_record.find("limit");
            std::string message;
            if (!m_failure.empty())
                message = shortened(m_failure, kMaxSampleMessage);
            else if (limit != nullptr && limit->text != "null")
                message = "The sample was stopped at its limit of " + recordOf(*limit).text("type")
                    + " (" + recordOf(*limit).text("limit") + ").";
            if (!m_failure.empty() || (!message.empty() && session.outcome == SpanStatus::Unknown))
                session.outcome = SpanStatus::Error;
            if (message.empty() && session.outcome == SpanStatus::Error)
                message = "The answer was scored as wrong.";
            if (!message.empty())
                m_log.builder.setError(m_root, {.message = message});
        }

        [[nodiscard]] std::string attributesOf() const
        {
            constexpr std::array<std::string_view, 10> kTold {"input",
                                                              "output",
                                                              "scores",
                                                              "attachments",
                                                              "transcript",
                                                              "events_data",
                                                              "error",
                                                              "uuid",
                                                              "started_at",
                                                              "completed_at"};
            json attributes = json::object();
            attributes["task"] = m_log.header.task;
            attributes["model"] = m_log.header.model;
            attributes["eval_id"] = m_log.header.evalId;
            attributes["run_id"] = m_log.header.runId;
            for (const JsonRecord::Member& member : m_record.members) {
                if (std::ranges::find(kTold, member.key) != kTold.end()
                    || member.value.text.size() > kMaxAttribute || member.value.text == "null")
                    continue;
                if (const auto value = parseJson(member.value.text))
                    attributes[std::string(member.key)] = *value;
            }
            return toJsonText(attributes);
        }

        const InspectLog& m_log;
        JsonRecord m_record;
        JsonRecord m_transcript; ///< of logs of 2024, where the events stood within
        SessionId m_session;
        SpanId m_root;
        std::string m_failure;
        bool m_hasErrorEvent = false;
    };

} // namespace

void addInspectSample(const InspectLog& log, const PlacedJson& source)
{
    SampleReading(log, source).run();
}

} // namespace tracestore
