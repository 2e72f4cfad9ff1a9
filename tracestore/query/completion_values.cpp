#include "tracestore/query/query_completion.h"

#include <algorithm>

namespace tracestore {

/// Counts how often values occur.
class CompletionValues::Counter
{
public:
    Counter(const Trace& trace, CompletionValues& to)
        : m_trace(trace)
        , m_to(to)
    { }

    /// A text for each span.
    template<class IdOf>
    void texts(const char* field, IdOf idOf)
    {
        std::vector<std::size_t> counts(m_trace.strings().size());
        for (std::size_t i = 0; i < m_trace.spanCount(); ++i)
            ++counts[idOf(i).value];
        keep(field, counts, [&](std::size_t id) {
            return std::string(m_trace.text(StringId {static_cast<std::uint32_t>(id)}));
        });
    }

    /// A thing for each span that has a text.
    template<class IdOf, class TextOf>
    void things(const char* field, std::size_t things, IdOf idOf, TextOf textOf)
    {
        std::vector<std::size_t> counts(things);
        for (std::size_t i = 0; i < m_trace.spanCount(); ++i) {
            if (const auto id = idOf(SpanId(i)); id.isValid())
                ++counts[id.index()];
        }
        keep(field, counts, textOf);
    }

    template<class Enum, class EnumOf>
    void words(const char* field, Enum last, EnumOf enumOf)
    {
        std::vector<std::size_t> counts(static_cast<std::size_t>(last) + 1);
        for (std::size_t i = 0; i < m_trace.spanCount(); ++i)
            ++counts[static_cast<std::size_t>(enumOf(SpanId(i)))];
        keep(field, counts, [](std::size_t value) {
            return std::string(toWord(static_cast<Enum>(value)));
        });
    }

private:
    template<class TextOf>
    void keep(const char* field, const std::vector<std::size_t>& counts, TextOf textOf)
    {
        std::map<std::string, std::size_t> sums; // several agents may have one name
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] > 0)
                sums[textOf(i)] += counts[i];
        }
        sums.erase(std::string());
        std::vector<Value> values;
        for (auto& [text, count] : sums)
            values.push_back({text, count});
        std::ranges::stable_sort(values, std::greater(), &Value::count);
        values.resize(std::min(values.size(), kMost));
        m_to.m_values[field] = std::move(values);
    }

    const Trace& m_trace;
    CompletionValues& m_to;
};

CompletionValues::CompletionValues(const Trace& trace)
{
    const SpanColumns& spans = trace.columns();
    Counter counter(trace, *this);
    const auto column = [&](const char* field, const Column<StringId>& of) {
        counter.texts(field, [&](std::size_t i) { return of[i]; });
    };
    column("name", spans.name);
    column("source_kind", spans.origKind);
    column("model.requested", spans.requestedModel);
    column("provider", spans.provider);
    counter.texts("tool", [&](std::size_t i) {
        return spans.kind[i] == SpanKind::Tool ? spans.name[i] : StringId {};
    });
    counter.texts("model", [&](std::size_t i) {
        return spans.respondedModel[i].isEmpty() ? spans.requestedModel[i]
                                                 : spans.respondedModel[i];
    });
    counter.words("kind", SpanKind::Other, [&](SpanId span) { return trace.kind(span); });
    counter.words("status", SpanStatus::Pending, [&](SpanId span) { return trace.status(span); });
    counter.words("session.outcome", SpanStatus::Pending, [&](SpanId span) {
        return trace.session(trace.sessionOf(span)).outcome;
    });
    const auto agentOf = [&](SpanId span) { return trace.agentOf(span); };
    const auto& agents = trace.agents();
    counter.things("agent", agents.size(), agentOf, [&](std::size_t i) { return agents[i].name; });
    counter.things(
        "agent.role", agents.size(), agentOf, [&](std::size_t i) { return agents[i].role; });
    counter.things(
        "session",
        trace.sessions().size(),
        [&](SpanId span) { return trace.sessionOf(span); },
        [&](std::size_t i) {
            const Session& session = trace.sessions()[i];
            return session.title.empty() ? session.key : session.title;
        });
    counter.things(
        "branch",
        trace.branches().size(),
        [&](SpanId span) { return trace.branchOf(span); },
        [&](std::size_t i) { return trace.branches()[i].name; });
    std::map<std::string, std::size_t> errors;
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const SpanError* error = trace.error(SpanId(i));
        if (error != nullptr && !error->type.empty() && errors.size() < kMost)
            ++errors[error->type];
    }
    for (const auto& [type, count] : errors)
        m_values["error.type"].push_back({type, count});
}

const std::vector<CompletionValues::Value>& CompletionValues::of(std::string_view field) const
{
    static const std::vector<Value> kNone;
    const auto found = m_values.find(field);
    return found == m_values.end() ? kNone : found->second;
}

} // namespace tracestore
