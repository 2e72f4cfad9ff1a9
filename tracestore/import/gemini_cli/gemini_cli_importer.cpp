#include "tracestore/import/gemini_cli/gemini_cli_importer.h"

#include "tracestore/import/gemini_cli/gemini_chat.h"
#include "tracestore/import/gemini_cli/gemini_payloads.h"
#include "tracestore/import/reading/agent_log.h"
#include "tracestore/import/reading/json_places.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/record_lines.h"
#include "tracestore/import/reading/report_batch.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/import/reading/token_counts.h"

#include <algorithm>
#include <map>

namespace tracestore {
namespace {

    using simdjson::dom::object;

    /// Input holds what came from the cache, output leaves out thoughts, and what tools put into a
    /// prompt is counted beside it.
    std::optional<TokenUsage> usageOf(const object& message)
    {
        const auto tokens = objectAt(message, "tokens");
        if (!tokens)
            return std::nullopt;
        auto input = numberAt(*tokens, "input");
        if (const auto ofTools = numberAt(*tokens, "tool"); input && ofTools && *ofTools > 0)
            input = *input + *ofTools;
        return tracestore::usageOf({.input = input,
                                    .cacheRead = numberAt(*tokens, "cached"),
                                    .cacheWrite = {},
                                    .output = numberAt(*tokens, "output"),
                                    .reasoning = numberAt(*tokens, "thoughts"),
                                    .total = numberAt(*tokens, "total"),
                                    .isInputWithCache = true,
                                    .isOutputWithReasoning = false});
    }

    /// A call that started an agent, and the session of that agent.
    struct Started
    {
        SpanId call;
        std::string session;
    };

    /// Makes steps of the messages of a chat.
    class ChatSteps
    {
    public:
        ChatSteps(const GeminiChat& chat,
                  const LoadedFiles& files,
                  AgentLog& log,
                  TraceBuilder& builder,
                  StepPayloads& payloads,
                  std::vector<Started>& started)
            : m_chat(chat)
            , m_files(files)
            , m_log(log)
            , m_builder(builder)
            , m_payloads(payloads)
            , m_started(started)
        { }

        void run()
        {
            auto rewind = m_chat.rewinds.begin();
            for (std::size_t i = 0; i <= m_chat.messages.size(); ++i) {
                for (; rewind != m_chat.rewinds.end() && rewind->at == i; ++rewind) {
                    if (rewind->to < m_marks.size())
                        m_log.rewind(m_marks[rewind->to]);
                }
                if (i == m_chat.messages.size())
                    break;
                m_marks.push_back(m_log.mark());
                readMessage(m_chat.messages[i]);
            }
            m_log.finish();
        }

    private:
        void readMessage(const RawRef& place)
        {
            const auto message = m_parser.parseObject(m_files.text(place), true);
            if (!message) {
                m_builder.report().add(
                    {.severity = ReportSeverity::Broken,
                     .file = place.file.value,
                     .offset = place.offset,
                     .field = {},
                     .message = "A message was skipped: i" + message.error().message.substr(1)});
                return;
            }
            if (m_parser.wasRepaired())
                m_builder.report().add(repairedRow(place));
            m_builder.report().addMapped();
            const LogRecord record {place, timeAt(*message, "timestamp")};
            const std::string_view type = textAt(*message, "type");
            if (type == "user")
                addPrompt(*message, record);
            else if (type == "gemini" || type == "model")
                addAnswer(*message, record);
            else
                addNote(*message, type, record);
        }

        void addPrompt(const object& message, const LogRecord& record)
        {
            const std::string title = shortened(geminiText(message));
            m_log.beginTurn(title, record, textAt(message, "id"));
            m_payloads.addOutput(m_log.addMoment(SpanKind::Message, title, "user", record),
                                 record.place,
                                 readGeminiMessage);
            m_log.remember(record.place, readGeminiMessage);
        }

        void addAnswer(const object& message, const LogRecord& record)
        {
            const SpanId answer = m_log.openAnswer({.model = textAt(message, "model"),
                                                    .provider = {},
                                                    .responseId = {},
                                                    .origId = textAt(message, "id"),
                                                    .origKind = textAt(message, "type")},
                                                   record);
            m_payloads.addOutput(answer, record.place, readGeminiMessage);
            if (const auto usage = usageOf(message))
                m_builder.setUsage(answer, *usage);
            addCalls(message, record);
            m_log.closeAnswer();
            m_log.remember(record.place, readGeminiMessage);
            m_log.remember(record.place, readGeminiResults);
        }

        void addCalls(const object& message, const LogRecord& record)
        {
            const auto calls = arrayAt(message, "toolCalls");
            if (!calls)
                return;
            const auto places
                = elementPlaces(record.place, m_files.text(record.place), {"toolCalls"});
            std::size_t i = 0;
            for (const auto element : *calls) {
                object call;
                if (i < places.size() && element.get(call) == simdjson::SUCCESS)
                    addCall(call, {places[i], record.time});
                ++i;
            }
        }

        void addCall(const object& call, const LogRecord& record)
        {
            const AgentLog::Call made {.callId = textAt(call, "id"),
                                       .name = textAt(call, "name"),
                                       .origId = textAt(call, "id"),
                                       .origKind = "toolCall"};
            const SpanId span = m_log.addCall(made, record);
            m_payloads.add(span, record.place, readGeminiCall);
            if (const std::string_view agent = textAt(call, "agentId"); !agent.empty())
                m_started.push_back({span, std::string(agent)});
            setOutcome(span, call);
        }

