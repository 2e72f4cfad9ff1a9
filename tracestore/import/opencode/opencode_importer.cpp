#include "tracestore/import/opencode/opencode_importer.h"

#include "tracestore/import/opencode/opencode_files.h"
#include "tracestore/import/opencode/opencode_session.h"
#include "tracestore/import/reading/json_dom.h"
#include "tracestore/import/reading/loaded_files.h"

#include <algorithm>
#include <deque>
#include <map>

namespace tracestore {
namespace {

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
            m_builder.origin().producerName = "OpenCode";
            for (const ImportFile& file : m_files) {
                if (m_job.isCancelled())
                    return cancelled();
                collect({file.id, loaded->text(file.id)});
                m_job.advance(file.bytes->size());
            }
            if (m_conversations.empty())
                return fail(ErrorCode::Corrupt,
                            "No record of " + m_files.front().path.string() + " could be read.");
            for (auto& [message, parts] : m_parts)
                placeParts(message, parts);
            for (auto& conversation : m_conversations)
                sortMessages(*conversation);
            if (!addAll())
                return cancelled();
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void collect(const RecordText& source)
        {
            ReportBatch report(m_builder.report(), source.file, source.text);
            JsonScan scan(source.text, [&](const JsonDamage& damage) { report.add(damage); });
            while (!m_job.isCancelled() && scan.nextDocument()) {
                const std::size_t start = scan.offset();
                const auto whole = scan.take();
                const JsonView document
                    = whole ? JsonView(*whole) : JsonView(source.text.substr(start), true);
                collectDocument({source, document}, report);
            }
        }

        void collectDocument(const OpenCodeValue& document, ReportBatch& report)
        {
            const OpenCodeRecord record = openCodeRecordOf(document.value);
            if (record == OpenCodeRecord::Export) {
                collectExport(document, report);
                return;
            }
            if (!isGood(document, report))
                return;
            const JsonView& value = document.value;
            if (record == OpenCodeRecord::Session)
                conversationOf(value["id"].string()).info = document;
            else if (record == OpenCodeRecord::Message)
                addMessage(value["sessionID"].string(), document);
            else if (record == OpenCodeRecord::Part)
                m_parts[value["messageID"].string()].push_back(document);
            else
                report.add(ReportSeverity::Dropped,
                           document.place().offset,
                           "A document that is no session, message or part was left out.");
        }

        bool isGood(const OpenCodeValue& record, ReportBatch& report)
        {
            if (record.value.isObject() && !record.value.isCut()
                && m_parser.parse(record.value.text(), false).has_value()) {
                m_builder.report().addMapped();
                return true;
            }
            report.add(ReportSeverity::Broken,
                       record.place().offset,
                       "A record could not be read and was left out.");
            return false;
        }

        void collectExport(const OpenCodeValue& document, ReportBatch& report)
        {
            const OpenCodeValue info {document.source, document.value["info"]};
            if (!isGood(info, report))
                return;
            const std::string id = info.value["id"].string();
            conversationOf(id).info = info;
            for (JsonItems messages(document.value["messages"]); messages.next();) {
                const OpenCodeValue message {document.source, messages.item()["info"]};
                if (!message.value.isThere() || !isGood(message, report))
                    continue;
                const std::size_t index = addMessage(id, message);
                for (JsonItems parts(messages.item()["parts"]); parts.next();) {
                    const OpenCodeValue part {document.source, parts.item()};
                    if (isGood(part, report))
                        conversationOf(id).messages[index].parts.push_back(part);
                }
            }
        }

        OpenCodeConversation& conversationOf(const std::string& id)
        {
            const auto [known, isNew] = m_byId.try_emplace(id, m_conversations.size());
            if (isNew) {
                m_conversations.push_back(std::make_unique<OpenCodeConversation>());
                m_conversations.back()->id = id;
            }
            return *m_conversations[known->second];
        }

        std::size_t addMessage(const std::string& session, const OpenCodeValue& info)
        {
            OpenCodeConversation& to = conversationOf(session);
            to.messages.push_back({.info = info});
            m_messages.insert_or_assign(info.value["id"].string(),
                                        std::pair {session, to.messages.size() - 1});
            return to.messages.size() - 1;
        }

