#include "tracestore/query/message_term.h"

#include <nlohmann/json.hpp>

namespace tracestore {

MessagePath::MessagePath(std::span<const PathStep> path, MessageValues& to)
    : m_to(to)
{
    for (const PathStep& step : path) {
        if (step.kind == PathStep::Kind::Member)
            m_part = step.name;
        else if (step.kind == PathStep::Kind::Element)
            m_index = step.index;
    }
}

void MessagePath::walk(const std::vector<Message>& messages)
{
    const auto size = static_cast<std::int64_t>(messages.size());
    if (m_part == "count")
        return m_to.addCount(messages.size());
    if (!m_index) {
        for (const Message& message : messages)
            walk(message);
        return;
    }
    const std::int64_t index = *m_index < 0 ? *m_index + size : *m_index;
    if (index >= 0 && index < size)
        walk(messages[static_cast<std::size_t>(index)]);
}

void MessagePath::walk(const MessageChain& messages)
{
    const auto size = static_cast<std::int64_t>(messages.size());
    if (m_part == "count")
        return m_to.addCount(messages.size());
    if (!m_index) {
        for (const Message* message : messages.pointers())
            walk(*message);
        return;
    }
    const std::int64_t index = *m_index < 0 ? *m_index + size : *m_index;
    if (index < 0 || index >= size)
        return;
    const MessageChain::Node* node = messages.node().get();
    while (static_cast<std::int64_t>(node->length) > index + 1)
        node = node->before.get();
    walk(node->message);
}

void MessagePath::walk(const Message& message)
{
    if (m_part == "role")
        return m_to.addText(message.origRole.empty() ? toWord(message.role)
                                                     : std::string_view(message.origRole));
    if (m_part == "name" || m_part == "finish") {
        const std::string& text = m_part == "name" ? message.name : message.finishReason;
        if (!text.empty())
            m_to.addText(text);
        return;
    }
    for (const MessagePart& part : message.parts)
        std::visit([&](const auto& of) { addPart(of); }, part);
}

bool MessagePath::wants(std::string_view part) const
{
    return m_part.empty() || m_part == part;
}

void MessagePath::addPart(const TextPart& part)
{
    if (wants("text"))
        m_to.addText(part.text);
}

void MessagePath::addPart(const ReasoningPart& part)
{
    if (wants("reasoning") && !part.isEncrypted)
        m_to.addText(part.text);
}

void MessagePath::addPart(const ToolCallPart& part)
{
    if (wants("tool"))
        m_to.addText(part.name);
    if (m_part.empty())
        m_to.addTextOrJson(part.arguments);
}

void MessagePath::addPart(const ToolResultPart& part)
{
    if (wants("text"))
        m_to.addTextOrJson(part.content);
}

void MessagePath::addPart(const MediaPart& part)
{
    if (m_part.empty() && !part.reference.empty())
        m_to.addText(part.reference);
}

void MessagePath::addPart(const OtherPart& part)
{
    if (m_part.empty())
        m_to.addTextOrJson(part.json);
}

MessageTerm::MessageTerm(const QueryTerm& term)
    : m_any(term)
    , m_path(term.path, *this)
{ }

void MessageTerm::add(const std::vector<Message>& messages, ContentState state)
{
    m_path.walk(messages);
    m_isWhole = m_isWhole && state != ContentState::Truncated && state != ContentState::Redacted
        && state != ContentState::ByReference;
}

void MessageTerm::add(const MessageChain& messages)
{
    m_path.walk(messages);
}

Truth MessageTerm::take() const
{
    const Truth truth = m_any.take();
    return truth == Truth::False && !m_isWhole ? Truth::Unknown : truth;
}

MessageVisitor::MessageVisitor(std::span<const PathStep> path, const Visit& visit)
    : m_visit(visit)
    , m_path(path, *this)
{ }

void MessageVisitor::addText(std::string_view text)
{
    m_isFound = true;
    m_visit(nlohmann::json(text));
}

void MessageVisitor::addCount(std::size_t count)
{
    m_isFound = true;
    m_visit(nlohmann::json(count));
}

} // namespace tracestore
