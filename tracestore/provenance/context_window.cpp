#include "tracestore/provenance/context_window.h"

#include "tracestore/analysis/token_estimate.h"
#include "tracestore/model/call_history.h"
#include "tracestore/model/payload_walk.h"
#include "tracestore/provenance/window_alignment.h"
#include "tracestore/query/snippet.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace tracestore {
namespace {

    /// Of a cache less than this is noise: providers cache in blocks.
    constexpr std::int64_t kLeastUnused = 1024;

    WindowKind kindOf(const Message& message)
    {
        const bool hasResult = std::ranges::any_of(message.parts, [](const MessagePart& part) {
            return std::holds_alternative<ToolResultPart>(part);
        });
        if (hasResult || message.role == Role::Tool)
            return WindowKind::Results;
        switch (message.role) {
        case Role::System:
            return WindowKind::System;
        case Role::User:
            return WindowKind::User;
        case Role::Assistant:
            return WindowKind::Assistant;
        case Role::Tool:
        case Role::Other:
            break;
        }
        return WindowKind::Other;
    }

    std::string beginningOf(std::string_view text)
    {
        return snippetAround(text.substr(0, 200), {0, 0}, TextForm::Plain).text;
    }

    std::size_t indexOf(WindowKind kind)
    {
        return static_cast<std::size_t>(kind);
    }

    std::int64_t toolTokens(const SpanDetail& detail)
    {
        return detail.toolDefinitions.empty() ? 0 : estimateTokens(detail.toolDefinitions);
    }

    /// Makes estimates add up to what the provider reports, each as near as whole tokens allow.
    template<class Counts>
    void scale(Counts& counts, std::int64_t to)
    {
        std::int64_t all = 0;
        for (const std::int64_t* count : counts)
            all += *count;
        if (all == 0)
            return;
        std::int64_t sum = 0;
        std::int64_t given = 0;
        for (std::int64_t* count : counts) {
            sum += *count;
            const double share = static_cast<double>(sum) / static_cast<double>(all);
            const auto until = std::llround(share * static_cast<double>(to));
            *count = until - given;
            given = until;
        }
    }

    /// How many of the reported tokens what is in the trace can have taken. Estimates are wrong by
    /// a factor of two at times; but where prompt and tools are not in the trace, what is more than
    /// the estimate are these.
    std::int64_t seenOf(std::int64_t reported, std::int64_t estimated, bool hasPrompt)
    {
        return std::min(reported, (hasPrompt ? 2 : 1) * estimated);
    }

    class WindowMaker
    {
    public:
        WindowMaker(const Trace& trace, SpanId call, const PriceTable* prices)
            : m_trace(trace)
            , m_prices(prices)
            , m_walk(walkOf(trace.payloads()))
        {
            m_window.call = call;
            m_window.previous = previousCall(trace, call);
        }

        Result<ContextWindow> run()
        {
            auto now = m_walk->read(m_window.call);
            if (!now)
                return fail(std::move(now).error());
            m_now = std::move(*now);
            m_window.state = m_now.rest.inputState;
            if (m_window.previous.isValid()) {
                // Without the call before the window still says what fills it.
                if (auto before = m_walk->read(m_window.previous))
                    m_before = std::move(*before);
                else
                    m_window.previous = {};
            }
            const std::vector<const Message*> before = m_before.input.pointers();
            const std::vector<const Message*> messages = m_now.input.pointers();
            const WindowAlignment fates = alignWindows(before, messages);
            addTools();
            addMessages(messages, fates);
            for (const std::size_t cut : fates.cut)
                m_window.cutTokens += estimateTokens(*before[cut]);
            m_window.cutMessages = fates.cut.size();
            addUsage();
            if (m_window.previous.isValid() && !before.empty() && !messages.empty())
                findBreak(before, messages, fates);
            return std::move(m_window);
        }

