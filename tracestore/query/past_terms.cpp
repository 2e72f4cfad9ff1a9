#include "tracestore/query/past_terms.h"

#include "tracestore/base/json_io.h"
#include "tracestore/model/call_hash.h"
#include "tracestore/query/any_value.h"
#include "tracestore/query/query_compare.h"
#include "tracestore/query/query_path.h"
#include "tracestore/query/query_payload.h"
#include "tracestore/query/session_columns.h"
#include "tracestore/query/told_states.h"

namespace tracestore {
namespace {

    Truth absentPast(const QueryTerm& term)
    {
        return term.op == QueryOperator::Exists ? Truth::False : Truth::Unknown;
    }

    /// Counts equal calls of each agent; what cannot be read is unknown and counts for nothing.
    Result<TruthColumn>
    repeats(const QueryTerm& term, const Trace& trace, const std::vector<bool>& wanted, Job& job)
    {
        std::vector<bool> sessions(trace.sessions().size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i])
                sessions[trace.sessionOf(SpanId(i)).index()] = true;
        }
        TruthColumn truths(trace.spanCount(), absentPast(term));
        std::unordered_map<ContentHash, double> counts;
        for (const SpanId span : orderOfStart(trace)) {
            const SessionId session = trace.sessionOf(span);
            if (!isOwnCall(trace, span) || !sessions[session.index()])
                continue;
            if (job.isCancelled())
                return cancelled();
            const auto detail = trace.payloads().detail(span);
            if (!detail) {
                truths[span.index()] = Truth::Unknown;
                continue;
            }
            // Of this session, of this agent, this call.
            const std::string caller = std::to_string(session.value) + ' '
                + std::to_string(trace.agentOf(span).value) + ' ';
            const double count = ++counts[callHash(caller + std::string(trace.name(span)),
                                                   canonicalArguments(detail->toolArguments))];
            truths[span.index()]
                = term.op == QueryOperator::Exists ? Truth::True : compareNumber(count, term);
        }
        return truths;
    }

    Truth ofState(const QueryTerm& term, const nlohmann::json& state)
    {
        if (term.path.empty())
            return evaluateJsonTerm(term, toJsonText(state), &state);
        std::vector<nlohmann::json> values;
        visitPath(state, term.path, [&](const nlohmann::json& value) { values.push_back(value); });
        return evaluateValues(term, values);
    }

    /// A span has the state that its agent had when it began.
    TruthColumn states(const QueryTerm& term, const Trace& trace)
    {
        std::vector<Truth> now(trace.agents().size(), absentPast(term));
        TruthColumn truths(trace.spanCount(), absentPast(term));
        std::size_t next = 0;
        const auto fillUpTo = [&](std::size_t end) {
            for (; next < std::min(end, truths.size()); ++next) {
                const AgentId agent = trace.agentOf(SpanId(next));
                if (agent.isValid())
                    truths[next] = now[agent.index()];
            }
        };
        ToldStates known;
        const auto take = [&](const ToldState& told) {
            fillUpTo(told.spansBefore);
            if (!told.agent.isValid() || told.agent.index() >= now.size())
                return;
            now[told.agent.index()]
                = known.take(told) ? ofState(term, *known.of(told.agent)) : Truth::Unknown;
        };
        if (const StateSource* source = statesOf(trace))
            source->visitStates(take);
        fillUpTo(truths.size());
        return truths;
    }

} // namespace

bool isPastField(FieldId field)
{
    return field == FieldId::RepeatArgs || field == FieldId::State;
}

Result<TruthColumn> evaluatePastTerm(const QueryTerm& term,
                                     const Trace& trace,
                                     const std::vector<bool>& wanted,
                                     Job& job)
{
    if (term.field == FieldId::RepeatArgs)
        return repeats(term, trace, wanted, job);
    return states(term, trace);
}

} // namespace tracestore
