#include "tracestore/analysis/price_table.h"
#include "tracestore/analysis/token_estimate.h"
#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/rules.h"
#include "tracestore/provenance/context_window.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tracestore {
namespace {

    /// Providers cache in blocks of so many tokens, and not less.
    constexpr std::int64_t kLeastLost = 2048;

    /// Providers keep a cache for so long at least. A miss before that is theirs: nothing that the
    /// agent did, nor could do otherwise.
    constexpr Duration kCacheLife {300'000'000'000};

    /// How often a front must differ, where no cache is reported, until it is no accident.
    constexpr std::size_t kLeastEstimated = 3;
    constexpr std::size_t kCauses = 5;

    /// Breaks of one cause in a lane.
    struct CacheBreaks
    {
        std::vector<SpanId> steps;
        std::int64_t tokens = 0;
        double cost = 0;
        bool hasCost = true; ///< of all of them
        bool isReported = true;
        std::string before; ///< of the first: around the place that differs
        std::string now;
    };

    struct CacheLane
    {
        std::array<CacheBreaks, kCauses> breaks;
    };

    std::string textOfMessage(const Message& message)
    {
        return plainText(message);
    }

    /// A call of a model that could not take its front from the provider's cache although the call
    /// before had left it there.
    class CacheBreakWatch : public RuleWatch
    {
    public:
        explicit CacheBreakWatch(const RuleContext& context)
            : m_context(context)
        { }

        void see(const FindingStep& step) override
        {
            if (!step.isModelCall())
                return;
            const StepContent* content = step.content();
            if (content == nullptr || content->input.isEmpty())
                return;
            const CallChange& change = step.change();
            const ContentHash tools = contentHash(content->rest.toolDefinitions);
            ContentHash& toolsBefore = m_tools[step.span()];
            toolsBefore = tools;
            if (!change.previous.isValid())
                return;
            const auto known = m_tools.find(change.previous);
            const bool hasOtherTools = known != m_tools.end() && known->second != tools;
            if (known != m_tools.end() && change.common == change.before.size())
                m_tools.erase(known);
            judge(step, *content, change, hasOtherTools);
        }

        void endSession() override
        {
            m_lanes.takeAll([&](CacheLane& lane) {
                for (std::size_t i = 0; i < kCauses; ++i)
                    tell(static_cast<CacheBreakCause>(i), lane.breaks.at(i));
            });
            m_tools.clear();
        }

    private:
        void judge(const FindingStep& step,
                   const StepContent& content,
                   const CallChange& change,
                   bool hasOtherTools)
        {
            const Trace& trace = m_context.trace;
            const bool isOtherModel = trace.model(step.span()) != trace.model(change.previous);
            const bool isWhole = change.common == change.before.size();
            if (!isWhole && change.common == 0 && !goesOn(change.before, content.input))
                return; // another conversation
            const auto lost = lostTokens(change.previous, step.span());
            if (lost && *lost < kLeastLost)
                return;
            const CacheBreakCause cause = isOtherModel        ? CacheBreakCause::Model
                : hasOtherTools                               ? CacheBreakCause::Tools
                : isWhole                                     ? CacheBreakCause::Unused
                : content.input.size() < change.before.size() ? CacheBreakCause::Cut
                                                              : CacheBreakCause::Changed;
            if (cause == CacheBreakCause::Unused && !mayBeExpired(change.previous, step.span()))
                return;
            // Where no cache is reported only what changes in front again and again is told.
            if (!lost && (cause != CacheBreakCause::Changed || change.common > 0))
                return;
            add(step, content, change, cause, lost);
        }

        /// All but the first message is as it was.
        static bool goesOn(const MessageChain& before, const MessageChain& now)
        {
            if (before.size() < 2 || now.size() < before.size())
                return false;
            return before.pointers().at(1) != nullptr
                && *before.pointers().at(1) == *now.pointers().at(1);
        }

        [[nodiscard]] bool mayBeExpired(SpanId before, SpanId now) const
        {
            const auto end = m_context.trace.end(before);
            const auto start = m_context.trace.start(now);
            return end && start && start->ns - end->ns >= kCacheLife.ns;
        }

        /// How much less was read from the cache than the call before left there, as reported.
        [[nodiscard]] std::optional<std::int64_t> lostTokens(SpanId before, SpanId now) const
        {
            const TokenUsage* left = m_context.trace.usage(before);
            const TokenUsage* read = m_context.trace.usage(now);
            if (left == nullptr || read == nullptr || !read->cacheRead
                || (!left->cacheRead && !left->cacheWrite))
                return {};
            return left->cacheRead.value_or(0) + left->cacheWrite.value_or(0) - *read->cacheRead;
        }

        void add(const FindingStep& step,
                 const StepContent& content,
                 const CallChange& change,
                 CacheBreakCause cause,
                 std::optional<std::int64_t> lost)
        {
            CacheBreaks& breaks = m_lanes[step.lane()].breaks.at(static_cast<std::size_t>(cause));
            if (breaks.steps.empty() && cause == CacheBreakCause::Changed)
                tellDifference(change, content.input, breaks);
            if (breaks.steps.empty() && cause == CacheBreakCause::Model) {
                breaks.before = std::string(m_context.trace.model(change.previous));
                breaks.now = std::string(m_context.trace.model(step.span()));
            }
            const std::int64_t tokens = lost ? *lost : estimateTokens(change.before);
            breaks.steps.push_back(step.span());
            breaks.tokens += tokens;
            breaks.isReported = breaks.isReported && lost.has_value();
            const auto cost = costOf(step.span(), tokens);
            breaks.hasCost = breaks.hasCost && cost.has_value();
            breaks.cost += cost.value_or(0);
        }

        static void
        tellDifference(const CallChange& change, const MessageChain& now, CacheBreaks& to)
        {
            const std::string before = textOfMessage(*change.before.pointers().at(change.common));
            const std::string after = textOfMessage(*now.pointers().at(change.common));
            const auto [a, b] = std::ranges::mismatch(before, after);
            auto at = static_cast<std::size_t>(a - before.begin());
            at = at < 20 ? 0 : at - 20;
            while (at > 0 && (static_cast<unsigned char>(before[at]) & 0xC0U) == 0x80U)
                --at;
            to.before = lineOf(std::string_view(before).substr(at), 50);
            to.now = lineOf(std::string_view(after).substr(at), 50);
        }

        /// What reading anew costs more than from the cache, in USD.
        [[nodiscard]] std::optional<double> costOf(SpanId span, std::int64_t tokens) const
        {
            if (m_context.options.prices == nullptr)
                return {};
            TokenUsage anew;
            anew.input = tokens;
            TokenUsage cached;
            cached.cacheRead = tokens;
            const std::string_view model = m_context.trace.model(span);
            const auto start = m_context.trace.start(span);
            const auto full = m_context.options.prices->costOf(model, start, anew);
            const auto less = m_context.options.prices->costOf(model, start, cached);
            return full && less ? std::optional(full->amount - less->amount) : std::nullopt;
        }

        void tell(CacheBreakCause cause, CacheBreaks& breaks)
        {
            if (breaks.steps.empty()
                || (!breaks.isReported && breaks.steps.size() < kLeastEstimated)
                || breaks.tokens < kLeastLost)
                return;
            const auto count = static_cast<std::int64_t>(breaks.steps.size());
            Finding finding;
            const bool isOutside
                = cause == CacheBreakCause::Unused || cause == CacheBreakCause::Cut;
            finding.severity = isOutside ? Severity::Note : Severity::Warning;
            finding.title = titleOf(cause) + ": " + counted(breaks.tokens, "token")
                + " read anew in " + counted(count, "call");
            finding.explanation = explanationOf(cause, breaks)
                + (breaks.isReported
                       ? " So much less was read from the provider's cache than the calls before "
                         "had left there."
                       : " The trace tells nothing of a cache; the tokens are an estimate of what "
                         "one could have given.");
            finding.wayOut = wayOutOf(cause);
            finding.figures = {{"calls", static_cast<double>(count), ""},
                               {"tokens", static_cast<double>(breaks.tokens), "tokens"}};
            if (breaks.hasCost)
                finding.figures.push_back({"cost", breaks.cost, "USD"});
            finding.steps = std::move(breaks.steps);
            m_context.found.add(std::move(finding));
        }

        static std::string titleOf(CacheBreakCause cause)
        {
            switch (cause) {
            case CacheBreakCause::Model:
                return "The cache was lost with another model";
            case CacheBreakCause::Tools:
                return "The cache was lost with other tools on offer";
            case CacheBreakCause::Changed:
                return "The cached front of the conversation was changed";
            case CacheBreakCause::Cut:
                return "The cache was lost when messages were taken out";
            case CacheBreakCause::Unused:
                break;
            }
            return "The cache was not used though the conversation only grew";
        }

        static std::string explanationOf(CacheBreakCause cause, const CacheBreaks& breaks)
        {
            switch (cause) {
            case CacheBreakCause::Model:
                return "The conversation went on with " + ticked(breaks.now) + " after "
                    + ticked(breaks.before) + "; each model has a cache of its own.";
            case CacheBreakCause::Tools:
                return "The definitions of tools stand in front of all messages: with other ones "
                       "nothing behind them comes from the cache.";
            case CacheBreakCause::Changed:
                return "A message is not as it was sent before: " + ticked(breaks.before)
                    + " became " + ticked(breaks.now) + " (the first such place).";
            case CacheBreakCause::Cut:
                return "Fewer messages were sent than in the call before.";
            case CacheBreakCause::Unused:
                break;
            }
            return "Nothing that was sent before had changed, and five minutes and more had "
                   "passed: as a rule the cache had expired.";
        }

        static std::string wayOutOf(CacheBreakCause cause)
        {
            switch (cause) {
            case CacheBreakCause::Model:
                return "Stay with one model in a conversation, or hand over a summary.";
            case CacheBreakCause::Tools:
                return "Offer the same tools in the same order in all calls of a conversation.";
            case CacheBreakCause::Changed:
                return "Keep what changes (time, state, counters) out of the system prompt and of "
                       "messages that were sent; put it at the end.";
            case CacheBreakCause::Cut:
                return "Compress seldom and much at a time, not a little with each call.";
            case CacheBreakCause::Unused:
                break;
            }
            return "Where pauses are long, ask the provider for a cache that is kept longer.";
        }

        RuleContext m_context;
        Lanes<CacheLane> m_lanes;
        std::unordered_map<SpanId, ContentHash> m_tools; ///< of calls that may be gone on from
    };

} // namespace

std::unique_ptr<const FindingRule> makeCacheBreakRule()
{
    return std::make_unique<WatchRule<CacheBreakWatch>>(
        "cache-break",
        "Broken caches",
        "Model calls whose front could not come from the provider's cache, though it was sent "
        "before");
}

} // namespace tracestore
