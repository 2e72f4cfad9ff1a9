#include "tracestore/findings/finding_texts.h"
#include "tracestore/findings/rules/offer_tally.h"
#include "tracestore/findings/rules/rules.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Fewer calls of a model say nothing of what it needs.
    constexpr std::int64_t kLeastCalls = 3;
    constexpr std::int64_t kLeastUnusedTokens = 1'000; ///< a call
    constexpr double kLargeShare = 0.25; ///< of all that was read
    constexpr std::int64_t kManyUnusedTokens = 20'000; ///< in all calls

    /// From where makers of models say that choosing gets worse.
    constexpr std::size_t kManyTools = 40;
    constexpr std::int64_t kManyToolTokens = 20'000;

    constexpr std::int64_t kLongDefinition = 1'000;

    std::string namesWithTokens(std::vector<const OfferedTally*> tools)
    {
        std::ranges::stable_sort(
            tools, std::ranges::greater(), [](const OfferedTally* tally) { return tally->tokens; });
        std::string text;
        for (std::size_t i = 0; i < std::min<std::size_t>(tools.size(), 6); ++i)
            text += (i == 0 ? "" : ", ") + ticked(tools[i]->tool->name) + " ("
                + std::to_string(tools[i]->tokens) + ')';
        if (tools.size() > 6)
            text += " and " + std::to_string(tools.size() - 6) + " more";
        return text;
    }

    /// A rule that looks at what agents were offered when all is over.
    class OfferWatch : public RuleWatch
    {
    public:
        explicit OfferWatch(const RuleContext& context)
            : m_context(context)
            , m_tally(context.trace)
        { }

        void see(const FindingStep& step) override { m_tally.see(step); }

        void end() override
        {
            for (const AgentOffer& offer : m_tally.offers())
                judge(offer);
        }

    protected:
        virtual void judge(const AgentOffer& offer) = 0;

        void add(Finding finding) { m_context.found.add(std::move(finding)); }

    private:
        RuleContext m_context;
        OfferTally m_tally;
    };

    class UnusedToolsWatch : public OfferWatch
    {
    public:
        using OfferWatch::OfferWatch;

    private:
        void judge(const AgentOffer& offer) override
        {
            std::vector<const OfferedTally*> unused;
            std::int64_t each = 0;
            std::int64_t all = 0;
            for (const OfferedTally& tally : offer.tools) {
                if (tally.wasCalled)
                    continue;
                unused.push_back(&tally);
                each += tally.tokens;
                all += tally.tokens * tally.calls;
            }
            if (offer.calls < kLeastCalls || unused.empty() || each < kLeastUnusedTokens)
                return;
            const double share = offer.inputTokens > 0
                ? static_cast<double>(all) / static_cast<double>(offer.inputTokens)
                : 0;
            const auto count = static_cast<std::int64_t>(unused.size());
            Finding finding {.severity = share >= kLargeShare && all >= kManyUnusedTokens
                                 ? Severity::Warning
                                 : Severity::Note,
                             .steps = {offer.first}};
            finding.title = std::to_string(count) + " of "
                + counted(static_cast<std::int64_t>(offer.tools.size()), "tool")
                + " were never called and take about " + counted(each, "token") + " of each call";
            finding.explanation = "In " + counted(offer.calls, "call")
                + " of the model that is about " + counted(all, "token")
                + (share > 0 && share <= 1
                       ? ", " + std::to_string(static_cast<int>(share * 100 + 0.5))
                           + " % of what was read"
                       : std::string())
                + " (less where they come from the cache). Not called, with their tokens: "
                + namesWithTokens(unused) + ". Another task may need them.";
            finding.wayOut = "Take out what no task needs; where there are many, offer only those "
                             "that fit the question (`policies.offeredTools` of Kymo's agents).";
            finding.figures = {{"tools", static_cast<double>(count), ""},
                               {"tokens_each_call", static_cast<double>(each), "tokens"},
                               {"tokens", static_cast<double>(all), "tokens"}};
            add(std::move(finding));
        }
    };

    class ManyToolsWatch : public OfferWatch
    {
    public:
        using OfferWatch::OfferWatch;

    private:
        void judge(const AgentOffer& offer) override
        {
            if (offer.most <= kManyTools && offer.mostTokens < kManyToolTokens)
                return;
            const auto count = static_cast<std::int64_t>(offer.most);
            add({.severity = Severity::Note,
                 .steps = {offer.widest},
                 .title = counted(count, "tool") + " on offer at once, about "
                     + counted(offer.mostTokens, "token"),
                 .explanation
                 = "The more tools there are, the more often a model picks a wrong one, "
                   "and all of them are read with each call.",
                 .wayOut = "Offer only those that fit the question (`policies.offeredTools` of "
                           "Kymo's agents), put tools together that always come one after the "
                           "other, or give groups of them to agents of their own.",
                 .figures = {{"tools", static_cast<double>(count), ""},
                             {"tokens", static_cast<double>(offer.mostTokens), "tokens"}}});
        }
    };

    class VerboseToolsWatch : public OfferWatch
    {
    public:
        using OfferWatch::OfferWatch;

    private:
        void judge(const AgentOffer& offer) override
        {
            std::vector<const OfferedTally*> verbose;
            std::int64_t tokens = 0;
            std::int64_t all = 0;
            for (const OfferedTally& tally : offer.tools) {
                if (tally.tokens < kLongDefinition)
                    continue;
                verbose.push_back(&tally);
                tokens += tally.tokens;
                all += tally.tokens * tally.calls;
            }
            if (verbose.empty())
                return;
            const auto count = static_cast<std::int64_t>(verbose.size());
            add({.severity = Severity::Note,
                 .steps = {offer.first},
                 .title = counted(count, "tool") + (count == 1 ? " has" : " have")
                     + " a definition of a thousand tokens and more",
                 .explanation = "With their tokens: " + namesWithTokens(verbose) + ". Over "
                     + counted(offer.calls, "call") + " of the model that is about "
                     + counted(all, "token") + " (less where they come from the cache).",
                 .wayOut
                 = "Say what the tool does and when to use it in a few sentences; examples "
                   "and rules that every call needs belong in the system prompt, long lists "
                   "of values in an error or a tool that looks them up.",
                 .figures = {{"tools", static_cast<double>(count), ""},
                             {"tokens_each_call", static_cast<double>(tokens), "tokens"}}});
        }
    };

} // namespace

std::unique_ptr<const FindingRule> makeUnusedToolsRule()
{
    return std::make_unique<WatchRule<UnusedToolsWatch>>(
        "unused-tools",
        "Tools that were never called",
        "Tools that are offered in every call and never called, with the tokens they take");
}

std::unique_ptr<const FindingRule> makeManyToolsRule()
{
    return std::make_unique<WatchRule<ManyToolsWatch>>(
        "many-tools",
        "Too many tools",
        "More than 40 tools, or 20,000 tokens of definitions, on offer at once");
}

std::unique_ptr<const FindingRule> makeVerboseToolsRule()
{
    return std::make_unique<WatchRule<VerboseToolsWatch>>(
        "verbose-tools",
        "Long definitions of tools",
        "Definitions of tools of a thousand tokens and more");
}

} // namespace tracestore
