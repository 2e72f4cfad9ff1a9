#include "tracestore/export/report_summary.h"

#include "tracestore/analysis/loop_finder.h"
#include "tracestore/base/json_io.h"
#include "tracestore/export/transcript.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace tracestore {
namespace {

    /// How far from the ends of a session its question and its answer are looked for.
    constexpr std::size_t kMostLooked = 200;

    std::string loopText(const LoopFinding& finding, std::string_view tool)
    {
        const std::string count = std::to_string(finding.count);
        switch (finding.kind) {
        case LoopKind::RepeatedState:
            return "loop: " + std::string(tool) + " was called " + count
                + " times with the same arguments and gave the same";
        case LoopKind::NearDuplicate:
            return "loop: " + std::string(tool) + " was called " + count
                + " times with nearly the same arguments";
        case LoopKind::Oscillation:
            return "loop: the same " + std::to_string(finding.period) + " calls, " + count
                + " times over";
        case LoopKind::NoProgress:
            break;
        }
        return "no progress: the last " + count
            + " calls failed, gave nothing, or gave what was known";
    }

    /// Finds the loops of each agent and joins what is one loop.
    class LoopWatch
    {
    public:
        void add(const Trace& trace, SpanId span, const SpanDetail& detail)
        {
            Agent& agent
                = m_agents.try_emplace(trace.agentOf(span), Agent {LoopFinder(LoopRules()), {}, {}})
                      .first->second;
            const auto found = agent.finder.add({trace.name(span),
                                                 detail.toolArguments,
                                                 detail.toolResult,
                                                 trace.status(span) == SpanStatus::Error});
            if (!found) {
                finish(agent);
                return;
            }
            if (agent.last && agent.last->kind != found->kind)
                finish(agent);
            agent.last = found;
            agent.trouble = {span, loopText(*found, trace.name(span))};
        }

        std::vector<ReportTrouble> take()
        {
            for (auto& [id, agent] : m_agents)
                finish(agent);
            return std::move(m_found);
        }

    private:
        struct Agent
        {
            LoopFinder finder;
            std::optional<LoopFinding> last;
            ReportTrouble trouble;
        };

        void finish(Agent& agent)
        {
            if (agent.last)
                m_found.push_back(std::move(agent.trouble));
            agent.last.reset();
        }

        std::map<AgentId, Agent> m_agents;
        std::vector<ReportTrouble> m_found;
    };

    std::vector<SpanId> stepsOf(const Trace& trace, SessionId session)
    {
        std::vector<SpanId> steps;
        for (const SpanId root : trace.roots(session)) {
            const std::size_t first = trace.preOrderIndex(root);
            for (std::size_t i = first; i <= first + trace.descendantCount(root); ++i)
                steps.push_back(trace.preOrder()[i]);
        }
        return steps;
    }

    std::string textSaid(const std::vector<Message>& messages, Role role)
    {
        for (const Message& message : messages) {
            if (message.role != role)
                continue;
            std::string text = plainText(message);
            if (!text.empty())
                return text;
        }
        return {};
    }

    std::string firstAsked(const Trace& trace, const std::vector<SpanId>& steps)
    {
        for (std::size_t i = 0; i < std::min(steps.size(), kMostLooked); ++i) {
            const auto detail = trace.payloads().detail(steps[i]);
            if (!detail)
                continue;
            std::string text = textSaid(detail->input, Role::User);
            if (text.empty() && trace.kind(steps[i]) == SpanKind::Message)
                text = textSaid(detail->output, Role::User);
            if (!text.empty())
                return text;
        }
        return {};
    }

    std::string lastAnswer(const Trace& trace, const std::vector<SpanId>& steps)
    {
        // What the outermost agent said, not one that worked for it.
        std::size_t least = SIZE_MAX;
        std::string answer;
        for (std::size_t i = 0; i < std::min(steps.size(), kMostLooked); ++i) {
            const SpanId step = steps[steps.size() - 1 - i];
            const SpanKind kind = trace.kind(step);
            if ((kind != SpanKind::Llm && kind != SpanKind::Message) || trace.depth(step) >= least)
                continue;
            const auto detail = trace.payloads().detail(step);
            std::string text = detail ? textSaid(detail->output, Role::Assistant) : std::string();
            if (text.empty())
                continue;
            answer = std::move(text);
            least = trace.depth(step);
        }
        return answer;
    }

