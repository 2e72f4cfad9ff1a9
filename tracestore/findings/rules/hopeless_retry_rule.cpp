#include "tracestore/findings/failure_class.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"

#include <algorithm>
#include <unordered_map>

namespace tracestore {
namespace {

    /// One request that failed for good, and its tries.
    struct FailedRequest
    {
        std::vector<SpanId> steps;
        std::string why;
    };

    struct RetryLane
    {
        std::unordered_map<ContentHash, std::size_t> places; ///< into requests
        std::vector<FailedRequest> requests; ///< since something else worked
    };

    /// The same request again, after an error that says that it will fail again, and with nothing
    /// done in between that could have changed that.
    class HopelessRetryWatch : public RuleWatch
    {
    public:
        explicit HopelessRetryWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            RetryLane& lane = m_lanes[step.lane()];
            const SpanStatus status = m_context.trace.status(step.span());
            if (status != SpanStatus::Error) {
                // A model that answers has changed nothing yet.
                if (step.isToolCall())
                    close(lane);
                return;
            }
            const auto request = requestOf(step);
            if (!request)
                return;
            const SpanError* error = m_context.trace.error(step.span());
            const std::string_view result
                = step.isToolCall() ? step.toolFacts()->result : std::string_view();
            if (failureClass(error, result) != FailureClass::Permanent)
                return;
            const auto [place, isNew] = lane.places.try_emplace(*request, lane.requests.size());
            if (isNew)
                lane.requests.push_back({.steps = {},
                                         .why = lineOf(error != nullptr && !error->message.empty()
                                                           ? std::string_view(error->message)
                                                           : result)});
            FailedRequest& failed = lane.requests[place->second];
            if (!failed.steps.empty() && isBeside(failed.steps.back(), step.span()))
                return;
            failed.steps.push_back(step.span());
        }

        void endSession() override
        {
            m_lanes.takeAll([&](RetryLane& lane) { close(lane); });
        }

    private:
        [[nodiscard]] std::optional<ContentHash> requestOf(const FindingStep& step) const
        {
            if (step.isToolCall()) {
                const ToolFacts* facts = step.toolFacts();
                return facts == nullptr ? std::nullopt : std::optional(facts->call);
            }
            const StepContent* content = step.content();
            if (content == nullptr || content->input.isEmpty())
                return std::nullopt;
            std::string key(m_context.trace.model(step.span()));
            key += '\0' + std::to_string(content->input.size()) + '\0'
                + toJson(content->input.last());
            for (const Attribute& parameter : content->rest.parameters)
                key += '\0' + parameter.key + '=' + parameter.json;
            return contentHash(key);
        }

        /// Asked for at the same time: nobody had seen the error.
        [[nodiscard]] bool isBeside(SpanId first, SpanId second) const
        {
            const auto end = m_context.trace.end(first);
            const auto start = m_context.trace.start(second);
            return end && start && *start < *end;
        }

        void close(RetryLane& lane)
        {
            for (FailedRequest& failed : lane.requests) {
                if (failed.steps.size() >= 2)
                    m_context.found.add(findingOf(std::move(failed)));
            }
            lane = {};
        }

        [[nodiscard]] Finding findingOf(FailedRequest failed) const
        {
            const auto tries = static_cast<std::int64_t>(failed.steps.size());
            const bool isModel = m_context.trace.kind(failed.steps.front()) == SpanKind::Llm;
            Finding finding {.severity = Severity::Warning};
            finding.title = (isModel ? std::string("The same request to the model")
                                     : ticked(m_context.trace.name(failed.steps.front())))
                + " was tried " + counted(tries, "time")
                + " although the error says it cannot work";
            finding.explanation = "The error is about the request itself, and the request stayed "
                                  "the same: "
                + tickedEnd(failed.why);
            finding.wayOut = isModel
                ? "Do not try such errors again (most of HTTP 400 to 499); mend the request, or "
                  "let "
                  "another model stand in."
                : "Say in the error what was expected, so that the model can ask otherwise, and do "
                  "not try again by machine what is not worth another try.";
            finding.figures = {{"tries", static_cast<double>(tries), ""}};
            finding.steps = std::move(failed.steps);
            return finding;
        }

        RuleContext m_context;
        Lanes<RetryLane> m_lanes;
    };

} // namespace

std::unique_ptr<const FindingRule> makeHopelessRetryRule()
{
    return std::make_unique<WatchRule<HopelessRetryWatch>>(
        "hopeless-retry",
        "Retries that could not help",
        "The same request again after an error that says that the request itself is wrong");
}

} // namespace tracestore
