#include "tracestore/provenance/origin_search.h"

#include "tracestore/base/hash.h"

#include <algorithm>

namespace tracestore {

OriginSearch::OriginSearch(const SoughtText& sought,
                           const std::unordered_map<std::string_view, SpanId>& toolSteps)
    : m_toolSteps(toolSteps)
    , m_matcher(sought)
{ }

void OriginSearch::take(const ContentText& text)
{
    // The step of the tool has the arguments too, and is where one wants to go.
    if (text.isCall && m_toolSteps.contains(text.callId))
        return;
    const std::uint64_t sum = chainedChecksum(0, text.text);
    if (sum == m_asked) {
        if (!m_askedIn.isValid())
            m_askedIn = m_span;
        return;
    }
    const auto [known, isNew] = m_known.try_emplace(sum);
    if (!isNew)
        return addCopy(known->second);
    Known& finds = known->second;
    finds.first = m_candidates.size();
    for (const TextFind& find : m_matcher.search(text.text)) {
        if (m_candidates.size() < kMostCandidates && !isOfToolStep(text, find))
            m_candidates.push_back({m_span, text.place, text.giver, find, 0});
    }
    finds.last = m_candidates.size();
    if (text.place.kind == TextPlaceKind::Result)
        m_results[m_span] = finds;
}

/// Whether it is a result in a message whose step has the find already, however it was framed for
/// the model.
bool OriginSearch::isOfToolStep(const ContentText& text, const TextFind& find)
{
    if (text.callId.empty() || text.isCall)
        return false;
    const auto step = m_toolSteps.find(text.callId);
    const auto result = step == m_toolSteps.end() ? m_results.end() : m_results.find(step->second);
    if (result == m_results.end())
        return false;
    for (std::size_t i = result->second.first; i < result->second.last; ++i) {
        Candidate& known = m_candidates[i];
        if (known.find.piece != find.piece)
            continue;
        ++known.copies;
        return true;
    }
    return false;
}

void OriginSearch::addCopy(const Known& known)
{
    for (std::size_t i = known.first; i < known.last; ++i)
        ++m_candidates[i].copies;
}

/// The nodes that no list before had, in their order.
std::vector<const MessageChain::Node*> OriginSearch::unseen(const MessageChain& messages)
{
    std::vector<const MessageChain::Node*> nodes;
    for (const auto* node = messages.node().get(); node != nullptr && m_seen.insert(node).second;
         node = node->before.get())
        nodes.push_back(node);
    std::ranges::reverse(nodes);
    return nodes;
}

void OriginSearch::takeMessages(const MessageChain& messages, std::size_t end)
{
    for (const MessageChain::Node* node : unseen(messages)) {
        if (node->length > end)
            break;
        visitTexts(
            node->message, TextPlaceKind::Input, node->length - 1, [&](const ContentText& text) {
                take(text);
                return true;
            });
    }
}

void OriginSearch::setAsked(std::string_view text)
{
    m_asked = chainedChecksum(0, text);
}

void OriginSearch::pass(const ContentText& text)
{
    m_known.try_emplace(chainedChecksum(0, text.text));
}

void OriginSearch::passMessages(const MessageChain& messages)
{
    for (const MessageChain::Node* node : unseen(messages)) {
        visitTexts(node->message, TextPlaceKind::Input, 0, [&](const ContentText& text) {
            pass(text);
            return true;
        });
    }
}

} // namespace tracestore
