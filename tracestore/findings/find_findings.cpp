#include "tracestore/findings/find_findings.h"

#include "tracestore/findings/finding_rules.h"
#include "tracestore/model/call_history.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tracestore {
namespace {

    /// How often a look is taken at whether the job was cancelled.
    constexpr std::size_t kStretch = 256;

    /// One rule at work.
    struct RunningRule
    {
        RunningRule(const FindingRule& rule,
                    const Trace& trace,
                    const FindingOptions& options,
                    std::vector<Finding>& to)
            : id(rule.id())
            , sink(id, options.mostOfRule, to)
            , context {trace, options, sink}
            , watch(rule.watch(context))
        { }

        RunningRule(const RunningRule&) = delete;
        RunningRule& operator=(const RunningRule&) = delete;
        ~RunningRule() = default;

        std::string id;
        FindingSink sink;
        RuleContext context;
        std::unique_ptr<RuleWatch> watch;
    };

    using RunningRules = std::vector<std::unique_ptr<RunningRule>>;

    /// Numbers those who act.
    class LaneNumbers
    {
    public:
        explicit LaneNumbers(const Trace& trace)
            : m_trace(trace)
        { }

        std::uint32_t of(SpanId span)
        {
            const std::tuple key {
                m_trace.sessionOf(span), m_trace.agentOf(span), m_trace.branchOf(span)};
            return m_numbers.try_emplace(key, static_cast<std::uint32_t>(m_numbers.size()))
                .first->second;
        }

    private:
        const Trace& m_trace;
        std::map<std::tuple<SessionId, AgentId, BranchId>, std::uint32_t> m_numbers;
    };

    Result<RunningRules> chosenRules(const Trace& trace,
                                     const RuleRegistry& rules,
                                     const FindingOptions& options,
                                     std::vector<Finding>& to)
    {
        for (const std::string& id : options.rules) {
            if (rules.find(id) == nullptr)
                return fail(ErrorCode::Invalid, "There is no rule `" + id + "`.");
        }
        RunningRules running;
        for (const auto& rule : rules.entries()) {
            if (options.rules.empty()
                || std::ranges::find(options.rules, rule->id()) != options.rules.end())
                running.push_back(std::make_unique<RunningRule>(*rule, trace, options, to));
        }
        return running;
    }

    bool isToolCall(const Trace& trace, SpanId span)
    {
        return trace.kind(span) == SpanKind::Tool && trace.countsInTotals(span);
    }

    void sortFindings(const Trace& trace, const RuleRegistry& rules, std::vector<Finding>& findings)
    {
        const auto keyOf = [&](const Finding& finding) {
            const auto rule = std::ranges::find_if(
                rules.entries(), [&](const auto& each) { return each->id() == finding.rule; });
            const std::size_t place = finding.steps.empty()
                ? trace.spanCount()
                : trace.preOrderIndex(finding.steps.front());
            return std::tuple(
                -static_cast<int>(finding.severity), rule - rules.entries().begin(), place);
        };
        std::ranges::stable_sort(findings, {}, keyOf);
    }

} // namespace

Result<FindingReport>
findFindings(const Trace& trace, const RuleRegistry& rules, const FindingOptions& options, Job& job)
{
    FindingReport report;
    auto running = chosenRules(trace, rules, options, report.findings);
    if (!running)
        return fail(std::move(running).error());
    job.expect(trace.spanCount());
    StepReader reader(trace);
    LaneNumbers lanes(trace);
    const auto show = [&](SpanId span) {
        const bool isCall = isModelCall(trace, span);
        if (!isCall && !isToolCall(trace, span))
            return;
        ++report.steps;
        const std::uint32_t lane = lanes.of(span);
        reader.moveTo(span, lane);
        const FindingStep step(span, lane, isCall, reader);
        for (const auto& rule : *running)
            rule->watch->see(step);
    };
    std::size_t looked = 0;
    for (std::size_t session = 0; session < trace.sessions().size(); ++session) {
        for (const SpanId root : trace.roots(SessionId(session))) {
            const std::size_t first = trace.preOrderIndex(root);
            const std::size_t last = first + trace.descendantCount(root);
            for (std::size_t i = first; i <= last; ++i) {
                if (looked++ % kStretch == 0) {
                    if (job.isCancelled())
                        return cancelled();
                    job.advance(std::min(kStretch, trace.spanCount() - looked + 1));
                }
                show(trace.preOrder()[i]);
            }
        }
        for (const auto& rule : *running)
            rule->watch->endSession();
    }
    for (const auto& rule : *running) {
        rule->watch->end();
        if (rule->sink.leftOut() > 0)
            report.leftOut.push_back({rule->id, rule->sink.leftOut()});
    }
    report.unreadable = reader.unreadable();
    report.withoutContent = reader.withoutContent();
    sortFindings(trace, rules, report.findings);
    return report;
}

Result<FindingReport> findFindings(const Trace& trace, Job& job)
{
    return findFindings(trace, builtinRules(), {}, job);
}

} // namespace tracestore
