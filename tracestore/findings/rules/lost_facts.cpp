#include "tracestore/findings/rules/lost_facts.h"

#include "tracestore/findings/rules/fact_words.h"

#include <algorithm>
#include <span>

namespace tracestore {
namespace {

    /// Fewer words may all be put otherwise.
    constexpr std::size_t kLeastFacts = 8;

    using Messages = std::vector<const Message*>;

    bool isIn(const Message& message, const Messages& messages)
    {
        return std::ranges::any_of(
            messages, [&](const Message* each) { return each == &message || *each == message; });
    }

    /// What is encrypted or drawn may say anything.
    bool isTextOnly(const Message& message)
    {
        return std::ranges::all_of(message.parts, [](const MessagePart& part) {
            return std::holds_alternative<TextPart>(part);
        });
    }

    /// What is told in front of the messages that were kept; empty where that cannot be read.
    std::string summaryIn(const Messages& now, std::size_t common, const Messages& before)
    {
        std::string summary;
        for (std::size_t i = common; i < now.size(); ++i) {
            const Message& message = *now[i];
            const bool isTold = message.role == Role::User || message.role == Role::System;
            if (!isTold || isIn(message, before))
                break;
            if (!isTextOnly(message))
                return {};
            summary += (summary.empty() ? "" : "\n") + plainText(message);
        }
        return summary;
    }

    /// What a call was told with, which its result as a rule says again.
    std::string_view argumentsOf(const std::string& callId, const Messages& messages)
    {
        for (const Message* message : messages) {
            for (const MessagePart& part : message->parts) {
                const auto* call = std::get_if<ToolCallPart>(&part);
                if (call != nullptr && call->id == callId)
                    return call->arguments;
            }
        }
        return {};
    }

    class LostFactsReader
    {
    public:
        LostFactsReader(const Messages& before, std::size_t common)
            : m_before(before)
        {
            for (std::size_t i = 0; i < common; ++i) {
                m_stayed.add(plainText(*before[i]));
                for (const MessagePart& part : before[i]->parts) {
                    if (const auto* result = std::get_if<ToolResultPart>(&part))
                        m_stayed.add(result->content);
                }
            }
        }

        void drop(const Message& message)
        {
            for (const MessagePart& part : message.parts) {
                const auto* result = std::get_if<ToolResultPart>(&part);
                if (result == nullptr || result->isError || result->content.empty())
                    continue;
                m_isTellable = m_isTellable && hasTellableWords(result->content);
                FactWords words;
                words.add(result->content);
                FactWords asked = m_stayed;
                asked.add(argumentsOf(result->callId, m_before));
                words.remove(asked);
                take(*result, words);
            }
        }

        /// Nothing where there is nothing to tell.
        std::optional<LostFacts> lostIn(std::string summary)
        {
            FactWords kept;
            kept.add(summary);
            if (!m_isTellable || m_facts.size() < kLeastFacts || !hasTellableWords(summary)
                || kept.hasAnyOf(m_facts))
                return {};
            m_lost.summary = std::move(summary);
            return std::move(m_lost);
        }

    private:
        void take(const ToolResultPart& result, const FactWords& words)
        {
            if (words.size() == 0)
                return;
            m_facts.add(words);
            if (m_lost.results++ == 0)
                m_lost.said = result.content;
            if (!result.callId.empty())
                m_lost.callIds.push_back(result.callId);
        }

        const Messages& m_before;
        FactWords m_stayed;
        FactWords m_facts;
        LostFacts m_lost;
        bool m_isTellable = true;
    };

} // namespace

std::optional<LostFacts> lostFacts(const Messages& before, std::size_t common, const Messages& now)
{
    std::string summary = summaryIn(now, common, before);
    if (summary.empty())
        return {};
    const Messages kept(now.begin() + static_cast<std::ptrdiff_t>(common), now.end());
    LostFactsReader reader(before, common);
    for (std::size_t i = common; i < before.size(); ++i) {
        if (!isIn(*before[i], kept))
            reader.drop(*before[i]);
    }
    return reader.lostIn(std::move(summary));
}

} // namespace tracestore
