#include "engine/breakpoint/run_history.h"

#include "tracestore/model/call_hash.h"

#include <deque>

namespace engine {

using tracestore::ContentHash;
using tracestore::LoopFinder;
using tracestore::LoopFinding;
using tracestore::LoopKind;

namespace {

    const tracestore::LoopRules kRules {};
    constexpr std::size_t kLongestSeries = 4; ///< as in LoopFinder

    /// What an agent itself calls: a part of a composite tool is none.
    const ToolCall* ownCall(const Effect& effect)
    {
        return effect.id.part.empty() ? std::get_if<ToolCall>(&effect.request) : nullptr;
    }

    bool isModelOrTool(const Effect& effect)
    {
        return std::holds_alternative<ModelCall>(effect.request)
            || std::holds_alternative<ToolCall>(effect.request);
    }

} // namespace

struct RunHistory::AgentCalls
{
    /// A call of the turn that is under way, as it stood when it began.
    struct Begun
    {
        std::uint64_t ofArguments = 0;
        std::uint64_t inARow = 0;
        std::optional<LoopFinding> loop;
    };

    struct Ended
    {
        ContentHash call;
        ContentHash result;
        std::string tool; ///< this and what follows: for the finder, while it does not watch
        std::string arguments;
        std::string said;
        bool isError = false;
    };

    [[nodiscard]] const Begun* begun(const EffectId& id) const
    {
        const auto found = current.find(id.ordinal);
        return id.turn == turn && found != current.end() ? &found->second : nullptr;
    }

    [[nodiscard]] std::optional<LoopFinding> loopWith(const ContentHash& call) const
    {
        if (auto found = repeated(call))
            return found;
        return oscillation(call);
    }

    /// Equal calls in the window, as long as all of them gave the same.
    [[nodiscard]] std::optional<LoopFinding> repeated(const ContentHash& call) const
    {
        std::size_t count = 1;
        const ContentHash* result = nullptr;
        for (const Ended& each : ended) {
            if (each.call != call)
                continue;
            if (result != nullptr && *result != each.result)
                return {};
            result = &each.result;
            ++count;
        }
        if (count < kRules.repeats)
            return {};
        return LoopFinding {LoopKind::RepeatedState, count, 1, 1.0};
    }

    [[nodiscard]] std::optional<LoopFinding> oscillation(const ContentHash& call) const
    {
        const std::size_t size = ended.size() + 1;
        const auto at = [&](std::size_t fromEnd) -> const ContentHash& {
            return fromEnd == 0 ? call : ended[ended.size() - fromEnd].call;
        };
        if (size < 2 || at(0) == at(1))
            return {};
        for (std::size_t period = 2; period <= kLongestSeries; ++period) {
            std::size_t matched = period;
            while (matched < size && at(matched) == at(matched - period))
                ++matched;
            if (matched / period >= kRules.repeats)
                return LoopFinding {LoopKind::Oscillation, matched / period, period, 1.0};
        }
        return {};
    }