    private:
        void addTools()
        {
            const std::string& tools = m_now.rest.toolDefinitions;
            if (tools.empty())
                return;
            const bool isSame = tools == m_before.rest.toolDefinitions;
            const bool wasThere = !m_before.rest.toolDefinitions.empty();
            m_window.parts.push_back({.kind = WindowKind::Tools,
                                      .label = "tools on offer",
                                      .beginning = beginningOf(tools),
                                      .tokens = estimateTokens(tools),
                                      .change = isSame ? WindowChange::Same
                                          : wasThere   ? WindowChange::Changed
                                                       : WindowChange::New});
        }

        void addMessages(const std::vector<const Message*>& messages, const WindowAlignment& fates)
        {
            std::unordered_map<std::string_view, std::string_view> tools; // names by call
            for (std::size_t i = 0; i < messages.size(); ++i) {
                const Message& message = *messages[i];
                const WindowKind kind = kindOf(message);
                std::string label(toWord(message.role));
                for (const MessagePart& part : message.parts) {
                    if (const auto* call = std::get_if<ToolCallPart>(&part))
                        tools[call->id] = call->name;
                    const auto* result = std::get_if<ToolResultPart>(&part);
                    if (const auto name
                        = result == nullptr ? tools.end() : tools.find(result->callId);
                        name != tools.end())
                        label = "result of " + std::string(name->second);
                }
                const std::size_t parts = m_window.parts.size();
                m_window.parts.push_back({.kind = kind,
                                          .message = i,
                                          .label = std::move(label),
                                          .beginning = beginningOf(wholeText(message)),
                                          .tokens = estimateTokens(message),
                                          .change = fates.now[i].change,
                                          .standsFor = fates.now[i].standsFor});
                if (!m_window.previous.isValid())
                    m_window.parts[parts].change = WindowChange::New;
            }
        }

        void addUsage()
        {
            if (const TokenUsage* usage = m_trace.usage(m_window.call)) {
                m_window.reported = usage->inputTotal();
                m_window.cacheRead = usage->cacheRead;
                m_window.cacheWrite = usage->cacheWrite;
            }
            if (m_window.reported && !m_window.parts.empty())
                shareReported(*m_window.reported);
            for (const WindowPart& part : m_window.parts)
                m_window.tokens.at(indexOf(part.kind)) += part.tokens;
            m_window.total = m_window.parts.empty() ? m_window.reported.value_or(0) : sum();
        }

        void shareReported(std::int64_t reported)
        {
            const std::int64_t estimated = sum();
            const bool hasPrompt = std::ranges::any_of(m_window.parts, [](const WindowPart& part) {
                return part.kind == WindowKind::System || part.kind == WindowKind::Tools;
            });
            const std::int64_t seen = seenOf(reported, estimated, hasPrompt);
            std::vector<std::int64_t*> counts;
            for (WindowPart& part : m_window.parts)
                counts.push_back(&part.tokens);
            scale(counts, seen);
            m_window.isScaled = true;
            if (estimated > 0)
                m_window.cutTokens
                    = std::llround(static_cast<double>(m_window.cutTokens)
                                   * static_cast<double>(seen) / static_cast<double>(estimated));
            if (seen < reported)
                m_window.parts.insert(m_window.parts.begin(),
                                      {.kind = WindowKind::Unseen,
                                       .label = "not in the trace",
                                       .tokens = reported - seen,
                                       .change = m_window.previous.isValid() ? WindowChange::Same
                                                                             : WindowChange::New});
        }

        [[nodiscard]] std::int64_t sum() const
        {
            std::int64_t all = 0;
            for (const WindowPart& part : m_window.parts)
                all += part.tokens;
            return all;
        }

