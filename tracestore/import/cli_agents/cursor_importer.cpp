#include "tracestore/import/cli_agents/cursor_importer.h"

#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"
#include "tracestore/import/reading/json_places.h"
#include "tracestore/import/reading/log_steps.h"
#include "tracestore/import/reading/short_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;
    using simdjson::dom::object;

    /// Nothing but a role and a message with blocks: others say who, when or in which session.
    bool isCursorRecord(const object& record)
    {
        const std::string_view role = textAt(record, "role");
        const auto message = objectAt(record, "message");
        return record.size() == 2 && (role == "user" || role == "assistant") && message
            && arrayAt(*message, "content");
    }

    Result<void> readCursorMessage(const json& record, std::vector<Message>& to)
    {
        const json* from = memberOf(record, "message");
        if (from == nullptr)
            return {};
        Message message = messageOf(*from, roleOf(plainTextOf(record, {"role"})));
        const bool isResult = !message.parts.empty()
            && std::holds_alternative<ToolResultPart>(message.parts.front());
        if (isResult)
            message.role = Role::Tool;
        to.push_back(std::move(message));
        return {};
    }

    Result<void> readCursorCall(const json& block, SpanDetail& to)
    {
        to.toolArguments = plainTextOf(block, {"input"});
        return {};
    }

    Result<void> readCursorResult(const json& block, SpanDetail& to)
    {
        const json* content = memberOf(block, "content");
        return content == nullptr ? Result<void>() : readToolResult(*content, to);
    }

    /// What the user typed stands in a tag among what the program adds.
    std::string_view typedText(std::string_view text)
    {
        constexpr std::string_view kOpen = "<user_query>";
        const std::size_t start = text.find(kOpen);
        if (start == std::string_view::npos)
            return text;
        const std::string_view rest = text.substr(start + kOpen.size());
        return trimmed(rest.substr(0, rest.find("</user_query>")));
    }

    class CursorSteps : public LogSteps
    {
    public:
        explicit CursorSteps(const Target& target)
            : LogSteps(target, {"Cursor", "Cursor"})
        { }

        void add(const RecordLine& line) override
        {
            const LogRecord at {line.place, {}};
            const std::string_view role = textAt(line.object, "role");
            const auto message = objectAt(line.object, "message");
            const auto content = message ? arrayAt(*message, "content") : std::nullopt;
            if (!content || (role != "user" && role != "assistant"))
                return drop(line, at, role);
            if (role == "assistant")
                addAnswer(at);
            addBlocks(*content, line, role);
            m_log.closeAnswer();
            if (!m_isPrompt)
                m_log.remember(at.place, readCursorMessage);
        }

    private:
        void addAnswer(const LogRecord& at)
        {
            m_log.closeAnswer();
            m_payloads.addOutput(m_log.openAnswer({.model = {},
                                                   .provider = {},
                                                   .responseId = {},
                                                   .origId = {},
                                                   .origKind = "assistant"},
                                                  at),
                                 at.place,
                                 readCursorMessage);
        }

        void addBlocks(const simdjson::dom::array& content,
                       const RecordLine& line,
                       std::string_view role)
        {
            const auto places = elementPlaces(line.place, line.text, {"message", "content"});
            m_isPrompt = false;
            std::string text;
            bool hasResult = false;
            std::size_t i = 0;
            for (const auto element : content) {
                object block;
                const bool isBlock = element.get(block) == simdjson::SUCCESS && i < places.size();
                const RawRef place = isBlock ? places[i] : line.place;
                ++i;
                if (!isBlock)
                    continue;
                const std::string_view type = textAt(block, "type");
                hasResult = hasResult || type == "tool_result";
                if (type == "tool_use")
                    addCall(block, place);
                else if (type == "tool_result")
                    addResult(block, place);
                else if (type == "text")
                    text.append(text.empty() ? "" : "\n").append(textAt(block, "text"));
            }
            if (role != "user")
                return;
            m_isPrompt = !hasResult;
            if (m_isPrompt)
                addPrompt(typedText(text), "user", {line.place, {}}, readCursorMessage);
            else
                passOver({line.place, {}});
        }

        void addCall(const object& block, const RawRef& place)
        {
            const SpanId call = m_log.addCall({.callId = textAt(block, "id"),
                                               .name = textAt(block, "name"),
                                               .origId = {},
                                               .origKind = "tool_use"},
                                              {place, {}});
            m_payloads.add(call, place, readCursorCall);
        }

        void addResult(const object& block, const RawRef& place)
        {
            const SpanId call = m_log.addResult({.callId = textAt(block, "tool_use_id"),
                                                 .name = {},
                                                 .origId = {},
                                                 .origKind = "tool_result"},
                                                {place, {}});
            m_payloads.add(call, place, readCursorResult);
            if (isTrueAt(block, "is_error"))
                m_log.setStatus(call, SpanStatus::Error);
        }

        bool m_isPrompt = false; ///< the record is one, and is remembered as such
    };

    std::unique_ptr<LogSteps> newCursorSteps(const LogSteps::Target& target)
    {
        return std::make_unique<CursorSteps>(target);
    }

} // namespace

bool CursorImporter::sniff(const Sample& sample) const
{
    return anyRecord(sample, isCursorRecord);
}

Result<std::shared_ptr<const PayloadSource>>
CursorImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    return readLogs(files, newCursorSteps, builder, job);
}

} // namespace tracestore