    std::unordered_map<ContentHash, std::uint64_t> counts;
    std::string lastTool;
    std::uint64_t inARow = 0;
    std::uint32_t turn = 0;
    std::unordered_map<std::uint32_t, Begun> current; ///< by ordinal
    std::deque<Ended> ended; ///< at most LoopFinder::kWindow
    LoopFinder finder {kRules};
    /// Before the call that failed last: the next attempt takes its place.
    std::optional<LoopFinder> finderBefore;
    std::optional<EffectId> failed;
};

const ContentHash& RunHistory::hashOf(const ToolCall& call) const
{
    if (!m_hashed || m_hashed->tool != call.tool || m_hashed->arguments != call.arguments)
        m_hashed
            = {call.tool,
               call.arguments,
               tracestore::callHash(call.tool, tracestore::canonicalArguments(call.arguments))};
    return m_hashed->hash;
}

void RunHistory::watchLoops(bool doesIt)
{
    if (doesIt && !m_watchesLoops) {
        for (auto& [path, calls] : m_agents) {
            calls->finder.clear();
            calls->finderBefore.reset();
            for (const AgentCalls::Ended& call : calls->ended)
                static_cast<void>(
                    calls->finder.add({call.tool, call.arguments, call.said, call.isError}));
        }
    }
    m_watchesLoops = doesIt;
}

void RunHistory::begin(const Effect& effect)
{
    const ToolCall* call = ownCall(effect);
    const bool isRetry = effect.id.attempt > 1;
    if (call != nullptr) {
        auto& calls = m_agents[effect.id.agent];
        if (calls == nullptr)
            calls = std::make_shared<AgentCalls>();
        if (isRetry && calls->failed == effect.id.withAttempt(0) && !calls->ended.empty()) {
            calls->ended.pop_back();
            if (calls->finderBefore)
                calls->finder = std::move(*calls->finderBefore);
        }
        calls->finderBefore.reset();
        calls->failed.reset();
    }
    if (isRetry || !isModelOrTool(effect))
        return;
    if (std::holds_alternative<ModelCall>(effect.request)) {
        Turns& turns = m_turns[effect.id.agent];
        turns.count += effect.id.turn > turns.last ? 1 : 0;
        turns.last = std::max(turns.last, effect.id.turn);
    }
    ++m_sums.calls;
    if (std::holds_alternative<ModelCall>(effect.request))
        ++m_sums.modelCalls;
    else
        ++m_sums.toolCalls;
    if (call != nullptr)
        beginCall(effect.id, *call);
}

void RunHistory::beginCall(const EffectId& id, const ToolCall& call)
{
    AgentCalls& calls = *m_agents[id.agent];
    const ContentHash hash = hashOf(call);
    if (calls.turn != id.turn) {
        calls.turn = id.turn;
        calls.current.clear();
    }
    calls.inARow = calls.lastTool == call.tool ? calls.inARow + 1 : 1;
    calls.lastTool = call.tool;
    calls.current[id.ordinal] = {
        .ofArguments = ++calls.counts[hash], .inARow = calls.inARow, .loop = calls.loopWith(hash)};
}

std::uint32_t RunHistory::turnOf(const EffectId& id, const Effect* effect) const
{
    const auto found = m_turns.find(id.agent);
    const Turns turns = found == m_turns.end() ? Turns {} : found->second;
    const bool isNext = effect != nullptr && std::holds_alternative<ModelCall>(effect->request)
        && id.turn > turns.last;
    if (isNext)
        return turns.count + 1;
    return turns.count > 0 ? turns.count : id.turn;
}

std::optional<LoopFinding> RunHistory::end(const Effect& effect, const Outcome& outcome)
{
    addSums(effect, outcome);
    const ToolCall* call = ownCall(effect);
    const auto found = m_agents.find(effect.id.agent);
    if (call == nullptr || found == m_agents.end())
        return {};
    AgentCalls& calls = *found->second;
    const std::string& said
        = !outcome.isOk() && outcome.error ? outcome.error->message : outcome.text;
    calls.ended.push_back({.call = hashOf(*call),
                           .result = tracestore::contentHash(
                               std::string_view(said).substr(0, tracestore::kMaxComparedCall)),
                           .tool = call->tool,
                           .arguments = call->arguments,
                           .said = said.substr(0, tracestore::kMaxComparedCall),
                           .isError = !outcome.isOk()});
    if (calls.ended.size() > LoopFinder::kWindow)
        calls.ended.pop_front();
    if (!outcome.isOk())
        calls.failed = effect.id.withAttempt(0);
    if (!m_watchesLoops)
        return {};
    if (!outcome.isOk())
        calls.finderBefore = calls.finder;
    auto loop = calls.finder.add({call->tool, call->arguments, said, !outcome.isOk()});
    const AgentCalls::Begun* begun = calls.begun(effect.id);
    // What was told before the call is not told again.
    return begun != nullptr && begun->loop ? std::nullopt : loop;
}

void RunHistory::addSums(const Effect& effect, const Outcome& outcome)
{
    if (!isModelOrTool(effect))
        return; // what agents spent is that of their calls
    if (!outcome.isOk() && outcome.status != OutcomeStatus::Cancelled)
        ++m_sums.errors;
    if (outcome.origin == OutcomeOrigin::Cache)
        return;
    const bool isModel = std::holds_alternative<ModelCall>(effect.request);
    m_sums.isCostOwed = m_sums.isCostOwed || isModel;
    if (outcome.cost && outcome.cost->currency == "USD") {
        m_sums.cost += outcome.cost->amount;
        m_sums.isCostTold = true;
    }
    const auto& usage = outcome.response ? outcome.response->usage : outcome.spent;
    if (const auto total = usage ? usage->total() : std::nullopt) {
        m_sums.tokens += *total;
        m_sums.areTokensTold = true;
    }
}

/// The calls of the agent that makes this one; null where there were none, or it is no call.
const RunHistory::AgentCalls* RunHistory::callsBefore(const Effect& effect) const
{
    const auto found = m_agents.find(effect.id.agent);
    return ownCall(effect) == nullptr || found == m_agents.end() ? nullptr : found->second.get();
}

std::uint64_t RunHistory::repeatsOfArguments(const Effect& effect) const
{
    const AgentCalls* calls = callsBefore(effect);
    if (calls == nullptr)
        return ownCall(effect) == nullptr ? 0 : 1;
    if (const AgentCalls::Begun* begun = calls->begun(effect.id))
        return begun->ofArguments;
    const auto count = calls->counts.find(hashOf(*ownCall(effect)));
    return count == calls->counts.end() ? 1 : count->second + 1;
}

std::uint64_t RunHistory::repeatsOfTool(const Effect& effect) const
{
    const AgentCalls* calls = callsBefore(effect);
    if (calls == nullptr)
        return ownCall(effect) == nullptr ? 0 : 1;
    if (const AgentCalls::Begun* begun = calls->begun(effect.id))
        return begun->inARow;
    return calls->lastTool == ownCall(effect)->tool ? calls->inARow + 1 : 1;
}

std::optional<LoopFinding> RunHistory::loopOf(const Effect& effect) const
{
    const AgentCalls* calls = callsBefore(effect);
    if (calls == nullptr)
        return {};
    if (const AgentCalls::Begun* begun = calls->begun(effect.id))
        return begun->loop;
    return calls->loopWith(hashOf(*ownCall(effect)));
}

} // namespace engine
