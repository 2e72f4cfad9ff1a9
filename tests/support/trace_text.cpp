#include "tests/support/trace_text.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

namespace tests {

using namespace tracestore;

namespace {

    std::string_view outcomeOf(const Session& session)
    {
        return session.outcome == SpanStatus::Unknown ? "" : toWord(session.outcome);
    }

    std::string scoresOf(const Session& session)
    {
        std::string text;
        for (const Score& score : session.scores) {
            text += (text.empty() ? "" : "; ") + score.name;
            if (score.value)
                text += ' ' + nlohmann::json(*score.value).dump();
            for (const std::string* words : {&score.label, &score.explanation})
                text += words->empty() ? "" : ' ' + quoteJson(*words);
        }
        return text;
    }

    /// Writes `key=value` fields, leaving out what is not known.
    class Line
    {
    public:
        explicit Line(std::string text)
            : m_text(std::move(text))
        { }

        Line& field(std::string_view key, std::string_view value)
        {
            if (!value.empty())
                m_text.append(1, ' ').append(key).append(1, '=').append(value);
            return *this;
        }

        Line& field(std::string_view key, std::optional<std::int64_t> value)
        {
            return value ? field(key, std::to_string(*value)) : *this;
        }

        Line& field(std::string_view key, std::optional<Timestamp> value)
        {
            return value ? field(key, std::to_string(value->ns)) : *this;
        }

        Line& quoted(std::string_view key, std::string_view value)
        {
            return value.empty() ? *this : field(key, quoteJson(value));
        }

        template<class Tag>
        Line& id(std::string_view key, Id<Tag> value)
        {
            return value.isValid() ? field(key, std::to_string(value.value)) : *this;
        }

        std::string take() { return std::move(m_text) + '\n'; }

    private:
        std::string m_text;
    };

    void addUsage(Line& line, const TokenUsage* usage)
    {
        if (usage == nullptr)
            return;
        line.field("in", usage->input)
            .field("cache_read", usage->cacheRead)
            .field("cache_write", usage->cacheWrite)
            .field("cache_write_long", usage->cacheWriteLong)
            .field("out", usage->output)
            .field("reasoning", usage->reasoning)
            .field("reported_total", usage->reportedTotal);
        if (usage->state != UsageState::Reported)
            line.field("usage", toWord(usage->state));
    }

    void addCost(Line& line, const Cost* cost)
    {
        if (cost == nullptr)
            return;
        char amount[64];
        std::snprintf(amount, sizeof amount, "%.17g", cost->amount);
        line.field("cost", amount)
            .field("currency", cost->currency)
            .field("cost_source", toWord(cost->source));
    }

    void addError(Line& line, const SpanError* error)
    {
        if (error == nullptr)
            return;
        line.quoted("error_type", error->type).quoted("error", error->message);
        if (error->isRetryable)
            line.field("retryable", *error->isRetryable ? "yes" : "no");
    }

    std::string attributesText(const std::vector<Attribute>& attributes, const std::string& indent)
    {
        std::string text;
        for (const Attribute& attribute : attributes)
            text += indent + attribute.key + " = " + attribute.json + '\n';
        return text;
    }

    std::string
    messagesText(std::string_view title, ContentState state, const std::vector<Message>& messages)
    {
        std::string text = "    " + std::string(title) + ' ' + std::string(toWord(state)) + '\n';
        for (const Message& message : messages)
            text += "      " + toJson(message) + '\n';
        return text;
    }

    std::string detailText(const SpanDetail& detail)
    {
        std::string text = messagesText("input", detail.inputState, detail.input)
            + messagesText("output", detail.outputState, detail.output);
        text += Line("    detail")
                    .quoted("arguments", detail.toolArguments)
                    .quoted("result", detail.toolResult)
                    .quoted("description", detail.toolDescription)
                    .quoted("definitions", detail.toolDefinitions)
                    .quoted("stack", detail.errorStack)
                    .take();
        for (const std::string& reason : detail.finishReasons)
            text += "    finish " + reason + '\n';
        text += attributesText(detail.parameters, "    parameter ");
        text += attributesText(detail.attributes, "    attribute ");
        for (const SpanEvent& event : detail.events)
            text += Line("    event").quoted("name", event.name).field("time", event.time).take()
                + attributesText(event.attributes, "      ");
        return text;
    }