        void setOutcome(SpanId span, const object& call)
        {
            const std::string_view status = textAt(call, "status");
            if (const auto time = timeAt(call, "timestamp");
                time && time->ns >= m_builder.columns().start[span.index()])
                m_log.grow(span, time);
            if (status == "success")
                m_log.setStatus(span, SpanStatus::Ok);
            else if (status == "cancelled")
                m_log.setStatus(span, SpanStatus::Cancelled);
            else if (status == "error")
                m_log.setError(span,
                               {.type = {},
                                .message = shortened(textAt(call, "resultDisplay"), 300),
                                .isRetryable = {}});
        }

        void addNote(const object& message, std::string_view type, const LogRecord& record)
        {
            const std::string text = geminiText(message);
            if (type == "error")
                m_log.addError({.type = {}, .message = shortened(text, 2000), .isRetryable = {}},
                               type,
                               record);
            else
                m_payloads.addOutput(
                    m_log.addMoment(SpanKind::Event, shortened(text), type, record),
                    record.place,
                    readGeminiMessage);
        }

        const GeminiChat& m_chat;
        const LoadedFiles& m_files;
        AgentLog& m_log;
        TraceBuilder& m_builder;
        StepPayloads& m_payloads;
        std::vector<Started>& m_started;
        JsonDom m_parser;
        std::vector<AgentLog::Mark> m_marks; ///< before each message
    };

    /// Brings the chats of one import into the builder.
    class Import
    {
    public:
        Import(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job)
            : m_files(files)
            , m_builder(builder)
            , m_job(job)
            , m_payloads(std::make_shared<StepPayloads>(files))
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            auto loaded = LoadedFiles::load(m_files, m_builder.report(), m_job);
            if (!loaded)
                return fail(std::move(loaded).error());
            for (const ImportFile& file : m_files) {
                auto chat = scanGeminiChat(file, loaded->text(file.id), m_builder, m_job);
                if (!chat)
                    return fail(std::move(chat).error());
                if (!chat->messages.empty() || !chat->sessionId.empty())
                    m_chats.push_back(std::move(*chat));
            }
            if (m_chats.empty())
                return fail(ErrorCode::Corrupt,
                            "No record of " + m_files.front().path.string() + " could be read.");
            // Agents come after the chats that started them.
            std::ranges::stable_sort(m_chats, {}, &GeminiChat::isSubAgent);
            for (const GeminiChat& chat : m_chats) {
                if (m_job.isCancelled())
                    return cancelled();
                add(chat, *loaded);
            }
            return std::shared_ptr<const PayloadSource>(std::move(m_payloads));
        }

    private:
        void add(const GeminiChat& chat, const LoadedFiles& files)
        {
            AgentLog::Agent agent;
            agent.name = chat.isSubAgent ? "sub-agent" : "Gemini";
            agent.role = chat.isSubAgent ? "sub-agent" : "";
            agent.origId = chat.sessionId;
            agent.place = chat.head;
            const auto call = m_callOfSession.find(chat.sessionId);
            if (call != m_callOfSession.end()) {
                agent.parent = call->second;
                agent.session = m_builder.columns().session[call->second.index()];
            } else {
                agent.session = addSession(chat, files);
            }
            AgentLog log(m_builder, *m_payloads, agent);
            if (call != m_callOfSession.end())
                m_builder.addLink({.from = call->second,
                                   .to = log.root(),
                                   .toTraceId = {},
                                   .toOrigId = chat.sessionId,
                                   .kind = LinkKind::SpawnedAgent,
                                   .attributesJson = {}});
            std::vector<Started> started;
            ChatSteps(chat, files, log, m_builder, *m_payloads, started).run();
            for (const Started& one : started)
                m_callOfSession.try_emplace(one.session, one.call);
        }

        SessionId addSession(const GeminiChat& chat, const LoadedFiles& files)
        {
            Session session;
            session.key = chat.sessionId.empty() ? chat.path.stem().string() : chat.sessionId;
            session.title = chat.title;
            if (session.title.empty() && !chat.messages.empty())
                session.title = firstPromptOf(chat, files.text(chat.messages.front().file));
            if (session.title.empty())
                session.title = "Gemini CLI chat";
            session.producerName = "Gemini CLI";
            session.cwd = chat.cwd;
            session.started = chat.started;
            session.attributesJson = chat.attributesJson;
            m_builder.origin().producerName = session.producerName;
            return m_builder.addSession(std::move(session));
        }

        const std::vector<ImportFile>& m_files;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        std::vector<GeminiChat> m_chats;
        std::map<std::string, SpanId> m_callOfSession; ///< the call that started it
    };

} // namespace

bool GeminiCliImporter::sniff(const Sample& sample) const
{
    return isGeminiChat(sample.head);
}

std::vector<std::filesystem::path>
GeminiCliImporter::companions(const std::filesystem::path& path) const
{
    return geminiCompanions(path);
}

Result<std::shared_ptr<const PayloadSource>>
GeminiCliImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return Import(files, builder, job).run();
}

} // namespace tracestore
