#include "engine/agent/planning/loop_guard.h"

#include "engine/effect/decision.h"

namespace engine {

using tracestore::LoopFinding;
using tracestore::LoopKind;

namespace {

    constexpr std::size_t kMaxRemembered = 2000;

    std::string abridged(const std::string& text)
    {
        if (text.size() <= kMaxRemembered)
            return text;
        std::size_t end = kMaxRemembered;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
            --end; // a state holds whole characters
        return text.substr(0, end) + " #" + tracestore::contentHash(text).toHex();
    }

    std::string sentenceOf(const LoopFinding& finding, const std::string& tool)
    {
        const std::string count = std::to_string(finding.count);
        switch (finding.kind) {
        case LoopKind::RepeatedState:
            return tool + " was called " + count + " times with equal arguments and result.";
        case LoopKind::NearDuplicate:
            return tool + " was called " + count + " times with the same in other words.";
        case LoopKind::Oscillation:
            return "A series of " + std::to_string(finding.period) + " calls came " + count
                + " times.";
        case LoopKind::NoProgress:
            break;
        }
        return "The last " + count + " calls brought nothing new.";
    }

} // namespace

LoopGuard::LoopGuard(const LoopGuardConfig& config)
    : m_config(config)
    , m_finder({config.repeats, config.similarity, config.findsOscillation})
{ }

RememberedCall LoopGuard::remember(const PendingCall& call, const std::string& result, bool isError)
{
    return {call.tool, abridged(call.arguments), abridged(result), isError};
}

void LoopGuard::setCalls(const std::vector<RememberedCall>& calls)
{
    m_finder.clear();
    if (!m_config.isOn)
        return;
    for (const RememberedCall& call : calls)
        static_cast<void>(m_finder.add({call.tool, call.arguments, call.result, call.isError}));
}

std::optional<tracestore::DecisionMade> LoopGuard::add(const RememberedCall& call,
                                                       std::uint32_t warnings)
{
    if (!m_config.isOn)
        return {};
    const auto found = m_finder.add({call.tool, call.arguments, call.result, call.isError});
    if (!found)
        return {};
    return policyDecision("loop_guard",
                          warnings == 0 ? "warn" : "stop",
                          sentenceOf(*found, call.tool),
                          {{"kind", tracestore::toWord(found->kind)},
                           {"tool", call.tool},
                           {"count", found->count},
                           {"period", found->period},
                           {"similarity", found->similarity},
                           {"repeats", m_config.repeats}});
}

std::optional<tracestore::DecisionMade> LoopGuard::judgeTurn(std::uint32_t turn) const
{
    if (!m_config.isOn || turn <= m_config.iterations)
        return {};
    return policyDecision("loop_guard",
                          "stop",
                          "The limit of " + std::to_string(m_config.iterations)
                              + " turns for one input is reached.",
                          {{"kind", "iterations"}, {"limit", m_config.iterations}});
}

std::string LoopGuard::advice()
{
    return "You are repeating yourself without getting further. Do not make the same calls again: "
           "use what you have, try something else, or say what is missing.";
}

} // namespace engine
