#include "tracestore/import/chat/chat_importer.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/chat/chat_shape.h"
#include "tracestore/import/chat/tau_bench.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/report_batch.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    /// What stands beside the messages and is longer than this stays in the raw record only.
    constexpr std::size_t kMaxAttribute = std::size_t {64} << 10U;

    Result<void> readToolDefinitions(const nlohmann::json& piece, SpanDetail& to)
    {
        to.toolDefinitions = toJsonText(piece);
        return {};
    }

    class ChatReading
    {
    public:
        ChatReading(const std::vector<ImportFile>& files,
                    const LoadedFiles& contents,
                    TraceBuilder& builder,
                    Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_payloads(std::make_shared<StepPayloads>(files))
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files)
                readFile(file.id);
            if (m_job.isCancelled())
                return cancelled();
            if (m_builder.sessionCount() == 0)
                return fail(ErrorCode::Corrupt, "Not one conversation in the file can be read.");
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void readFile(FileId file)
        {
            const std::string_view text = m_contents.text(file);
            const PlacedJson whole {text, {file, 0, text.size()}};
            ReportBatch batch(m_builder.report(), file, text);
            m_batch = &batch;
            JsonScan scan(text, [&](const JsonDamage& damage) { batch.add(damage); });
            std::vector<PlacedJson> loose; // messages that stand at the top, a line each
            while (!m_job.isCancelled() && scan.nextDocument()) {
                const std::size_t start = scan.offset();
                if (scan.type() == JsonScan::Type::Array)
                    readArray(scan, whole);
                else
                    readObject(scan, whole, loose);
                m_job.advance(scan.offset() - start);
            }
            if (!loose.empty())
                addConversation({}, loose);
            m_batch = nullptr;
        }

        /// A list of conversations, or of messages.
        void readArray(JsonScan& scan, const PlacedJson& whole)
        {
            if (!scan.enter())
                return;
            std::vector<PlacedJson> messages;
            while (!m_job.isCancelled() && scan.next()) {
                if (scan.type() == JsonScan::Type::Array)
                    addConversation({}, readElements(scan, whole));
                else
                    readObject(scan, whole, messages);
            }
            if (!messages.empty())
                addConversation({}, messages);
        }

        void readObject(JsonScan& scan, const PlacedJson& whole, std::vector<PlacedJson>& messages)
        {
            const std::size_t start = scan.offset();
            const auto text = scan.take();
            // Of a document that is cut off the whole messages before the cut are read.
            const std::string_view own = text ? *text : whole.text.substr(start);
            const PlacedJson object {own, {whole.place.file, start, own.size()}};
            const ChatShape shape = chatShapeOf(own);
            if (shape == ChatShape::Conversation) {
                const JsonRecord record = recordOf(object, kChatLists);
                if (!record.lists.empty())
                    addConversation(record, record.lists.front().elements);
            } else if (text && shape == ChatShape::Message) {
                messages.push_back(object);
            } else if (text) {
                m_batch->add(ReportSeverity::Dropped,
                             start,
                             "What is neither a message nor a conversation was left out.");
            }
        }

        void addConversation(const JsonRecord& record, const std::vector<PlacedJson>& messages)
        {
            const SessionId session = m_builder.addSession({});
            SpanRecord root {.session = session, .kind = SpanKind::Session, .agent = agent()};
            for (const JsonRecord::Member& member : record.members)
                root.raw.push_back(member.place);
            const SpanId span = m_builder.addSpan(root);
            for (const RawRef& raw : root.raw)
                m_payloads->addRaw(span, raw);
            if (TauBenchRun::isRun(record)) {
                TauBenchRun run(record);
                addMessages(record, messages, span, &run);
                run.describe(m_builder.session(session));
                finish(session, span, run.title());
                if (const auto error = run.error())
                    m_builder.setError(span, *error);
            } else {
                addMessages(record, messages, span, nullptr);
                describe(record, m_builder.session(session));
                finish(session, span, {});
            }
            m_builder.columns().status.set(span.index(), m_builder.session(session).outcome);
        }

        void addMessages(const JsonRecord& record,
                         const std::vector<PlacedJson>& messages,
                         SpanId root,
                         TauBenchRun* run)
        {
            m_title.clear();
            const std::string model = record.text("model");
            const PlacedJson* tools = record.find("tools");
            ChatThread thread(
                m_builder, *m_payloads, m_builder.columns().session[root.index()], root);
            for (const PlacedJson& json : messages) {
                if (m_job.isCancelled())
                    return;
                const auto message = chatMessageOf(json);
                if (!message) {
                    m_batch->add(ReportSeverity::Broken,
                                 json.place.offset,
                                 "A message cannot be read: " + message.error().message);
                    continue;
                }
                const SpanId step = thread.addMessage(*message, {.requestedModel = model});
                m_builder.report().addMapped();
                if (message->role == Role::User && m_title.empty())
                    m_title = message->title;
                if (step == thread.lastAnswer() && step.isValid() && tools != nullptr)
                    m_payloads->add(step, tools->place, readToolDefinitions);
                for (std::size_t i = 0; run != nullptr && i < message->calls.size(); ++i)
                    run->compare(message->calls[i],
                                 m_contents.text(message->calls[i].place),
                                 thread.lastTools()[i],
                                 *m_payloads);
            }
            reportGuessedErrors(thread, m_builder.report());
        }

        /// What a conversation says of itself beside its messages.
        void describe(const JsonRecord& record, Session& session) const
        {
            session.key = record.text("id");
            nlohmann::json attributes = nlohmann::json::object();
            for (const JsonRecord::Member& member : record.members) {
                const auto value = member.value.text.size() <= kMaxAttribute
                    ? parseJson(member.value.text)
                    : fail(ErrorCode::Limit, {});
                if (value)
                    attributes[std::string(member.key)] = *value;
            }
            if (!attributes.empty())
                session.attributesJson = toJsonText(attributes);
            if (const auto reward = record.number("reward"))
                session.scores.push_back({.name = "reward", .value = reward});
        }

        void finish(SessionId id, SpanId root, const std::string& prefix)
        {
            Session& session = m_builder.session(id);
            const std::string number = std::to_string(id.index() + 1);
            if (session.key.empty())
                session.key = number;
            const std::string separator = prefix.empty() || m_title.empty() ? "" : ": ";
            session.title = titleLine(prefix + separator + m_title);
            if (session.title.empty())
                session.title = "Conversation " + number;
            m_builder.columns().name.set(root.index(), m_builder.intern(session.title));
        }

        AgentId agent()
        {
            if (!m_agent.isValid())
                m_agent = m_builder.addAgent({.name = "assistant", .origId = {}, .role = {}});
            return m_agent;
        }

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        ReportBatch* m_batch = nullptr; ///< of the file that is read
        AgentId m_agent;
        std::string m_title; ///< the first text of the user in the conversation
    };

} // namespace

bool ChatImporter::sniff(const Sample& sample) const
{
    JsonScan scan(sample.head, [](const JsonDamage&) {});
    if (!scan.nextDocument())
        return false;
    // One step into a list, or two where it is a list of lists of messages.
    for (int depth = 0; depth < 2 && scan.type() == JsonScan::Type::Array; ++depth) {
        if (!scan.enter() || !scan.next())
            return false;
    }
    return scan.type() == JsonScan::Type::Object
        && chatShapeOf(sample.head.substr(scan.offset())) != ChatShape::None;
}

Result<std::shared_ptr<const PayloadSource>>
ChatImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    return ChatReading(files, *contents, builder, job).run();
}

} // namespace tracestore
