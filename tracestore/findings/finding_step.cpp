#include "tracestore/findings/finding_step.h"

#include "tracestore/model/call_hash.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Conversations that one lane may have at the same time.
    constexpr std::size_t kMostHeads = 4;

    using ChainNode = MessageChain::Node;

    /// How many messages at the front of two lists are the same ones. Costs what they do not share.
    std::size_t commonFront(const MessageChain& a, const MessageChain& b)
    {
        const ChainNode* one = a.node().get();
        const ChainNode* other = b.node().get();
        while (one != other) {
            const std::size_t length = one == nullptr ? 0 : one->length;
            const std::size_t otherLength = other == nullptr ? 0 : other->length;
            if (length >= otherLength)
                one = one->before.get();
            if (otherLength >= length)
                other = other->before.get();
        }
        return one == nullptr ? 0 : one->length;
    }

    template<class Part, class Take>
    void visitOutput(const SpanDetail& detail, Take&& take)
    {
        for (const Message& message : detail.output) {
            for (const MessagePart& part : message.parts) {
                if (const auto* one = std::get_if<Part>(&part))
                    take(*one);
            }
        }
    }

} // namespace

void StepReader::moveTo(SpanId span, std::uint32_t lane)
{
    m_span = span;
    m_lane = lane;
    m_content.reset();
    m_isRead = m_hasFacts = m_hasChange = false;
    m_fresh.clear();
    // What was read stays in memory as long as the walk: no longer than a session.
    if (m_walk != nullptr && m_trace.sessionOf(span) == m_session)
        return;
    m_session = m_trace.sessionOf(span);
    m_walk = walkOf(m_trace.payloads());
    m_seen.clear();
    m_heads.clear();
}

const StepContent* StepReader::content()
{
    if (!m_isRead) {
        m_isRead = true;
        auto read = m_walk->read(m_span);
        if (read)
            m_content = std::move(*read);
        else
            ++m_unreadable;
        const bool isEmpty
            = m_content && m_content->input.isEmpty() && m_content->rest.output.empty();
        if (isEmpty && m_trace.kind(m_span) == SpanKind::Llm)
            ++m_withoutContent;
    }
    return m_content ? &*m_content : nullptr;
}

const ToolFacts* StepReader::toolFacts()
{
    if (!m_hasFacts) {
        m_hasFacts = true;
        m_facts.reset();
        if (content() != nullptr)
            readFacts();
    }
    return m_facts ? &*m_facts : nullptr;
}

void StepReader::readFacts()
{
    const SpanDetail& detail = m_content->rest;
    ToolFacts facts {.tool = m_trace.name(m_span),
                     .arguments = detail.toolArguments,
                     .result = detail.toolResult,
                     .hasFailed = m_trace.status(m_span) == SpanStatus::Error};
    facts.call = callHash(facts.tool, canonicalArguments(facts.arguments));
    facts.outcome = contentHash(facts.result.substr(0, kMaxComparedCall));
    m_facts = facts;
}

const std::vector<const Message*>& StepReader::fresh()
{
    change();
    return m_fresh;
}

const CallChange& StepReader::change()
{
    if (!m_hasChange) {
        m_hasChange = true;
        m_change = {};
        if (content() != nullptr)
            readChange();
    }
    return m_change;
}

const ToolList* StepReader::offered()
{
    const StepContent* read = content();
    if (read == nullptr || read->rest.toolDefinitions.empty())
        return nullptr;
    std::unique_ptr<const ToolList>& list = m_lists[contentHash(read->rest.toolDefinitions)];
    if (list == nullptr)
        list = std::make_unique<const ToolList>(readToolList(read->rest.toolDefinitions));
    return list->tools.empty() ? nullptr : list.get();
}

void StepReader::readChange()
{
    const MessageChain& input = m_content->input;
    for (const ChainNode* node = input.node().get(); node != nullptr && m_seen.insert(node).second;
         node = node->before.get())
        m_fresh.push_back(&node->message);
    std::ranges::reverse(m_fresh);
    std::vector<Head>& heads = m_heads[m_lane];
    auto best = heads.end();
    for (auto head = heads.begin(); head != heads.end(); ++head) {
        const std::size_t common = commonFront(head->input, input);
        if (best == heads.end() || common >= m_change.common) {
            best = head;
            m_change.common = common;
        }
    }
    if (input.isEmpty())
        return;
    if (best != heads.end()) {
        m_change.previous = best->call;
        m_change.before = best->input;
        // A conversation that begins alike and goes on otherwise is another one beside it.
        if (m_change.common == best->input.size() || heads.size() >= kMostHeads)
            heads.erase(best);
    }
    heads.push_back({m_span, input});
}

std::string saidText(const SpanDetail& detail)
{
    std::string text;
    visitOutput<TextPart>(
        detail, [&](const TextPart& part) { text += (text.empty() ? "" : "\n") + part.text; });
    return text;
}

std::string thoughtText(const SpanDetail& detail)
{
    std::string text;
    visitOutput<ReasoningPart>(detail, [&](const ReasoningPart& part) {
        if (!part.isEncrypted)
            text += (text.empty() ? "" : "\n") + part.text;
    });
    return text;
}

std::vector<const ToolCallPart*> askedCalls(const SpanDetail& detail)
{
    std::vector<const ToolCallPart*> calls;
    visitOutput<ToolCallPart>(detail, [&](const ToolCallPart& part) { calls.push_back(&part); });
    return calls;
}

} // namespace tracestore
