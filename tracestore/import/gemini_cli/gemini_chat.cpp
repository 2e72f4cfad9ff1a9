#include "tracestore/import/gemini_cli/gemini_chat.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_scan.h"
#include "tracestore/import/reading/json_places.h"
#include "tracestore/import/reading/record_lines.h"
#include "tracestore/import/reading/report_batch.h"
#include "tracestore/import/reading/short_text.h"
#include "tracestore/store/file_ends.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    using Members = std::vector<FrontMember>;

    /// The id of a session stands among the first members of its file.
    constexpr std::size_t kHeadBytes = std::size_t {16} << 10U;

    const FrontMember* find(const Members& members, std::string_view key)
    {
        const auto found = std::ranges::find(members, key, &FrontMember::key);
        return found == members.end() ? nullptr : &*found;
    }

    std::string textOf(const Members& members, std::string_view key)
    {
        const FrontMember* member = find(members, key);
        const auto parsed
            = member == nullptr ? Result<nlohmann::json>(nullptr) : parseJson(member->json);
        return parsed && parsed->is_string() ? parsed->get<std::string>() : std::string();
    }

    class Scanner
    {
    public:
        Scanner(const ImportFile& file, std::string_view text, TraceBuilder& builder, Job& job)
            : m_file(file)
            , m_text(text)
            , m_builder(builder)
            , m_job(job)
        {
            m_chat.path = file.path;
        }

        Result<GeminiChat> run()
        {
            if (isDocument()) {
                readDocument();
                return std::move(m_chat);
            }
            JsonLines lines(m_text);
            std::size_t done = 0;
            while (const auto line = lines.next()) {
                if (m_job.isCancelled())
                    return cancelled();
                readRecord({m_file.id, line->offset, line->text.size()});
                m_job.advance(line->offset + line->text.size() - done);
                done = line->offset + line->text.size();
            }
            m_job.advance(m_text.size() - done);
            return std::move(m_chat);
        }

    private:
        /// One document over many lines, as older versions write it: its first line is no record,
        /// and none begins on the second.
        [[nodiscard]] bool isDocument() const
        {
            JsonLines lines(m_text);
            const auto first = lines.next();
            const auto second = lines.next();
            return first && second && !JsonDom().parse(first->text, false)
                && !second->text.starts_with('{');
        }

        void readDocument()
        {
            ReportBatch report(m_builder.report(), m_file.id, m_text);
            JsonScan scan(m_text, [&](const JsonDamage& damage) { report.add(damage); });
            while (scan.nextDocument()) { }
            const std::size_t start = std::min(m_text.find('{'), m_text.size());
            readRecord({m_file.id, start, m_text.size() - start});
            m_job.advance(m_text.size());
        }

        /// A message, the head of a chat (in the older shape with all messages), an update of the
        /// head, or a rewind.
        void readRecord(const RawRef& place)
        {
            const std::string_view text = m_text.substr(place.offset, place.length);
            const Members members = frontMembers(text);
            if (find(members, "$rewindTo") != nullptr) {
                rewindTo(textOf(members, "$rewindTo"));
            } else if (const FrontMember* update = find(members, "$set")) {
                readHead(frontMembers(update->json));
                addMessages(elementPlaces(place, text, {"$set", "messages"}));
            } else if (find(members, "sessionId") != nullptr && find(members, "type") == nullptr) {
                if (!m_chat.head && find(members, "messages") == nullptr)
                    m_chat.head = place;
                readHead(members);
                addMessages(elementPlaces(place, text, {"messages"}));
            } else {
                addMessage(textOf(members, "id"), place);
            }
        }

        void addMessages(const std::vector<RawRef>& places)
        {
            for (const RawRef& place : places)
                addMessage(textOf(frontMembers(m_text.substr(place.offset, place.length)), "id"),
                           place);
        }

        void addMessage(const std::string& id, const RawRef& place)
        {
            const auto known = id.empty() ? m_messageOfId.end() : m_messageOfId.find(id);
            if (known != m_messageOfId.end()) {
                m_chat.messages[known->second] = place;
                return;
            }
            if (!id.empty())
                m_messageOfId[id] = m_chat.messages.size();
            m_active.emplace_back(m_chat.messages.size(), id);
            m_chat.messages.push_back(place);
        }

        /// The message that is named goes too; one that is not known takes all with it.
        void rewindTo(const std::string& id)
        {
            const auto known = m_messageOfId.find(id);
            const std::size_t to = known == m_messageOfId.end() ? 0 : known->second;
            for (; !m_active.empty() && m_active.back().first >= to; m_active.pop_back())
                m_messageOfId.erase(m_active.back().second);
            m_chat.rewinds.push_back({m_chat.messages.size(), to});
        }

        void readHead(const Members& members)
        {
            for (const FrontMember& member : members) {
                if (member.key == "messages" || member.json.empty())
                    continue;
                const auto parsed = parseJson(member.json);
                if (parsed && !parsed->is_null())
                    m_head[std::string(member.key)] = *parsed;
            }
            if (m_chat.sessionId.empty())
                m_chat.sessionId = textOf(members, "sessionId");
            if (const std::string summary = textOf(members, "summary"); !summary.empty())
                m_chat.title = shortened(summary, kMaxSessionTitle);
            if (!m_chat.started)
                m_chat.started = parseIsoTimestamp(textOf(members, "startTime"));
            if (textOf(members, "kind") == "subagent")
                m_chat.isSubAgent = true;
            if (const auto folders = m_head.find("directories"); folders != m_head.end()
                && folders->is_array() && !folders->empty() && folders->front().is_string())
                m_chat.cwd = folders->front().get<std::string>();
            m_chat.attributesJson = toJsonText(m_head);
        }

        const ImportFile& m_file;
        std::string_view m_text;
        TraceBuilder& m_builder;
        Job& m_job;
        GeminiChat m_chat;
        nlohmann::json m_head = nlohmann::json::object();
        std::unordered_map<std::string, std::size_t> m_messageOfId; ///< those that were not left
        std::vector<std::pair<std::size_t, std::string>> m_active; ///< those that were not left
    };

} // namespace