        /// The first thing that is not as the call before sent it; what follows cannot come from
        /// the cache.
        void findBreak(const std::vector<const Message*>& before,
                       const std::vector<const Message*>& messages,
                       const WindowAlignment& fates)
        {
            const bool isOtherModel
                = m_trace.model(m_window.call) != m_trace.model(m_window.previous);
            const bool hasOtherTools = m_now.rest.toolDefinitions != m_before.rest.toolDefinitions;
            const std::size_t first = m_window.parts.size() - messages.size();
            CacheBreak found;
            if (isOtherModel) {
                found.cause = CacheBreakCause::Model;
                found.before = std::string(m_trace.model(m_window.previous));
                found.now = std::string(m_trace.model(m_window.call));
            } else if (hasOtherTools) {
                found.cause = CacheBreakCause::Tools;
                found.part = first == 0 ? 0 : first - 1;
                tellDifference(m_before.rest.toolDefinitions, m_now.rest.toolDefinitions, found);
            } else if (fates.common < before.size()) {
                const std::size_t at = std::min(fates.common, messages.size() - 1);
                const bool isChanged = fates.now[at].change == WindowChange::Changed;
                found.cause = isChanged ? CacheBreakCause::Changed : CacheBreakCause::Cut;
                found.part = first + at;
                tellDifference(wholeText(*before[fates.common]),
                               fates.common < messages.size() ? wholeText(*messages[at])
                                                              : std::string(),
                               found);
            } else {
                return findUnused();
            }
            for (std::size_t i = found.part; i < m_window.parts.size(); ++i) {
                if (m_window.parts[i].change == WindowChange::Same)
                    found.tokens += m_window.parts[i].tokens;
            }
            if (const auto unused = unusedTokens()) {
                found.tokens = *unused;
                found.isReported = true;
            }
            price(found);
            m_window.cacheBreak = std::move(found);
        }

        /// How much less the provider read from its cache than the call before left there.
        [[nodiscard]] std::optional<std::int64_t> unusedTokens() const
        {
            const TokenUsage* before = m_trace.usage(m_window.previous);
            if (before == nullptr || !m_window.cacheRead
                || (!before->cacheRead && !before->cacheWrite))
                return {};
            const std::int64_t left
                = before->cacheRead.value_or(0) + before->cacheWrite.value_or(0);
            return std::max<std::int64_t>(0, left - *m_window.cacheRead);
        }

        void findUnused()
        {
            const auto unused = unusedTokens();
            if (!unused || *unused < kLeastUnused)
                return;
            CacheBreak found {
                .cause = CacheBreakCause::Unused, .tokens = *unused, .isReported = true};
            price(found);
            m_window.cacheBreak = std::move(found);
        }

        static void tellDifference(std::string_view before, std::string_view now, CacheBreak& to)
        {
            const auto [a, b] = std::ranges::mismatch(before, now);
            to.byte = static_cast<std::size_t>(b - now.begin());
            const auto around = [&](std::string_view text) {
                const std::size_t at = std::min(to.byte, text.size());
                return snippetAround(text, {at, 0}, TextForm::Plain).text;
            };
            to.before = around(before);
            to.now = around(now);
        }

        void price(CacheBreak& found) const
        {
            if (m_prices == nullptr)
                return;
            const std::string_view model = m_trace.model(m_window.call);
            const auto at = m_trace.start(m_window.call);
            TokenUsage anew;
            anew.input = found.tokens;
            TokenUsage cached;
            cached.cacheRead = found.tokens;
            const auto full = m_prices->costOf(model, at, anew);
            const auto less = m_prices->costOf(model, at, cached);
            if (full && less)
                found.cost
                    = Cost {full->amount - less->amount, full->currency, CostSource::Computed};
        }

        const Trace& m_trace;
        const PriceTable* m_prices;
        std::unique_ptr<PayloadWalk> m_walk;
        StepContent m_before;
        StepContent m_now;
        ContextWindow m_window;
    };

    using KindTokens = std::array<std::int64_t, kWindowKinds>;

