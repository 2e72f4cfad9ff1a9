#include "tracestore/analysis/loop_finder.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"
#include "tracestore/findings/rules/tool_words.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::size_t kMostLoopSteps = 200;
    constexpr std::size_t kLeastSame = 3;
    constexpr std::size_t kLeastFailures = 5;

    enum class CircleKind : std::uint8_t
    {
        Same, ///< the same call gave the same result, with nothing in between
        Alike, ///< a search in other words with the same result
        BackAndForth, ///< a short series of calls comes back and back
        Failing ///< one failure after another of several tools
    };

    struct CircleCall
    {
        SpanId span;
        ContentHash call;
        ContentHash outcome;
        std::uint32_t turn = 0; ///< of the model
        std::uint32_t number = 0; ///< among the calls of the lane
        bool hasFailed = false;
        bool hasResult = false;
    };

    /// Calls in a row that are one circle.
    struct Circle
    {
        CircleKind kind = CircleKind::Same;
        std::vector<CircleCall> calls;
        std::size_t rounds = 0;
    };

    struct LoopLane
    {
        LoopFinder finder {LoopRules {.findsRepeatedState = false}};
        std::vector<CircleCall> calls; ///< the last of them
        std::uint32_t turn = 0;
        std::uint32_t count = 0; ///< of all calls
        std::optional<Circle> circle;
    };

    /// Calls that go round in circles: one finding for a stretch of them. Stricter than the loop
    /// guard of a live run, which may be wrong once in a while: what was done in between counts,
    /// and results that say no more than that something was done are no sign.
    class LoopWatch : public RuleWatch
    {
    public:
        explicit LoopWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            LoopLane& lane = m_lanes[step.lane()];
            if (step.isModelCall()) {
                ++lane.turn;
                return;
            }
            const ToolFacts* facts = step.toolFacts();
            if (facts == nullptr || (facts->arguments.empty() && facts->result.empty()))
                return;
            lane.calls.push_back({step.span(),
                                  facts->call,
                                  facts->outcome,
                                  lane.turn,
                                  lane.count++,
                                  facts->hasFailed,
                                  !facts->result.empty()});
            if (lane.calls.size() > 2 * LoopFinder::kWindow)
                lane.calls.erase(lane.calls.begin(),
                                 lane.calls.begin()
                                     + static_cast<std::ptrdiff_t>(LoopFinder::kWindow));
            const auto found
                = lane.finder.add({facts->tool, facts->arguments, facts->result, facts->hasFailed});
            goOn(lane, circleOf(lane, found, facts->tool));
        }

        void endSession() override
        {
            m_lanes.takeAll([&](LoopLane& lane) { goOn(lane, std::nullopt); });
        }

    private:
        /// The circle that the last call closes.
        [[nodiscard]] std::optional<Circle> circleOf(const LoopLane& lane,
                                                     const std::optional<LoopFinding>& found,
                                                     std::string_view tool) const
        {
            const CircleCall& last = lane.calls.back();
            const std::size_t same = tailOf(lane, [&](const CircleCall& call) {
                return call.call == last.call && call.outcome == last.outcome;
            });
            if (same >= kLeastSame && last.hasResult && !last.hasFailed)
                return Circle {CircleKind::Same, lastOf(lane, same), same};
            const std::size_t failed
                = tailOf(lane, [](const CircleCall& call) { return call.hasFailed; });
            if (failed >= kLeastFailures && areSeveral(lastOf(lane, failed)))
                return Circle {CircleKind::Failing, lastOf(lane, failed), failed};
            // Without results nobody knows whether it goes round.
            if (!found || !last.hasResult)
                return {};
            if (found->kind == LoopKind::Oscillation
                && turnsOf(lane, found->count * found->period) >= found->count)
                return Circle {CircleKind::BackAndForth,
                               lastOf(lane, found->count * found->period),
                               found->count};
            const std::size_t alike = tailOf(lane, [&](const CircleCall&) { return true; });
            if (found->kind == LoopKind::NearDuplicate && readsByName(tool) && !last.hasFailed
                && alike >= found->count)
                return Circle {CircleKind::Alike, lastOf(lane, found->count), found->count};
            return {};
        }

        /// How many of the last calls are so, each of another turn: what is asked for at once
        /// cannot learn from each other.
        template<class IsSo>
        static std::size_t tailOf(const LoopLane& lane, IsSo&& isSo)
        {
            std::size_t count = 0;
            std::optional<std::uint32_t> turn;
            for (auto call = lane.calls.rbegin(); call != lane.calls.rend() && isSo(*call);
                 ++call) {
                if (turn == call->turn)
                    break;
                turn = call->turn;
                ++count;
            }
            return count;
        }

        /// Of the model, among which the last calls are shared.
        static std::size_t turnsOf(const LoopLane& lane, std::size_t count)
        {
            std::size_t turns = 0;
            std::optional<std::uint32_t> turn;
            for (const CircleCall& call : lastOf(lane, count)) {
                turns += turn == call.turn ? 0 : 1;
                turn = call.turn;
            }
            return turns;
        }

        static std::vector<CircleCall> lastOf(const LoopLane& lane, std::size_t count)
        {
            count = std::min(count, lane.calls.size());
            return {lane.calls.end() - static_cast<std::ptrdiff_t>(count), lane.calls.end()};
        }

        /// One tool that fails is a matter of another rule.
        [[nodiscard]] bool areSeveral(const std::vector<CircleCall>& calls) const
        {
            const std::string_view first = m_context.trace.name(calls.front().span);
            return std::ranges::any_of(calls, [&](const CircleCall& call) {
                return m_context.trace.name(call.span) != first;
            });
        }

        void goOn(LoopLane& lane, std::optional<Circle> circle)
        {
            if (lane.circle && circle && circle->kind == lane.circle->kind
                && circle->calls.front().number <= lane.circle->calls.back().number) {
                for (const CircleCall& call : circle->calls) {
                    if (call.number > lane.circle->calls.back().number
                        && lane.circle->calls.size() < kMostLoopSteps)
                        lane.circle->calls.push_back(call);
                }
                lane.circle->rounds = std::max(lane.circle->rounds, circle->rounds);
                return;
            }
            if (lane.circle)
                m_context.found.add(findingOf(*lane.circle));
            lane.circle = std::move(circle);
        }

        [[nodiscard]] Finding findingOf(const Circle& circle) const
        {
            std::vector<std::string> tools;
            Finding finding {.severity = Severity::Warning};
            for (const CircleCall& call : circle.calls) {
                finding.steps.push_back(call.span);
                std::string tool(m_context.trace.name(call.span));
                if (std::ranges::find(tools, tool) == tools.end())
                    tools.push_back(std::move(tool));
            }
            const auto calls = static_cast<std::int64_t>(circle.calls.size());
            finding.title = titleOf(circle, tickedList(tools), counted(calls, "call"));
            finding.explanation = explanationOf(circle.kind);
            finding.wayOut
                = "Tell the model in its prompt or in the tool's result that asking again "
                  "will not change the answer, offer it a way to give up, and stop such "
                  "runs: the loop guard of Kymo's agents does (`policies.loopGuard`).";
            finding.figures = {{"calls", static_cast<double>(calls), ""}};
            return finding;
        }

        static std::string
        titleOf(const Circle& circle, const std::string& tools, const std::string& calls)
        {
            switch (circle.kind) {
            case CircleKind::Same:
                return tools + " gave the same result again and again: " + calls;
            case CircleKind::Alike:
                return tools + " was asked the same in other words: " + calls;
            case CircleKind::BackAndForth:
                return tools + " come back and back: "
                    + counted(static_cast<std::int64_t>(circle.rounds), "round");
            case CircleKind::Failing:
                break;
            }
            return calls + " of tools failed in a row: " + tools;
        }

        static std::string explanationOf(CircleKind kind)
        {
            switch (kind) {
            case CircleKind::Same:
                return "The same call with equal arguments gave an equal result each time, and no "
                       "other tool was called in between.";
            case CircleKind::Alike:
                return "The arguments say the same in other words, and so do the results.";
            case CircleKind::BackAndForth:
                return "A short series of calls with equal arguments repeats itself, as where one "
                       "call undoes what the other did.";
            case CircleKind::Failing:
                break;
            }
            return "Each call failed, whatever was tried.";
        }

        RuleContext m_context;
        Lanes<LoopLane> m_lanes;
    };

} // namespace

std::unique_ptr<const FindingRule> makeLoopRule()
{
    return std::make_unique<WatchRule<LoopWatch>>(
        "loop",
        "Loops",
        "Calls of tools that go round in circles: the same again and again, a search in other "
        "words, back and forth, or one failure after another of several tools");
}

} // namespace tracestore
