#include "tracestore/export/transcript.h"

#include "tracestore/base/job.h"
#include "tracestore/base/timestamp.h"
#include "tracestore/model/call_history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

namespace tracestore {
namespace {

    /// Four figures are enough to read and to compare.
    std::string roundNumber(double value, const char* unit)
    {
        std::array<char, 64> text {};
        std::snprintf(text.data(), text.size(), "%.4g %s", value, unit);
        return text.data();
    }

    void addFact(std::string& to, std::string_view fact)
    {
        if (!fact.empty())
            to.append(to.empty() ? "" : " · ").append(fact);
    }

    std::string tokensText(const TokenUsage& usage)
    {
        std::string text;
        if (const auto input = usage.inputTotal())
            text = std::to_string(*input) + " tokens in";
        if (usage.cacheRead.value_or(0) > 0)
            text += " (" + std::to_string(*usage.cacheRead) + " from the cache)";
        if (usage.output)
            text += (text.empty() ? "" : ", ") + std::to_string(*usage.output)
                + (text.empty() ? " tokens out" : " out");
        return text;
    }

    /// Reads the steps of a session one after another and remembers what was shown.
    class TranscriptReader
    {
    public:
        explicit TranscriptReader(const Trace& trace)
            : m_trace(trace)
        { }

        TranscriptStep read(SpanId span)
        {
            m_step = {.span = span};
            auto detail = m_trace.payloads().detail(span);
            if (!detail)
                m_step.problem = detail.error().message;
            else if (isModelCall(m_trace, span))
                readCall(span, *detail);
            else
                readOther(span, *detail);
            if (detail)
                readEdits(*detail);
            if (const SpanError* error = m_trace.error(span))
                add(error->type.empty() ? "error" : "error: " + error->type, error->message);
            if (detail)
                add("stack", detail->errorStack);
            return std::move(m_step);
        }

    private:
        void readEdits(const SpanDetail& detail)
        {
            for (const SpanEvent& event : detail.events) {
                if (event.name != "edit")
                    continue;
                TranscriptEdit& edit = m_step.edits.emplace_back();
                for (const Attribute& one : event.attributes) {
                    if (one.key == "path")
                        edit.path = one.json;
                    else if (one.key == "before")
                        edit.before = one.json;
                    else if (one.key == "after")
                        edit.after = one.json;
                }
            }
        }

        void readCall(SpanId call, SpanDetail& detail)
        {
            std::vector<Message>& before = m_sent[m_trace.agentOf(call)];
            m_step.repeated = historyChange(before, detail.input).firstNew;
            for (std::size_t i = m_step.repeated; i < detail.input.size(); ++i) {
                if (isShown(detail.input[i]))
                    ++m_step.repeated;
                else
                    addMessage(detail.input[i]);
            }
            for (const Message& message : detail.output)
                show(message);
            before = std::move(detail.input);
        }

        void readOther(SpanId span, const SpanDetail& detail)
        {
            const SpanId parent = m_trace.parent(span);
            for (const auto* messages : {&detail.input, &detail.output}) {
                for (const Message& message : *messages) {
                    // A turn and the message that began it hold the same words.
                    const std::string text = toJson(message);
                    if (m_lastShown == text && parent == m_lastSpan)
                        continue;
                    show(message);
                    m_lastShown = text;
                    m_lastSpan = span;
                }
            }
            add("arguments", detail.toolArguments);
            add("result", detail.toolResult);
            if (!detail.toolResult.empty() && !m_trace.toolCallId(span).empty())
                m_results.emplace(m_trace.toolCallId(span));
        }

        /// Shows a message that a later call will be sent.
        void show(const Message& message)
        {
            addMessage(message);
            ++m_shown[toJson(message)];
        }

        /// Whether a message was shown where it was said; each showing counts for one.
        bool isShown(const Message& message)
        {
            const auto shown = m_shown.find(toJson(message));
            if (shown != m_shown.end() && shown->second > 0) {
                --shown->second;
                return true;
            }
            return !message.parts.empty()
                && std::ranges::all_of(message.parts, [this](const MessagePart& part) {
                       const auto* result = std::get_if<ToolResultPart>(&part);
                       return result != nullptr && m_results.contains(result->callId);
                   });
        }

        void add(std::string label, std::string_view text)
        {
            if (!text.empty())
                m_step.blocks.push_back({std::move(label), std::string(text)});
        }

        void addMessage(const Message& message)
        {
            const std::string who
                = message.origRole.empty() ? std::string(toWord(message.role)) : message.origRole;
            for (const MessagePart& part : message.parts)
                std::visit([&](const auto& one) { addPart(who, one); }, part);
        }

