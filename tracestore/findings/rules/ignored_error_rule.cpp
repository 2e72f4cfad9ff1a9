#include "tracestore/analysis/word_bag.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    constexpr std::size_t kMostPending = 64;

    /// Beginnings of words by which people and models speak of something that is not as it should
    /// be. Many: an answer that hedges has noticed something, and a false alarm is worse than a
    /// miss.
    constexpr auto kTroubleWords = std::to_array<std::string_view>(
        {"error",     "fail",         "could",      "can\u2019t", "can't",     "cannot",
         "unable",    "sorry",        "apolog",     "unfortun",   "not ",      "n't ",
         "n\u2019t ", "no ",          "denied",     "invalid",    "issue",     "problem",
         "timeout",   "timed out",    "wrong",      "missing",    "retry",     "again",
         "instead",   "unavailable",  "refused",    "rejected",   "declin",    "however",
         "but ",      "without",      "impossible", "exceed",     "limit",     "blocked",
         "seems",     "appears",      "actually",   "oversight",  "hopefully", "mistake",
         "correct",   "unclear",      "alternativ", "another",    "different", "although",
         "except",    "insufficient", "need to",    "let me",     "let's",     "expired",
         "unknown",   "unexpected"});

    struct PendingError
    {
        SpanId span;
        std::string why;
        std::string asked; ///< the arguments: their words in an answer speak of the question
    };

    struct IgnoredErrorLane
    {
        std::vector<PendingError> pending;
        SpanId answer; ///< of the model, where it is the last step so far
        std::string said; ///< its beginning
    };

    std::string loweredText(std::string text)
    {
        for (char& c : text)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return text;
    }

    bool isMostlyLatin(std::string_view text)
    {
        const auto foreign = std::ranges::count_if(
            text, [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
        return static_cast<std::size_t>(foreign) * 5 < text.size();
    }

    /// A tool failed, was never called again, and nothing that the model said from there to the
    /// answer at the end speaks of anything that did not work. Words are English ones and those of
    /// the error.
    class IgnoredErrorWatch : public RuleWatch
    {
    public:
        explicit IgnoredErrorWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            IgnoredErrorLane& lane = m_lanes[step.lane()];
            lane.answer = {};
            if (step.isToolCall())
                seeTool(step, lane);
            else if (!lane.pending.empty())
                seeModel(step, lane);
        }

        void endSession() override
        {
            m_lanes.takeAll([&](const IgnoredErrorLane& lane) {
                for (const PendingError& error : lane.pending) {
                    if (lane.answer.isValid())
                        m_context.found.add(findingOf(error, lane.answer, lane.said));
                }
            });
        }

    private:
        void seeTool(const FindingStep& step, IgnoredErrorLane& lane)
        {
            const std::string_view tool = m_context.trace.name(step.span());
            // Called again, whatever came of it: the failure was taken up.
            std::erase_if(lane.pending, [&](const PendingError& error) {
                return m_context.trace.name(error.span) == tool
                    && !isBeside(error.span, step.span());
            });
            if (m_context.trace.status(step.span()) != SpanStatus::Error
                || lane.pending.size() >= kMostPending)
                return;
            const SpanError* error = m_context.trace.error(step.span());
            const ToolFacts* facts = step.toolFacts();
            std::string why = error != nullptr ? error->message : std::string();
            if (why.empty() && facts != nullptr)
                why = facts->result.substr(0, 2000);
            lane.pending.push_back(
                {step.span(),
                 std::move(why),
                 facts == nullptr ? std::string() : std::string(facts->arguments.substr(0, 2000))});
        }

        [[nodiscard]] bool isBeside(SpanId first, SpanId second) const
        {
            const auto end = m_context.trace.end(first);
            const auto start = m_context.trace.start(second);
            return end && start && *start < *end;
        }

        void seeModel(const FindingStep& step, IgnoredErrorLane& lane)
        {
            const StepContent* content = step.content();
            if (content == nullptr || content->rest.output.empty()) {
                lane.pending.clear(); // nobody knows what was said
                return;
            }
            const std::string said = saidText(content->rest);
            const std::string all = loweredText(said + '\n' + thoughtText(content->rest));
            const bool isTrouble = std::ranges::any_of(kTroubleWords, [&](std::string_view word) {
                return all.find(word) != std::string::npos;
            });
            if (isTrouble || !isMostlyLatin(all)) {
                lane.pending.clear();
                return;
            }
            const WordBag words = wordBag(all);
            std::erase_if(lane.pending,
                          [&](const PendingError& error) { return speaksOf(words, error); });
            if (!askedCalls(content->rest).empty()
                || said.find_first_not_of(" \t\r\n") == std::string::npos)
                return;
            lane.answer = step.span();
            lane.said = said.substr(0, 500);
        }

        /// It uses words of the error that are not those of the call.
        [[nodiscard]] bool speaksOf(const WordBag& words, const PendingError& error) const
        {
            const WordBag call
                = wordBag(std::string(m_context.trace.name(error.span)) + ' ' + error.asked);
            std::size_t telling = 0;
            std::size_t shared = 0;
            for (const auto& [word, count] : wordBag(error.why)) {
                if (word.size() <= 3 || call.contains(word))
                    continue;
                ++telling;
                shared += words.contains(word) ? 1 : 0;
            }
            return shared >= 3 || (shared >= 2 && shared * 2 >= telling);
        }

        [[nodiscard]] Finding
        findingOf(const PendingError& error, SpanId answer, const std::string& said) const
        {
            Finding finding {.severity = Severity::Warning, .steps = {error.span, answer}};
            finding.title = ticked(m_context.trace.name(error.span))
                + " failed, and the answer does not mention it";
            finding.explanation = (error.why.empty() ? std::string("The call failed.")
                                                     : "The call failed: " + tickedEnd(error.why))
                + " It was not made again, and nothing that was said from there to the answer "
                  "speaks of a failure. The answer begins: "
                + tickedEnd(said);
            finding.wayOut = "Look whether the answer holds without that result. Tell the model in "
                             "its prompt what to do when a tool fails, and to say so; make errors "
                             "of tools stand out in their results.";
            return finding;
        }

        RuleContext m_context;
        Lanes<IgnoredErrorLane> m_lanes;
    };

} // namespace

std::unique_ptr<const FindingRule> makeIgnoredErrorRule()
{
    return std::make_unique<WatchRule<IgnoredErrorWatch>>(
        "ignored-tool-error",
        "Tool errors that nobody took up",
        "A tool failed, was not called again, and the answer does not speak of it");
}

} // namespace tracestore