        /// Gives parts to their message; where that is not among the files, to one without a text
        /// of its own.
        void placeParts(const std::string& message, std::vector<OpenCodeValue>& parts)
        {
            auto known = m_messages.find(message);
            if (known == m_messages.end()) {
                addMessage(parts.front().value["sessionID"].string(), {parts.front().source, {}});
                const std::string session = parts.front().value["sessionID"].string();
                known = m_messages
                            .insert_or_assign(
                                message,
                                std::pair {session, conversationOf(session).messages.size() - 1})
                            .first;
                m_builder.report().add(
                    {.severity = ReportSeverity::Guessed,
                     .file = parts.front().source.file.value,
                     .message = "Parts name a message that is not among the files; they are shown "
                                "as an answer."});
            }
            const auto& [session, index] = known->second;
            auto& to = conversationOf(session).messages[index].parts;
            std::ranges::move(parts, std::back_inserter(to));
        }

        static void sortMessages(OpenCodeConversation& conversation)
        {
            std::ranges::stable_sort(conversation.messages, {}, [](const OpenCodeMessage& one) {
                return one.info.value["time"]["created"].number().value_or(0);
            });
        }

        /// Sessions that no other started first, each followed by those that it started. False
        /// where the job was cancelled.
        bool addAll()
        {
            std::multimap<std::string, std::size_t> byParent;
            for (std::size_t i = 0; i < m_conversations.size(); ++i)
                byParent.emplace(m_conversations[i]->info.value["parentID"].string(), i);
            std::vector<bool> isAdded(m_conversations.size());
            for (const bool isLast : {false, true}) {
                for (std::size_t i = 0; i < m_conversations.size(); ++i) {
                    const std::string parent = m_conversations[i]->info.value["parentID"].string();
                    const bool isStarted = !parent.empty() && m_byId.contains(parent);
                    // What is left at last names itself in a circle.
                    if (!isAdded[i] && (!isStarted || isLast) && !addFamily(i, byParent, isAdded))
                        return false;
                }
            }
            return true;
        }

        bool addFamily(std::size_t root,
                       const std::multimap<std::string, std::size_t>& byParent,
                       std::vector<bool>& isAdded)
        {
            std::deque<std::pair<std::size_t, OpenCodeTask>> open {{root, {}}};
            isAdded[root] = true;
            while (!open.empty()) {
                if (m_job.isCancelled())
                    return false;
                const auto [index, task] = open.front();
                open.pop_front();
                const OpenCodeConversation& conversation = *m_conversations[index];
                const OpenCodeFound found
                    = addOpenCodeConversation(conversation, task, m_builder, *m_payloads);
                const auto [first, last] = byParent.equal_range(conversation.id);
                for (auto child = first; child != last; ++child) {
                    if (isAdded[child->second])
                        continue;
                    isAdded[child->second] = true;
                    const auto by = found.startedSessions.find(m_conversations[child->second]->id);
                    open.push_back(
                        {child->second,
                         {.session = found.session,
                          .startedBy = by == found.startedSessions.end() ? SpanId() : by->second,
                          .below = found.agent}});
                }
            }
            return true;
        }

        const std::vector<ImportFile>& m_files;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        JsonDom m_parser;
        std::vector<std::unique_ptr<OpenCodeConversation>> m_conversations;
        std::unordered_map<std::string, std::size_t> m_byId;
        std::unordered_map<std::string, std::pair<std::string, std::size_t>> m_messages;
        std::map<std::string, std::vector<OpenCodeValue>> m_parts; ///< by message
    };

} // namespace

bool OpenCodeImporter::sniff(const Sample& sample) const
{
    return openCodeRecordOf(JsonView::atStartOf(sample.head)) != OpenCodeRecord::None;
}

std::vector<std::filesystem::path>
OpenCodeImporter::companions(const std::filesystem::path& path) const
{
    return openCodeCompanions(path);
}

Result<std::shared_ptr<const PayloadSource>>
OpenCodeImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return Import(files, builder, job).run();
}

} // namespace tracestore
