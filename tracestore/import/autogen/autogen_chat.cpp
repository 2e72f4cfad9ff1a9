#include "tracestore/import/autogen/autogen_chat.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/autogen/autogen_speaker.h"
#include "tracestore/import/chat/chat_message.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/reading/json_members.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace tracestore {
namespace {

    using nlohmann::json;

    constexpr std::size_t kMaxAttribute = std::size_t {64} << 10U;
    constexpr std::size_t kMaxMessage = 300;

    Result<void> readResult(const json& piece, SpanDetail& to)
    {
        to.toolResult = plainTextOf(piece, {"content"});
        return {};
    }

    /// The code that was run stands in blocks of the message before.
    Result<void> readCode(const json& piece, SpanDetail& to)
    {
        to.toolArguments = plainText(messageOf(piece, Role::Assistant));
        return {};
    }

    Result<void> readSaid(const json& piece, std::vector<Message>& to)
    {
        Message message = messageOf(piece, Role::Assistant);
        // The roles of a team are names; to the reader each of them is an agent that answers.
        if (message.role == Role::Other)
            message.role = Role::Assistant;
        to.push_back(std::move(message));
        return {};
    }

    /// What somebody found to be the first mistake of the run.
    struct Mistake
    {
        std::optional<std::size_t> step;
        std::string agent;
        std::string reason;
    };

