#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    constexpr std::array<std::string_view, 13> kOverflowWords {"context_length_exceeded",
                                                               "maximum context length",
                                                               "prompt is too long",
                                                               "input is too long",
                                                               "context window",
                                                               "context length",
                                                               "contextwindowexceeded",
                                                               "context limit",
                                                               "exceeds the token limit",
                                                               "input token count",
                                                               "too many input tokens",
                                                               "reduce the length of the messages",
                                                               "request too large"};

    std::string loweredLine(std::string_view text)
    {
        std::string lowered(text.substr(0, 2000));
        for (char& c : lowered)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return lowered;
    }

    bool speaksOfOverflow(std::string_view text)
    {
        const std::string lowered = loweredLine(text);
        return std::ranges::any_of(kOverflowWords, [&](std::string_view word) {
            return lowered.find(word) != std::string::npos;
        });
    }

    /// A model refused a request because it does not fit its window.
    class ContextOverflowWatch : public RuleWatch
    {
    public:
        explicit ContextOverflowWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            if (!step.isModelCall())
                return;
            SpanId& before = m_before[step.lane()];
            const SpanError* error = m_context.trace.error(step.span());
            const bool isFull = error != nullptr
                && m_context.trace.status(step.span()) == SpanStatus::Error
                && (speaksOfOverflow(error->type) || speaksOfOverflow(error->message));
            if (isFull)
                m_context.found.add(findingOf(step.span(), before, *error));
            else
                before = step.span();
        }

        void endSession() override
        {
            m_before.takeAll([](SpanId) {});
        }

    private:
        [[nodiscard]] Finding findingOf(SpanId span, SpanId before, const SpanError& error) const
        {
            Finding finding {.severity = Severity::Error, .steps = {span}};
            finding.title = "The request did not fit the context window";
            finding.explanation = "The provider refused it: "
                + tickedEnd(error.message.empty() ? error.type : error.message);
            const TokenUsage* usage = before.isValid() ? m_context.trace.usage(before) : nullptr;
            if (usage != nullptr && usage->inputTotal()) {
                const std::int64_t tokens = *usage->inputTotal();
                finding.steps.push_back(before);
                finding.explanation
                    += " The call before had sent " + counted(tokens, "token") + '.';
                finding.figures.push_back({"tokens", static_cast<double>(tokens), "tokens"});
            }
            finding.wayOut = "See what fills the window (`kymo context`). Cut long results before "
                             "they get into the conversation, compress the history in time "
                             "(`policies.compression` of Kymo's agents), offer fewer tools.";
            return finding;
        }

        RuleContext m_context;
        Lanes<SpanId> m_before;
    };

} // namespace

std::unique_ptr<const FindingRule> makeContextOverflowRule()
{
    return std::make_unique<WatchRule<ContextOverflowWatch>>(
        "context-overflow",
        "Full context windows",
        "A request that a model refused because it does not fit its context window");
}

} // namespace tracestore