Result<GeminiChat>
scanGeminiChat(const ImportFile& file, std::string_view text, TraceBuilder& builder, Job& job)
{
    return Scanner(file, text, builder, job).run();
}

std::string geminiText(const simdjson::dom::object& message)
{
    for (const char* key : {"displayContent", "content", "parts"}) {
        std::string text(textAt(message, key));
        if (const auto parts = arrayAt(message, key)) {
            for (const auto part : *parts)
                text.append(text.empty() ? "" : "\n").append(textMemberOf(part, "text"));
        }
        if (!text.empty())
            return text;
    }
    return {};
}

GeminiOutline readGeminiOutline(const std::vector<std::string>& ends)
{
    GeminiOutline outline;
    std::string firstPrompt;
    Job job;
    for (const std::string& end : ends) {
        TraceBuilder ignored({});
        const ImportFile file {.path = {}, .bytes = {}, .id = FileId(0)};
        const auto chat = scanGeminiChat(file, end, ignored, job);
        if (!chat)
            continue;
        if (!chat->title.empty())
            outline.title = chat->title;
        if (outline.cwd.empty())
            outline.cwd = chat->cwd;
        if (firstPrompt.empty())
            firstPrompt = firstPromptOf(*chat, end);
    }
    if (outline.title.empty())
        outline.title = firstPrompt;
    return outline;
}

std::string firstPromptOf(const GeminiChat& chat, std::string_view text)
{
    JsonDom parser;
    for (const RawRef& place : chat.messages) {
        const auto message = parser.parseObject(text.substr(place.offset, place.length), false);
        if (!message || textAt(*message, "type") != "user")
            continue;
        if (std::string title = shortened(geminiText(*message), kMaxSessionTitle); !title.empty())
            return title;
    }
    return {};
}

bool isGeminiChat(std::string_view text)
{
    const Members members = frontMembers(text);
    return find(members, "sessionId") != nullptr && find(members, "projectHash") != nullptr
        && (find(members, "startTime") != nullptr || find(members, "messages") != nullptr);
}

std::vector<fs::path> geminiCompanions(const fs::path& path)
{
    std::vector<fs::path> files;
    const std::string head = readFileHead(path, kHeadBytes);
    const Members members = frontMembers(head);
    const std::string session = textOf(members, "sessionId");
    // Never a path: the id of a stranger must not lead out of the folder.
    const bool isName = !session.empty() && fs::path(session).filename() == session
        && session != "." && session != "..";
    if (path == "-" || !isName)
        return files;
    std::error_code error;
    fs::directory_iterator walk(path.parent_path() / session, error);
    for (; !error && walk != fs::directory_iterator(); walk.increment(error)) {
        std::error_code ignored;
        if (walk->path().extension() == ".jsonl" && walk->is_regular_file(ignored))
            files.push_back(walk->path());
    }
    std::ranges::sort(files);
    return files;
}

} // namespace tracestore
