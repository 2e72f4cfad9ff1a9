#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"

#include <algorithm>
#include <array>
#include <map>

namespace tracestore {
namespace {

    constexpr std::array<std::string_view, 6> kCutReasons {"length",
                                                           "max_tokens",
                                                           "MAX_TOKENS",
                                                           "max_output_tokens",
                                                           "max_completion_tokens",
                                                           "model_length"};

    bool isCutReason(std::string_view reason)
    {
        return std::ranges::find(kCutReasons, reason) != kCutReasons.end();
    }

    /// A model stopped because it had no tokens left to speak.
    class CutAnswerWatch : public RuleWatch
    {
    public:
        explicit CutAnswerWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            if (!step.isModelCall())
                return;
            const StepContent* content = step.content();
            if (content == nullptr)
                return;
            const SpanDetail& detail = content->rest;
            const bool isCut = std::ranges::any_of(detail.finishReasons, isCutReason)
                || std::ranges::any_of(detail.output, [](const Message& message) {
                                   return isCutReason(message.finishReason);
                               });
            if (!isCut)
                return;
            CutAnswers& cut = m_cut[step.lane()];
            cut.steps.push_back(step.span());
            cut.toolCalls += askedCalls(detail).empty() ? 0 : 1;
        }

        void endSession() override
        {
            m_cut.takeAll([&](CutAnswers& cut) {
                if (!cut.steps.empty())
                    m_context.found.add(findingOf(std::move(cut)));
            });
        }

    private:
        struct CutAnswers
        {
            std::vector<SpanId> steps;
            std::int64_t toolCalls = 0;
        };

        static Finding findingOf(CutAnswers cut)
        {
            const auto count = static_cast<std::int64_t>(cut.steps.size());
            Finding finding {.severity = Severity::Warning};
            finding.title = count == 1 ? std::string("An answer of the model was cut off")
                                       : counted(count, "answer") + " of the model were cut off";
            finding.explanation
                = "The model stopped because it had reached the most tokens that it "
                  "may say";
            finding.explanation += cut.toolCalls > 0 ? ", " + counted(cut.toolCalls, "time")
                    + " while it asked for tools: their arguments may be broken."
                                                     : ", not because it had finished.";
            finding.wayOut = "Raise the limit (`max_tokens`), ask for shorter answers, or have the "
                             "model go on where it was cut.";
            finding.figures = {{"answers", static_cast<double>(count), ""}};
            finding.steps = std::move(cut.steps);
            return finding;
        }

        RuleContext m_context;
        Lanes<CutAnswers> m_cut;
    };

} // namespace

std::unique_ptr<const FindingRule> makeCutAnswerRule()
{
    return std::make_unique<WatchRule<CutAnswerWatch>>(
        "cut-answer",
        "Answers that were cut off",
        "A model that stopped because it had reached the most tokens that it may say");
}

} // namespace tracestore
