#include "tracestore/analysis/token_estimate.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"
#include "tracestore/findings/rules/tool_words.h"

#include <unordered_map>

namespace tracestore {
namespace {

    /// From so many in a row repetitions are a matter for the rule of loops.
    constexpr std::size_t kLoopRepeats = 3;

    /// A result of fewer tokens, had again, costs nobody anything.
    constexpr std::int64_t kLeastWasted = 300;
    constexpr std::int64_t kManyWasted = 3000;
    constexpr Duration kLongWait {5'000'000'000};

    struct RepeatedCall
    {
        std::vector<SpanId> steps;
        std::vector<std::uint32_t> places; ///< among the calls of the lane
        std::int64_t tokens = 0; ///< of one result
        Duration wasted; ///< time of all but the first
    };

    struct RepeatLane
    {
        std::unordered_map<ContentHash, RepeatedCall> calls; ///< by call and result
        std::vector<ContentHash> order; ///< as they first came
        std::uint32_t count = 0;
    };

    /// A call with equal arguments and an equal result, though not often enough for a loop.
    class RepeatedCallWatch : public RuleWatch
    {
    public:
        explicit RepeatedCallWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            if (!step.isToolCall())
                return;
            const ToolFacts* facts = step.toolFacts();
            if (facts == nullptr || facts->hasFailed || facts->result.empty())
                return;
            RepeatLane& lane = m_lanes[step.lane()];
            const ContentHash key {facts->call.high ^ facts->outcome.low,
                                   facts->call.low ^ facts->outcome.high};
            RepeatedCall& call = lane.calls[key];
            if (call.steps.empty())
                lane.order.push_back(key);
            else if (call.steps.size() == 1)
                call.tokens = estimateTokens(facts->result);
            if (!call.steps.empty()) {
                if (const auto took = m_context.trace.duration(step.span()))
                    call.wasted.ns += took->ns;
            }
            call.steps.push_back(step.span());
            call.places.push_back(lane.count++);
        }

        void endSession() override
        {
            m_lanes.takeAll([&](RepeatLane& lane) {
                for (const ContentHash& key : lane.order)
                    tell(lane.calls[key]);
            });
        }

    private:
        static bool isLoop(const RepeatedCall& call)
        {
            for (std::size_t i = kLoopRepeats - 1; i < call.places.size(); ++i) {
                if (call.places[i] - call.places[i + 1 - kLoopRepeats] < kLoopRepeats)
                    return true;
            }
            return false;
        }

        void tell(const RepeatedCall& call)
        {
            if (call.steps.size() < 2 || isLoop(call))
                return;
            const auto again = static_cast<std::int64_t>(call.steps.size()) - 1;
            const std::int64_t tokens = again * call.tokens;
            // What is looked at by other tools may be meant to be the same: tests after a change.
            const bool reads = readsByName(m_context.trace.name(call.steps.front()));
            const bool isSlow = reads && call.wasted >= kLongWait;
            if ((reads ? tokens : call.tokens) < kLeastWasted && !isSlow)
                return;
            Finding finding {.severity = (reads && tokens >= kManyWasted) || isSlow
                                 ? Severity::Warning
                                 : Severity::Note,
                             .steps = call.steps};
            finding.title = ticked(m_context.trace.name(call.steps.front()))
                + " was called again with the same arguments, for the same result";
            finding.explanation = "The result was in the conversation already. About "
                + counted(tokens, "token") + " of it were read once more"
                + (call.wasted.ns > 0 ? ", after a wait of " + timeInWords(call.wasted) : "") + '.'
                + (reads ? "" : " If it looks at something that changes, that may be meant so.");
            finding.wayOut
                = "Keep results of tools that only read (`policies.cache.tools` of Kymo's "
                  "agents), or tell the model in its prompt to look at what it has first.";
            finding.figures = {{"calls", static_cast<double>(again + 1), ""},
                               {"tokens", static_cast<double>(tokens), "tokens"}};
            if (call.wasted.ns > 0)
                finding.figures.push_back({"time", static_cast<double>(call.wasted.ns) / 1e9, "s"});
            m_context.found.add(std::move(finding));
        }

        RuleContext m_context;
        Lanes<RepeatLane> m_lanes;
    };

} // namespace

std::unique_ptr<const FindingRule> makeRepeatedCallRule()
{
    return std::make_unique<WatchRule<RepeatedCallWatch>>(
        "repeated-call",
        "Repeated calls",
        "A call of a tool with the same arguments that gave the same result before");
}

} // namespace tracestore
