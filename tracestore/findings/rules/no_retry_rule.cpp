#include "tracestore/findings/failure_class.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"

namespace tracestore {
namespace {

    struct OpenFailure
    {
        SpanId span;
        std::string why;
    };

    /// A model call failed by something that passes, and no other followed: the run ends there.
    class NoRetryWatch : public RuleWatch
    {
    public:
        explicit NoRetryWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            if (!step.isModelCall())
                return;
            std::optional<OpenFailure>& open = m_open[step.lane()];
            open.reset();
            if (m_context.trace.status(step.span()) != SpanStatus::Error)
                return;
            const SpanError* error = m_context.trace.error(step.span());
            if (error != nullptr && failureClass(error, {}) == FailureClass::Transient)
                open = OpenFailure {step.span(),
                                    lineOf(error->message.empty() ? error->type : error->message)};
        }

        void endSession() override
        {
            m_open.takeAll([&](const std::optional<OpenFailure>& open) {
                if (open)
                    m_context.found.add(findingOf(*open));
            });
        }

    private:
        static Finding findingOf(const OpenFailure& open)
        {
            return {.severity = Severity::Warning,
                    .steps = {open.span},
                    .title = "The run ends at a failure that passes, without another try",
                    .explanation = "The call of the model failed with " + ticked(open.why)
                        + ", which may well work a moment later. No call of the model follows.",
                    .wayOut = "Try such errors again after a growing wait with some chance in it, "
                              "and name another model to fall back to: `policies.retry` and "
                              "`policies.fallback` of Kymo's agents."};
        }

        RuleContext m_context;
        Lanes<std::optional<OpenFailure>> m_open;
    };

} // namespace

std::unique_ptr<const FindingRule> makeNoRetryRule()
{
    return std::make_unique<WatchRule<NoRetryWatch>>(
        "no-retry",
        "Failures without another try",
        "A run that ends at a model call that was overloaded, limited or timed out");
}

} // namespace tracestore