    /// Adds up lists of messages; what they share is added up once.
    class ChainSums
    {
    public:
        KindTokens of(const MessageChain& chain)
        {
            std::vector<const MessageChain::Node*> unknown;
            const MessageChain::Node* node = chain.node().get();
            while (node != nullptr && !m_sums.contains(node)) {
                unknown.push_back(node);
                node = node->before.get();
            }
            KindTokens sums = node == nullptr ? KindTokens() : m_sums[node];
            for (auto one = unknown.rbegin(); one != unknown.rend(); ++one) {
                sums.at(indexOf(kindOf((*one)->message))) += estimateTokens((*one)->message);
                m_sums[*one] = sums;
            }
            return sums;
        }

    private:
        std::unordered_map<const MessageChain::Node*, KindTokens> m_sums;
    };

    WindowSum sumOf(const Trace& trace, SpanId call, const StepContent* content, ChainSums& chains)
    {
        WindowSum sum {.call = call};
        const TokenUsage* usage = trace.usage(call);
        const bool isReported = usage != nullptr && usage->inputTotal().has_value();
        const std::int64_t reported = isReported ? usage->inputTotal().value_or(0) : 0;
        if (content != nullptr && !content->input.isEmpty()) {
            sum.tokens = chains.of(content->input);
            sum.tokens.at(indexOf(WindowKind::Tools)) += toolTokens(content->rest);
            if (isReported) {
                std::int64_t estimated = 0;
                std::vector<std::int64_t*> counts;
                for (std::int64_t& count : sum.tokens) {
                    estimated += count;
                    counts.push_back(&count);
                }
                const bool hasPrompt = sum.tokens.at(indexOf(WindowKind::System)) > 0
                    || sum.tokens.at(indexOf(WindowKind::Tools)) > 0;
                const std::int64_t seen = seenOf(reported, estimated, hasPrompt);
                scale(counts, seen);
                sum.tokens.at(indexOf(WindowKind::Unseen)) = reported - seen;
            }
            sum.isKnown = true;
        } else if (isReported) {
            sum.tokens.at(indexOf(WindowKind::Unseen)) = reported;
            sum.isKnown = true;
        }
        sum.isScaled = isReported;
        for (const std::int64_t count : sum.tokens)
            sum.total += count;
        return sum;
    }

} // namespace

std::string_view toWord(WindowKind kind)
{
    static constexpr std::array<std::string_view, kWindowKinds> kWords {
        "system", "tools", "user", "assistant", "results", "other", "unseen"};
    return kWords.at(indexOf(kind));
}

std::string_view toWord(WindowChange change)
{
    static constexpr std::array<std::string_view, 4> kWords {
        "same", "new", "changed", "compressed"};
    return kWords.at(static_cast<std::size_t>(change));
}

std::string_view toWord(CacheBreakCause cause)
{
    static constexpr std::array<std::string_view, 5> kWords {
        "model", "tools", "changed", "cut", "unused"};
    return kWords.at(static_cast<std::size_t>(cause));
}

Result<ContextWindow>
contextWindow(const Trace& trace, SpanId call, const PriceTable* prices, Job& job)
{
    if (!call.isValid() || call.index() >= trace.spanCount() || trace.kind(call) != SpanKind::Llm)
        return fail(ErrorCode::Invalid, "This step is no call of a model.");
    if (job.isCancelled())
        return cancelled();
    return WindowMaker(trace, call, prices).run();
}

Result<std::vector<WindowSum>>
contextHistory(const Trace& trace, SessionId session, AgentId agent, Job& job)
{
    std::vector<WindowSum> sums;
    const auto walk = walkOf(trace.payloads());
    ChainSums chains;
    std::size_t messages = 0;
    for (const SpanId span : trace.preOrder()) {
        if (trace.sessionOf(span) != session || trace.agentOf(span) != agent
            || !isModelCall(trace, span))
            continue;
        if (job.isCancelled())
            return cancelled();
        const auto content = walk->read(span);
        sums.push_back(sumOf(trace, span, content ? &*content : nullptr, chains));
        const std::size_t count = content ? content->input.size() : 0;
        sums.back().isCut = count < messages;
        messages = count;
    }
    return sums;
}

} // namespace tracestore