    std::vector<std::pair<std::string, std::string>> figuresOf(const TraceTotals& totals)
    {
        std::vector<std::pair<std::string, std::string>> figures;
        const auto add = [&](const char* name, std::string value) {
            if (!value.empty())
                figures.emplace_back(name, std::move(value));
        };
        const auto number = [](const std::optional<std::int64_t>& value) {
            return value ? std::to_string(*value) : std::string();
        };
        add("steps", std::to_string(totals.steps));
        add("model calls", std::to_string(totals.llmCalls));
        add("tool calls",
            std::to_string(totals.toolCalls)
                + (totals.toolErrors > 0 ? ", " + std::to_string(totals.toolErrors) + " failed"
                                         : ""));
        add("errors", std::to_string(totals.errors));
        add("tokens in", number(totals.tokens.inputTotal()));
        add("of these from a cache", number(totals.tokens.cacheRead));
        add("tokens out", number(totals.tokens.output));
        if (totals.cost) {
            std::array<char, 64> amount {};
            std::snprintf(amount.data(), amount.size(), "%.4g ", totals.cost->amount);
            std::string cost = amount.data() + totals.cost->currency;
            if (totals.isCostMixed || totals.cost->source == CostSource::Computed)
                cost += totals.isCostMixed ? " (partly computed)" : " (computed)";
            if (totals.callsWithoutCost > 0)
                cost += ", without " + std::to_string(totals.callsWithoutCost)
                    + " calls of unknown cost";
            add("cost", std::move(cost));
        } else {
            add("cost", "not recorded");
        }
        if (totals.start && totals.end)
            add("took", durationText(*totals.end - *totals.start));
        if (totals.start)
            add("began", readableTime(*totals.start));
        return figures;
    }

    bool isScripted(const Session& session)
    {
        const auto attributes = parseJson(session.attributesJson);
        return attributes && attributes->is_object() && attributes->contains("is_scripted")
            && (*attributes)["is_scripted"] == true;
    }

    void addErrors(const Trace& trace, const std::vector<SpanId>& steps, ReportSummary& to)
    {
        for (const SpanId step : steps) {
            if (trace.status(step) != SpanStatus::Error)
                continue;
            const SpanError* const error = trace.error(step);
            std::string text = "failed";
            if (error != nullptr)
                for (const std::string& part : {error->type, error->message})
                    text += part.empty() ? "" : ": " + part;
            to.troubles.push_back({step, std::move(text)});
        }
    }

} // namespace

Result<ReportSummary>
summarise(const Trace& trace, SessionId session, const TraceTotals& totals, Job& job)
{
    ReportSummary summary;
    const std::vector<SpanId> steps = stepsOf(trace, session);
    summary.asked = firstAsked(trace, steps);
    summary.answer = lastAnswer(trace, steps);
    summary.figures = figuresOf(totals);
    summary.isScripted = isScripted(trace.session(session));
    addErrors(trace, steps, summary);
    LoopWatch loops;
    for (const SpanId step : steps) {
        if (job.isCancelled())
            return cancelled();
        if (trace.kind(step) != SpanKind::Tool)
            continue;
        const auto detail = trace.payloads().detail(step);
        if (detail)
            loops.add(trace, step, *detail);
    }
    for (ReportTrouble& loop : loops.take())
        summary.troubles.push_back(std::move(loop));
    std::ranges::stable_sort(summary.troubles, {}, [&](const ReportTrouble& trouble) {
        return trace.preOrderIndex(trouble.span);
    });
    if (summary.troubles.size() > kMostTroubles) {
        summary.moreTroubles = summary.troubles.size() - kMostTroubles;
        summary.troubles.resize(kMostTroubles);
    }
    return summary;
}

} // namespace tracestore