        void addPart(const std::string& who, const TextPart& part) { add(who, part.text); }

        void addPart(const std::string& who, const ReasoningPart& part)
        {
            add(who + ", reasoning", part.isEncrypted ? "(encrypted)" : part.text);
        }

        void addPart(const std::string& who, const ToolCallPart& part)
        {
            add(who + " calls " + part.name,
                part.arguments.empty() ? "(no arguments)" : part.arguments);
        }

        void addPart(const std::string& who, const ToolResultPart& part)
        {
            add(who + (part.isError ? ", failed result" : ", result"), part.content);
        }

        void addPart(const std::string& who, const MediaPart& part)
        {
            const std::string size = std::to_string(part.data.size());
            add(who + ", " + (part.mimeType.empty() ? "media" : part.mimeType),
                part.reference.empty() ? "(" + size + " characters of base64 in the trace)"
                                       : part.reference);
        }

        void addPart(const std::string& who, const OtherPart& part)
        {
            add(who + ", " + part.type, part.json);
        }

        const Trace& m_trace;
        TranscriptStep m_step;
        std::map<AgentId, std::vector<Message>> m_sent; ///< the input of the agent's last call
        std::unordered_map<std::string, std::size_t> m_shown;
        std::set<std::string, std::less<>> m_results; ///< calls whose result stands at their tool
        std::string m_lastShown;
        SpanId m_lastSpan;
    };

    std::string costText(const Cost& cost)
    {
        if (!std::isfinite(cost.amount))
            return {};
        std::string text = roundNumber(cost.amount, cost.currency.c_str());
        return cost.source == CostSource::Computed ? text + " (computed)" : text;
    }

} // namespace

std::string_view titleOf(const Session& session)
{
    return session.title.empty() ? session.key : session.title;
}

std::string titleOf(const Trace& trace)
{
    const std::vector<Session>& sessions = trace.sessions();
    if (sessions.size() == 1)
        return std::string(titleOf(sessions.front()));
    return std::to_string(sessions.size()) + " sessions";
}

std::string judgementText(const Session& session)
{
    std::string text;
    const auto add = [&](std::string_view more) {
        text.append(text.empty() || more.empty() ? "" : ", ").append(more);
    };
    if (session.outcome != SpanStatus::Unknown)
        add(session.outcome == SpanStatus::Error ? "failed" : toWord(session.outcome));
    for (const Score& score : session.scores) {
        std::string one = score.name;
        if (!score.label.empty())
            one += ' ' + score.label;
        if (score.value)
            one += ' ' + roundNumber(*score.value, "");
        while (one.ends_with(' '))
            one.pop_back();
        add(one);
    }
    return text;
}

std::string readableTime(Timestamp instant)
{
    std::string text = formatIsoTimestamp(instant);
    text.resize(std::min(text.find_first_of(".Z"), text.size()));
    std::ranges::replace(text, 'T', ' ');
    return text + " UTC";
}

std::string durationText(std::optional<Duration> duration)
{
    if (!duration)
        return {};
    const auto ns = static_cast<double>(duration->ns);
    if (std::abs(ns) >= 60e9)
        return roundNumber(ns / 60e9, "min");
    if (std::abs(ns) >= 1e9)
        return roundNumber(ns / 1e9, "s");
    const bool isTiny = std::abs(ns) < 1e6 && duration->ns != 0;
    return isTiny ? roundNumber(ns / 1e3, "µs") : roundNumber(ns / 1e6, "ms");
}

std::string factsText(const Trace& trace, SpanId span)
{
    std::string text;
    if (trace.model(span) != trace.name(span))
        addFact(text, trace.model(span));
    addFact(text, durationText(trace.duration(span)));
    if (const TokenUsage* usage = trace.usage(span))
        addFact(text, tokensText(*usage));
    if (const Cost* cost = trace.cost(span))
        addFact(text, costText(*cost));
    return text;
}

Result<void> readTranscript(const Trace& trace,
                            SessionId session,
                            Job& job,
                            const std::function<Result<void>(const TranscriptStep&)>& visit)
{
    TranscriptReader reader(trace);
    for (const SpanId root : trace.roots(session)) {
        const std::size_t first = trace.preOrderIndex(root);
        for (std::size_t i = first; i <= first + trace.descendantCount(root); ++i) {
            if (job.isCancelled())
                return cancelled();
            if (auto done = visit(reader.read(trace.preOrder()[i])); !done)
                return done;
            job.advance(1);
        }
    }
    return {};
}

} // namespace tracestore