    std::string spanText(const Trace& trace, SpanId span)
    {
        const SpanColumns& c = trace.columns();
        const std::size_t i = span.index();
        Line line("span " + std::to_string(i));
        line.field("kind", toWord(trace.kind(span)))
            .quoted("name", trace.name(span))
            .quoted("orig_kind", trace.origKind(span))
            .quoted("id", trace.origId(span))
            .quoted("trace", trace.traceId(span))
            .id("session", trace.sessionOf(span))
            .id("parent", trace.parent(span))
            .quoted("parent_id", trace.text(c.parentOrigId[i]))
            .field("parent_state", toWord(trace.parentState(span)))
            .id("agent", trace.agentOf(span))
            .id("branch", trace.branchOf(span))
            .field("start", trace.start(span))
            .field("end", trace.end(span))
            .field("first_token", trace.firstToken(span))
            .field("times", toWord(trace.timeSource(span)))
            .field("status", toWord(trace.status(span)))
            .quoted("requested", trace.text(c.requestedModel[i]))
            .quoted("responded", trace.text(c.respondedModel[i]))
            .quoted("provider", trace.provider(span))
            .quoted("response", trace.text(c.responseId[i]))
            .quoted("call", trace.toolCallId(span))
            .field("counts", trace.countsInTotals(span) ? "yes" : "no");
        addUsage(line, trace.usage(span));
        addCost(line, trace.cost(span));
        addError(line, trace.error(span));
        return line.take();
    }

    std::string headerText(const Trace& trace)
    {
        std::string text = Line("trace")
                               .quoted("format", trace.origin().formatId)
                               .quoted("format_name", trace.origin().formatName)
                               .quoted("producer", trace.origin().producerName)
                               .quoted("version", trace.origin().producerVersion)
                               .take();
        for (const Session& session : trace.sessions())
            text += Line("session")
                        .quoted("key", session.key)
                        .quoted("title", session.title)
                        .quoted("producer", session.producerName)
                        .quoted("version", session.producerVersion)
                        .quoted("cwd", session.cwd)
                        .quoted("branch", session.repositoryBranch)
                        .quoted("commit", session.repositoryCommit)
                        .field("started", session.started)
                        .field("ended", session.ended)
                        .id("parent", session.parent)
                        .field("outcome", outcomeOf(session))
                        .quoted("scores", scoresOf(session))
                        .field("traces", session.counts.traces)
                        .field("spans", session.counts.spans)
                        .field("roots", session.counts.roots)
                        .field("orphans", session.counts.orphans)
                        .field("links", session.counts.links)
                        .quoted("attributes", session.attributesJson)
                        .take();
        for (const Agent& agent : trace.agents())
            text += Line("agent")
                        .quoted("name", agent.name)
                        .quoted("id", agent.origId)
                        .quoted("role", agent.role)
                        .take();
        for (const Branch& branch : trace.branches())
            text += Line("branch")
                        .quoted("name", branch.name)
                        .id("parent", branch.parent)
                        .id("forked_at", branch.forkedAt)
                        .field("active", branch.isActive ? "yes" : "no")
                        .take();
        for (const SpanLink& link : trace.links())
            text += Line("link")
                        .id("from", link.from)
                        .id("to", link.to)
                        .quoted("to_trace", link.toTraceId)
                        .quoted("to_id", link.toOrigId)
                        .field("kind", toWord(link.kind))
                        .quoted("attributes", link.attributesJson)
                        .take();
        text += "mapped " + std::to_string(trace.report().mapped()) + '\n';
        for (const ReportRow& row : trace.report().rows())
            text += Line("report")
                        .field("severity", toWord(row.severity))
                        .field("file", std::to_string(row.file))
                        .quoted("field", row.field)
                        .quoted("message", row.message)
                        .field("count", std::to_string(row.count))
                        .field("offset", row.offset ? std::to_string(*row.offset) : "")
                        .field("line", row.line ? std::to_string(*row.line) : "")
                        .take();
        return text;
    }

} // namespace

std::string treeText(const Trace& trace)
{
    std::string text;
    for (const SpanId span : trace.preOrder()) {
        text.append(2 * trace.depth(span), ' ');
        text.append(toWord(trace.kind(span))).append(1, ' ').append(trace.name(span));
        text.append(" [").append(toWord(trace.status(span))).append("]");
        if (const auto duration = trace.duration(span))
            text += ' ' + std::to_string(duration->ns / 1'000'000) + "ms";
        Line line("");
        addUsage(line, trace.usage(span));
        line.field("call", trace.toolCallId(span));
        if (const AgentId agent = trace.agentOf(span); agent.isValid())
            line.field("agent", trace.agent(agent).name);
        if (!trace.countsInTotals(span))
            line.field("counts", "no");
        text += line.take();
    }
    return text;
}

std::string fullText(const Trace& trace, bool withPlaces)
{
    std::string text = headerText(trace);
    if (withPlaces) {
        for (const std::string& file : trace.origin().files)
            text += "file " + file + '\n';
    }
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const SpanId span(i);
        text += spanText(trace, span);
        if (withPlaces) {
            for (const RawRef& raw : trace.raw(span))
                text += "    raw " + std::to_string(raw.file.value) + ' '
                    + std::to_string(raw.offset) + '+' + std::to_string(raw.length) + '\n';
        }
        const auto detail = trace.payloads().detail(span);
        text
            += detail ? detailText(*detail) : "    detail failed: " + detail.error().message + '\n';
        const auto raw = trace.payloads().raw(span);
        text += raw ? "    raw " + quoteJson(*raw) + '\n'
                    : "    raw failed: " + raw.error().message + '\n';
    }
    return text;
}

} // namespace tests
