#include "engine/run/secret_mask.h"

#include "tracestore/base/key_patterns.h"

namespace engine {
namespace {

    constexpr std::size_t kShortestSecret = 8;

    void replaceAll(std::string& text, std::string_view what, std::string_view with)
    {
        std::size_t at = text.find(what);
        if (at == std::string::npos)
            return;
        std::string replaced;
        std::size_t copied = 0;
        for (; at != std::string::npos; at = text.find(what, copied)) {
            replaced.append(text, copied, at - copied).append(with);
            copied = at + what.size();
        }
        text = replaced.append(text, copied);
    }

    std::string withoutKeys(const std::string& text, const std::vector<tracestore::KeyMatch>& keys)
    {
        std::string masked;
        std::size_t copied = 0;
        for (const tracestore::KeyMatch& key : keys) {
            masked.append(text, copied, key.position - copied);
            masked.append(SecretCover::placeholder(key.kind));
            copied = key.position + key.length;
        }
        return masked.append(text, copied);
    }

} // namespace

void SecretMask::add(const std::string& name, const std::string& value)
{
    if (value.size() < kShortestSecret)
        return;
    m_cover.add(name, value);
    m_secrets.emplace_back(SecretCover::placeholder(name), value);
    m_clean = {};
}

std::string SecretMask::masked(std::string text) const
{
    text = m_cover.masked(std::move(text));
    const auto keys = tracestore::findKeys(text);
    return keys.empty() ? text : withoutKeys(text, keys);
}

std::string SecretMask::revealed(std::string text) const
{
    for (const auto& [placeholder, value] : m_secrets)
        replaceAll(text, placeholder, value);
    return text;
}

namespace {

    /// Changes a text by `change` and tells whether that made a difference.
    template<class Change>
    bool maskText(std::string& text, const Change& change)
    {
        std::string masked = change(text);
        if (masked == text)
            return false;
        text = std::move(masked);
        return true;
    }

    template<class Change>
    struct PartMask
    {
        const Change& change;

        bool operator()(tracestore::TextPart& part) const { return maskText(part.text, change); }

        bool operator()(tracestore::ReasoningPart& part) const
        {
            return maskText(part.text, change);
        }

        bool operator()(tracestore::ToolCallPart& part) const
        {
            return maskText(part.arguments, change);
        }

        bool operator()(tracestore::ToolResultPart& part) const
        {
            return maskText(part.content, change);
        }

        bool operator()(tracestore::MediaPart& part) const
        {
            return maskText(part.reference, change);
        }

        bool operator()(tracestore::OtherPart& part) const { return maskText(part.json, change); }
    };

} // namespace

bool SecretMask::mask(tracestore::Message& message) const
{
    const auto change = [this](const std::string& text) { return masked(text); };
    bool hasChanged = false;
    for (tracestore::MessagePart& part : message.parts)
        hasChanged |= std::visit(PartMask<decltype(change)> {change}, part);
    return hasChanged;
}

tracestore::MessageChain SecretMask::masked(const tracestore::MessageChain& chain) const
{
    // What was clean at the last look is not looked at again: histories grow at their end.
    std::vector<const tracestore::MessageChain::Node*> unknown;
    const auto* const known = m_clean.node().get();
    const auto* node = chain.node().get();
    for (; node != nullptr && node != known; node = node->before.get())
        unknown.push_back(node);
    bool isClean = true;
    for (const auto* each : unknown) {
        tracestore::Message copy = each->message;
        isClean = isClean && !mask(copy);
    }
    if (isClean) {
        m_clean = chain;
        return chain;
    }
    tracestore::MessageChain changed;
    for (const tracestore::Message* message : chain.pointers()) {
        tracestore::Message copy = *message;
        mask(copy);
        changed = changed.with(std::move(copy));
    }
    return changed;
}

void SecretMask::mask(EffectRequest& request) const
{
    if (auto* call = std::get_if<ModelCall>(&request)) {
        call->request.messages = masked(call->request.messages);
        call->request.parameters = masked(std::move(call->request.parameters));
    } else if (auto* tool = std::get_if<ToolCall>(&request)) {
        tool->arguments = masked(std::move(tool->arguments));
    } else if (auto* question = std::get_if<UserQuestion>(&request)) {
        question->question = masked(std::move(question->question));
        question->subject = masked(std::move(question->subject));
    } else if (auto* task = std::get_if<AgentTask>(&request)) {
        task->task = masked(std::move(task->task));
    }
}

void SecretMask::mask(Outcome& outcome) const
{
    outcome.text = masked(std::move(outcome.text));
    outcome.note = masked(std::move(outcome.note));
    if (outcome.error) {
        outcome.error->type = masked(std::move(outcome.error->type));
        outcome.error->message = masked(std::move(outcome.error->message));
    }
    if (outcome.response) {
        mask(outcome.response->message);
        outcome.response->raw = masked(std::move(outcome.response->raw));
    }
}

} // namespace engine
