#include "tracestore/import/swe_agent/mini_swe_importer.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/chat/chat_shape.h"
#include "tracestore/import/chat/chat_thread.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/report_batch.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/import/swe_agent/mini_swe_message.h"
#include "tracestore/import/swe_agent/task_title.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    constexpr std::size_t kMaxAttribute = std::size_t {64} << 10U;

    /// What a document says of its run.
    struct RunFacts
    {
        std::string key;
        std::string version;
        std::string cwd;
        std::string model;
        std::string provider;
        std::string exitStatus;
        std::string attributesJson;
    };

    RunFacts factsOf(const JsonRecord& document)
    {
        const JsonRecord info = memberRecord(document, "info");
        const JsonRecord config = memberRecord(info, "config");
        RunFacts facts {.key = document.text("instance_id"),
                        .version = info.text("mini_version"),
                        .cwd = memberRecord(config, "environment").text("cwd"),
                        .model = memberRecord(config, "model").text("model_name"),
                        .exitStatus = info.text("exit_status")};
        if (const std::size_t slash = facts.model.find('/'); slash != std::string::npos) {
            facts.provider = facts.model.substr(0, slash);
            facts.model.erase(0, slash + 1);
        }
        nlohmann::json attributes = nlohmann::json::object();
        for (const JsonRecord::Member& member : info.members) {
            const auto value = member.value.text.size() <= kMaxAttribute
                ? parseJson(member.value.text)
                : fail(ErrorCode::Limit, {});
            if (value && member.key != "mini_version")
                attributes[std::string(member.key)] = *value;
        }
        if (!attributes.empty())
            facts.attributesJson = toJsonText(attributes);
        return facts;
    }

    /// One run: its messages become turns, model calls and commands.
    class RunReading
    {
    public:
        RunReading(TraceBuilder& builder, StepPayloads& payloads, const JsonRecord& document)
            : m_builder(builder)
            , m_payloads(payloads)
            , m_facts(factsOf(document))
            , m_session(builder.addSession({}))
            , m_root(addRoot(document))
            , m_thread(builder, payloads, m_session, m_root)
        { }

        void add(const PlacedJson& source, ReportBatch& batch)
        {
            auto message = miniSweMessageOf(source, m_facts.provider);
            if (!message) {
                batch.add(ReportSeverity::Broken,
                          source.place.offset,
                          "A message cannot be read: " + message.error().message);
                return;
            }
            m_builder.report().addMapped();
            if (message->chat.role == Role::Assistant || !message->chat.calls.empty())
                addAnswer(*message);
            else if (message->chat.role == Role::Tool || m_hasTask)
                addObservation(source, *message);
            else
                addTask(source, *message);
            m_before = message->time ? message->time : m_before;
        }

        void finish()
        {
            Session& session = m_builder.session(m_session);
            const std::string number = std::to_string(m_session.index() + 1);
            session.key = m_facts.key.empty() ? number : m_facts.key;
            const std::string separator = m_facts.key.empty() || m_title.empty() ? "" : ": ";
            session.title = shortened(m_facts.key + separator + m_title, kMaxSessionTitle);
            session.producerName = "mini-swe-agent";
            session.producerVersion = m_facts.version;
            session.cwd = m_facts.cwd;
            session.attributesJson = m_facts.attributesJson;
            judge(session);
            reportGuessedErrors(m_thread, m_builder.report());
        }

    private:
        SpanId addRoot(const JsonRecord& document)
        {
            SpanRecord root {
                .session = m_session,
                .kind = SpanKind::Agent,
                .name = "mini-swe-agent",
                .agent = m_builder.addAgent({.name = "mini-swe-agent", .origId = {}, .role = {}})};
            for (const JsonRecord::Member& member : document.members)
                root.raw.push_back(member.place);
            const SpanId span = m_builder.addSpan(root);
            for (const RawRef& raw : root.raw)
                m_payloads.addRaw(span, raw);
            return span;
        }

        /// The task, and what stands before it.
        void addTask(const PlacedJson& source, const MiniSweMessage& message)
        {
            ChatMessage task = message.chat;
            if (task.role == Role::User) {
                m_hasTask = true;
                const auto value = parseJson(source.text);
                m_title = value ? taskTitle(plainText(messageOf(*value, Role::User))) : task.title;
                task.title = m_title;
            }
            m_thread.addMessage(task);
        }

        /// Only the moment when an answer was there is written down: it began when what it answers
        /// was there.
        void addAnswer(const MiniSweMessage& message)
        {
            SpanRecord facts {.end = message.time,
                              .requestedModel = m_facts.model,
                              .respondedModel = message.model,
                              .provider = m_facts.provider,
                              .responseId = message.responseId,
                              .usage = message.usage,
                              .cost = message.cost};
            if (message.time) {
                facts.start = m_before ? m_before : message.created;
                facts.timeSource = TimeSource::Inferred;
            }
            const SpanId answer = m_thread.addMessage(message.chat, facts);
            if (message.extra)
                m_payloads.add(answer, *message.extra, readMiniSweExtra);
            SpanColumns& columns = m_builder.columns();
            for (const SpanId tool : m_thread.lastTools()) {
                if (!message.time)
                    continue;
                columns.start.set(tool.index(), message.time->ns);
                columns.timeSource.set(tool.index(), TimeSource::Inferred);
            }
        }

        void addObservation(const PlacedJson& source, const MiniSweMessage& message)
        {
            const bool isExit = message.chat.word == "exit";
            if (isExit && m_facts.exitStatus.empty())
                m_facts.exitStatus = memberRecord(recordOf(source), "extra").text("exit_status");
            if (!m_thread.hasUnanswered() && message.chat.results.empty()) {
                addNote(message, isExit);
                return;
            }
            const SpanId tool
                = m_thread.addResult(miniSweResultOf(source, message.chat), source.place);
            m_thread.remember(message.chat);
            if (message.extra)
                m_payloads.add(tool, *message.extra, readMiniSweExtra);
            if (message.time) {
                m_builder.columns().end.set(tool.index(), message.time->ns);
                m_builder.columns().timeSource.set(tool.index(), TimeSource::Inferred);
            }
            if (isExit)
                addNote(message, true);
        }

        /// What the agent itself says: that a format was wrong, that the run is over.
        void addNote(const MiniSweMessage& message, bool isExit)
        {
            const SpanId note = m_thread.addNote(message.chat);
            if (!isExit) {
                m_thread.remember(message.chat);
                return;
            }
            const std::string name
                = "exit" + (m_facts.exitStatus.empty() ? "" : ": " + m_facts.exitStatus);
            m_builder.columns().name.set(note.index(), m_builder.intern(name));
            m_builder.columns().kind.set(note.index(), SpanKind::Event);
        }

        /// A submission says that the agent is content, not that it is right.
        void judge(Session& session)
        {
            if (m_facts.exitStatus.empty() || m_facts.exitStatus == "Submitted")
                return;
            session.outcome = SpanStatus::Error;
            m_builder.columns().status.set(m_root.index(), SpanStatus::Error);
            m_builder.setError(
                m_root,
                {.type = m_facts.exitStatus,
                 .message = "The run ended without a submission: " + m_facts.exitStatus + "."});
        }

        TraceBuilder& m_builder;
        StepPayloads& m_payloads;
        RunFacts m_facts;
        SessionId m_session;
        SpanId m_root;
        ChatThread m_thread;
        std::string m_title;
        bool m_hasTask = false;
        std::optional<Timestamp> m_before; ///< when the last message was there
    };

    class MiniSweReading
    {
    public:
        MiniSweReading(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job)
            : m_builder(builder)
            , m_job(job)
            , m_payloads(std::make_shared<StepPayloads>(files))
        { }

        void readFile(const PlacedJson& whole)
        {
            ReportBatch batch(m_builder.report(), whole.place.file, whole.text);
            JsonScan scan(whole.text, [&](const JsonDamage& damage) { batch.add(damage); });
            constexpr std::array<std::string_view, 1> kLists {"messages"};
            while (!m_job.isCancelled() && scan.nextDocument()) {
                const std::size_t start = scan.offset();
                const bool isList = scan.type() == JsonScan::Type::Array;
                JsonRecord document = isList ? JsonRecord() : readRecord(scan, whole, kLists);
                if (isList)
                    document.lists.push_back({"messages", readElements(scan, whole)});
                addRun(document, batch);
                m_job.advance(scan.offset() - start);
            }
        }

        Result<std::shared_ptr<const PayloadSource>> finish()
        {
            if (m_job.isCancelled())
                return cancelled();
            if (m_builder.sessionCount() == 0)
                return fail(ErrorCode::Corrupt, "The file holds no messages that can be read.");
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void addRun(const JsonRecord& document, ReportBatch& batch)
        {
            const std::vector<PlacedJson>* messages = document.list("messages");
            if (messages == nullptr)
                return;
            RunReading run(m_builder, *m_payloads, document);
            for (const PlacedJson& message : *messages) {
                if (m_job.isCancelled())
                    return;
                run.add(message, batch);
            }
            run.finish();
        }

        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
    };

    /// Whether the list of messages at which a scan stands is one of mini-swe-agent: the answers
    /// have what it writes beside them, or a command in a block and what it gave behind that.
    bool isMiniSweList(JsonScan& scan, std::string_view text)
    {
        constexpr std::size_t kLookedAt = 6;
        bool hasCommand = false;
        if (!scan.enter())
            return false;
        for (std::size_t i = 0; i < kLookedAt && scan.next(); ++i) {
            const std::size_t start = scan.offset();
            const auto taken = scan.take();
            const std::string_view own = taken ? *taken : text.substr(start);
            const JsonRecord message = recordOf({own, {}});
            const JsonRecord extra = memberRecord(message, "extra");
            if (message.find("role") != nullptr
                && (extra.find("actions") != nullptr || extra.find("returncode") != nullptr))
                return true;
            const std::string content = message.text("content");
            if (message.text("role") == "assistant")
                hasCommand = content.find("```mswea_bash_command") != std::string::npos
                    || fencedCommand(content).has_value();
            else if (hasCommand && message.text("role") == "user"
                     && content.find("<returncode>") == 0)
                return true;
            if (hasCommand && content.find("```mswea_bash_command") != std::string::npos)
                return true;
        }
        return false;
    }

} // namespace

bool MiniSweImporter::sniff(const Sample& sample) const
{
    JsonScan scan(sample.head, [](const JsonDamage&) {});
    if (!scan.nextDocument())
        return false;
    if (scan.type() == JsonScan::Type::Array)
        return isMiniSweList(scan, sample.head);
    if (!scan.enter())
        return false;
    while (scan.next()) {
        const std::string_view key = scan.key();
        if (key == "messages" && scan.type() == JsonScan::Type::Array)
            return isMiniSweList(scan, sample.head);
        const auto value = scan.take();
        if (!value)
            return false;
        if (key == "trajectory_format")
            return value->find("mini-swe-agent") != std::string_view::npos;
        if (key == "info" && recordOf({*value, {}}).find("mini_version") != nullptr)
            return true;
    }
    return false;
}

Result<std::shared_ptr<const PayloadSource>>
MiniSweImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    MiniSweReading reading(files, builder, job);
    for (const ImportFile& file : files) {
        const std::string_view text = contents->text(file.id);
        reading.readFile({text, {file.id, 0, text.size()}});
    }
    return reading.finish();
}

} // namespace tracestore
