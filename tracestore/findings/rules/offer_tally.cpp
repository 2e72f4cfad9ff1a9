#include "tracestore/findings/rules/offer_tally.h"

#include "tracestore/analysis/token_estimate.h"

namespace tracestore {

void OfferTally::see(const FindingStep& step)
{
    const AgentId agent = m_trace.agentOf(step.span());
    const std::string name = agent.isValid() ? m_trace.agent(agent).name : std::string();
    Talk& talk = m_talks[name];
    if (step.isToolCall()) {
        talk.called.emplace(m_trace.name(step.span()));
        return;
    }
    // A model that never answered has not passed over anything.
    if (m_trace.status(step.span()) == SpanStatus::Error)
        return;
    const ToolList* list = step.offered();
    if (list == nullptr)
        return;
    if (talk.calls++ == 0)
        talk.first = step.span();
    if (const TokenUsage* usage = m_trace.usage(step.span()))
        talk.inputTokens += usage->inputTotal().value_or(0);
    const auto [known, isNew] = talk.lists.try_emplace(list, 0, step.span());
    ++known->second.first;
    for (const ToolCallPart* call : askedCalls(step.content()->rest))
        talk.called.insert(call->name);
}

std::vector<AgentOffer> OfferTally::offers() const
{
    std::vector<AgentOffer> offers;
    for (const auto& [name, talk] : m_talks) {
        if (talk.calls > 0)
            offers.push_back(offerOf(talk));
    }
    return offers;
}

AgentOffer OfferTally::offerOf(const Talk& talk) const
{
    AgentOffer offer {.first = talk.first, .calls = talk.calls, .inputTokens = talk.inputTokens};
    std::map<std::string_view, OfferedTally> tools;
    for (const auto& [list, calls] : talk.lists) {
        std::int64_t tokens = 0;
        for (const OfferedTool& tool : list->tools) {
            OfferedTally& tally = tools[tool.name];
            tally.tool = &tool;
            tally.tokens = estimateTokens(tool.definition);
            tally.calls += calls.first;
            tally.wasCalled = talk.called.contains(tool.name);
            tokens += tally.tokens;
        }
        if (list->tools.size() > offer.most) {
            offer.most = list->tools.size();
            offer.mostTokens = tokens;
            offer.widest = calls.second;
        }
    }
    for (const auto& [name, tally] : tools)
        offer.tools.push_back(tally);
    return offer;
}

} // namespace tracestore
