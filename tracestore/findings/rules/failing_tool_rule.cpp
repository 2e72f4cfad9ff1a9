#include "tracestore/findings/failure_class.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"
#include "tracestore/findings/rules/tool_words.h"

#include <algorithm>

namespace tracestore {
namespace {

    constexpr std::size_t kLeastToolFailures = 3;

    /// A command that ends with a failure is as often an answer: tests, a search without hits.
    constexpr std::size_t kLeastCommandFailures = 5;
    constexpr std::size_t kMostErrorsTold = 3;
    constexpr std::size_t kMostFailuresShown = 200;

    /// Calls of one tool that failed, with nothing else done in between.
    struct FailureRow
    {
        std::string_view tool;
        std::vector<SpanId> steps; ///< the first kMostFailuresShown
        std::size_t count = 0;
        std::uint32_t turn = 0; ///< of the last
        ContentHash first;
        bool hasOthers = false; ///< other arguments than those of the first
        FailureClass failure = FailureClass::Unknown; ///< of the last
        std::vector<std::string> errors; ///< that differ
    };

    struct FailingToolLane
    {
        FailureRow row;
        std::uint32_t turn = 0;
    };

    /// A tool that fails again and again, whatever it is asked. The same request again is left to
    /// those who try again, and where that is hopeless to the rule of hopeless retries.
    class FailingToolWatch : public RuleWatch
    {
    public:
        explicit FailingToolWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            FailingToolLane& lane = m_lanes[step.lane()];
            if (step.isModelCall()) {
                ++lane.turn;
                return;
            }
            const bool hasFailed = m_context.trace.status(step.span()) == SpanStatus::Error;
            const ToolFacts* facts = hasFailed ? step.toolFacts() : nullptr;
            const std::string_view tool = m_context.trace.name(step.span());
            if (!hasFailed || tool != lane.row.tool)
                close(lane, step.span());
            if (facts != nullptr)
                take(step, *facts, lane);
        }

        void endSession() override
        {
            m_lanes.takeAll([&](FailingToolLane& lane) { close(lane, SpanId()); });
        }

    private:
        void take(const FindingStep& step, const ToolFacts& facts, FailingToolLane& lane) const
        {
            FailureRow& row = lane.row;
            if (row.count == 0) {
                row.tool = m_context.trace.name(step.span());
                row.first = facts.call;
            } else if (row.turn == lane.turn) {
                return; // asked for at once: nobody had seen the error
            }
            const SpanError* error = m_context.trace.error(step.span());
            row.turn = lane.turn;
            row.hasOthers = row.hasOthers || facts.call != row.first;
            row.failure = failureClass(error, facts.result);
            if (++row.count <= kMostFailuresShown)
                row.steps.push_back(step.span());
            std::string why = lineOf(
                error != nullptr && !error->message.empty() ? error->message : facts.result, 100);
            if (!why.empty() && row.errors.size() < kMostErrorsTold
                && std::ranges::find(row.errors, why) == row.errors.end())
                row.errors.push_back(std::move(why));
        }

        /// `next` is the call that ended the row; invalid where the session did.
        void close(FailingToolLane& lane, SpanId next)
        {
            const FailureRow row = std::exchange(lane.row, {});
            const std::size_t least
                = runsCommands(row.tool) ? kLeastCommandFailures : kLeastToolFailures;
            if (row.count < least || (!row.hasOthers && row.failure != FailureClass::Unknown))
                return;
            const auto count = static_cast<std::int64_t>(row.count);
            Finding finding {.severity = Severity::Warning, .steps = row.steps};
            finding.title = ticked(row.tool) + " failed " + counted(count, "time") + " in a row"
                + (row.hasOthers ? ", with other arguments" : ", with the same arguments");
            finding.explanation = explanationOf(row) + ' ' + endOf(row, next);
            finding.wayOut
                = "Where the arguments are wrong, say in the tool's description and in its errors "
                  "what they have to look like, with an example. Where the tool is broken, mend "
                  "it; tell the model in its prompt when to give up and say so.";
            finding.figures = {{"calls", static_cast<double>(count), ""}};
            m_context.found.add(std::move(finding));
        }

        static std::string explanationOf(const FailureRow& row)
        {
            std::string text = "No other tool was called in between.";
            for (const std::string& error : row.errors) {
                text += &error == &row.errors.front() ? " What it said: " : "; ";
                text += &error == &row.errors.back() ? tickedEnd(error) : ticked(error);
            }
            return text;
        }

        [[nodiscard]] std::string endOf(const FailureRow& row, SpanId next) const
        {
            if (!next.isValid())
                return "No tool was called after that.";
            const std::string_view tool = m_context.trace.name(next);
            if (tool != row.tool)
                return "Then " + ticked(tool) + " was called.";
            return "The next call did not fail.";
        }

        RuleContext m_context;
        Lanes<FailingToolLane> m_lanes;
    };

} // namespace

std::unique_ptr<const FindingRule> makeFailingToolRule()
{
    return std::make_unique<WatchRule<FailingToolWatch>>(
        "failing-tool",
        "Tools that fail again and again",
        "A tool that failed three times in a row, five where it runs commands");
}

} // namespace tracestore