    Mistake mistakeOf(const JsonRecord& document)
    {
        Mistake mistake {.agent = document.text("mistake_agent"),
                         .reason = document.text("mistake_reason")};
        const std::string step = document.text("mistake_step");
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), number);
        if (error == std::errc() && end == step.data() + step.size() && !step.empty())
            mistake.step = number;
        return mistake;
    }

    class ChatReading
    {
    public:
        ChatReading(const JsonRecord& document,
                    TraceBuilder& builder,
                    StepPayloads& payloads,
                    ReportBatch& batch)
            : m_document(document)
            , m_builder(builder)
            , m_payloads(payloads)
            , m_batch(batch)
            , m_mistake(mistakeOf(document))
            , m_session(builder.addSession({}))
            , m_root(addRoot())
            , m_history(payloads.addHistory())
        { }

        void run(const std::vector<PlacedJson>& messages)
        {
            for (std::size_t i = 0; i < messages.size(); ++i)
                addMessage(messages[i], i);
            describe();
        }

    private:
        SpanId addRoot()
        {
            SpanRecord root {.session = m_session, .kind = SpanKind::Session};
            for (const JsonRecord::Member& member : m_document.members)
                root.raw.push_back(member.place);
            const SpanId span = m_builder.addSpan(root);
            for (const RawRef& raw : root.raw)
                m_payloads.addRaw(span, raw);
            return span;
        }

        void addMessage(const PlacedJson& source, std::size_t index)
        {
            const auto value = parseJson(source.text);
            if (!value || !value->is_object()) {
                m_batch.add(ReportSeverity::Broken,
                            source.place.offset,
                            "A message cannot be read: "
                                + (value ? "It is not an object." : value.error().message));
                return;
            }
            const std::string content = plainTextOf(*value, {"content"});
            const std::string role = plainTextOf(*value, {"role"});
            const AutogenSpeaker speaker
                = autogenSpeakerOf(role, plainTextOf(*value, {"name"}), content);
            const SpanId span = addSpan(source, role, content, speaker);
            if (m_mistake.step == index)
                markMistake(span, speaker.name);
            m_payloads.addToHistory(m_history, source.place, readSaid);
            m_builder.report().addMapped();
            m_before = source.place;
        }

        SpanId addSpan(const PlacedJson& source,
                       const std::string& role,
                       const std::string& content,
                       const AutogenSpeaker& speaker)
        {
            const bool isTurn = speaker.kind == SpanKind::Turn;
            const std::string title = titleLine(content);
            const std::string name = isTurn && !title.empty() ? title : nameOf(speaker, role);
            SpanRecord record {.session = m_session,
                               .kind = speaker.kind,
                               .name = name,
                               .origKind = role,
                               .parent = isTurn || !m_turn.isValid() ? m_root : m_turn,
                               .isParentImplied = true,
                               .raw = {source.place}};
            if (!isTurn)
                record.agent = agentOf(speaker.name);
            if (const auto code = exitCodeOf(content)) {
                record.status = *code == 0 ? SpanStatus::Ok : SpanStatus::Error;
                if (*code != 0)
                    record.error = SpanError {.type = "exit code " + std::to_string(*code),
                                              .message = outputLine(content)};
            } else if (speaker.kind == SpanKind::Llm) {
                record.status = SpanStatus::Ok;
            }
            const SpanId span = m_builder.addSpan(record);
            m_payloads.addRaw(span, source.place);
            addPayloads(span, source.place, speaker.kind);
            if (isTurn)
                m_turn = span;
            if (m_title.empty())
                m_title = title;
            linkHandoff(span, speaker);
            return span;
        }

        static std::string nameOf(const AutogenSpeaker& speaker, const std::string& role)
        {
            if (speaker.kind == SpanKind::Handoff)
                return speaker.name + " \u2192 " + speaker.to;
            return speaker.kind == SpanKind::Plan || speaker.kind == SpanKind::Event ? role
                                                                                     : speaker.name;
        }

        /// The first line behind `exitcode: 1 (execution failed)`.
        static std::string outputLine(std::string_view content)
        {
            constexpr std::string_view kLabel = "Code output:";
            const std::size_t label = content.find(kLabel);
            return titleLine(
                label == std::string_view::npos ? content : content.substr(label + kLabel.size()),
                kMaxMessage);
        }

        void addPayloads(SpanId span, const RawRef& place, SpanKind kind)
        {
            if (kind == SpanKind::Turn || kind == SpanKind::Message) {
                m_payloads.addInput(span, place, readMessages);
                return;
            }
            if (kind == SpanKind::Tool) {
                if (m_before)
                    m_payloads.add(span, *m_before, readCode);
                m_payloads.add(span, place, readResult);
                return;
            }
            m_payloads.setInput(span,
                                {.history = m_history, .last = m_payloads.historySize(m_history)});
            m_payloads.addOutput(span, place, readSaid);
        }

        /// A hand-off leads to the next that its receiver says.
        void linkHandoff(SpanId span, const AutogenSpeaker& speaker)
        {
            if (speaker.kind == SpanKind::Handoff) {
                m_handoff = span;
                m_receiver = speaker.to;
            } else if (m_handoff.isValid() && speaker.name == m_receiver) {
                m_builder.addLink({.from = m_handoff, .to = span, .kind = LinkKind::Handoff});
                m_handoff = {};
            }
        }

        AgentId agentOf(const std::string& name)
        {
            const auto [known, isNew] = m_agents.try_emplace(name);
            if (isNew)
                known->second = m_builder.addAgent({.name = name, .origId = {}, .role = {}});
            return known->second;
        }

        void markMistake(SpanId span, const std::string& speaker)
        {
            m_isMistakeFound = true;
            m_builder.columns().status.set(span.index(), SpanStatus::Error);
            m_builder.setError(span,
                               {.type = "mistake", .message = titleLine(m_mistake.reason, 500)});
            if (!m_mistake.agent.empty() && m_mistake.agent != speaker)
                m_batch.add(ReportSeverity::Guessed,
                            0,
                            "The step that is marked as the mistake is not said by the agent that "
                            "is marked for it.");
        }

        void describe()
        {
            Session& session = m_builder.session(m_session);
            const std::string question = m_document.text("question");
            session.key = m_document.text("question_ID");
            if (session.key.empty())
                session.key = std::to_string(m_session.index() + 1);
            session.title = question.empty() ? m_title : titleLine(question);
            if (session.title.empty())
                session.title = "Chat " + std::to_string(m_session.index() + 1);
            session.producerName = "AutoGen";
            m_builder.columns().name.set(m_root.index(), m_builder.intern(session.title));
            judge(session);
            json attributes = json::object();
            for (const JsonRecord::Member& member : m_document.members) {
                const auto value = member.value.text.size() <= kMaxAttribute
                    ? parseJson(member.value.text)
                    : fail(ErrorCode::Limit, {});
                if (value)
                    attributes[std::string(member.key)] = *value;
            }
            if (!attributes.empty())
                session.attributesJson = toJsonText(attributes);
        }

        void judge(Session& session)
        {
            std::string verdict = m_document.text("is_correct");
            if (verdict.empty())
                verdict = m_document.text("is_corrected"); // as the hand-made files spell it
            if (verdict != "true" && verdict != "false")
                return;
            const bool isCorrect = verdict == "true";
            session.outcome = isCorrect ? SpanStatus::Ok : SpanStatus::Error;
            session.scores.push_back({.name = "is_correct",
                                      .value = isCorrect ? 1.0 : 0.0,
                                      .label = verdict,
                                      .explanation = titleLine(m_mistake.reason, 500)});
            m_builder.columns().status.set(m_root.index(), session.outcome);
            if (isCorrect)
                return;
            std::string message = "The answer is wrong.";
            if (m_isMistakeFound)
                message += " First mistake: step " + std::to_string(*m_mistake.step) + ", "
                    + m_mistake.agent + ".";
            m_builder.setError(m_root, {.message = message});
        }

        const JsonRecord& m_document;
        TraceBuilder& m_builder;
        StepPayloads& m_payloads;
        ReportBatch& m_batch;
        Mistake m_mistake;
        bool m_isMistakeFound = false;
        SessionId m_session;
        SpanId m_root;
        SpanId m_turn;
        std::uint32_t m_history;
        std::optional<RawRef> m_before; ///< the message before
        SpanId m_handoff; ///< the last that nobody has taken up yet
        std::string m_receiver;
        std::unordered_map<std::string, AgentId> m_agents;
        std::string m_title;
    };

} // namespace

void addAutogenChat(const JsonRecord& document,
                    const std::vector<PlacedJson>& messages,
                    TraceBuilder& builder,
                    StepPayloads& payloads,
                    ReportBatch& batch)
{
    ChatReading(document, builder, payloads, batch).run(messages);
}

} // namespace tracestore
