#include "tracestore/provenance/window_alignment.h"

#include "tracestore/analysis/word_bag.h"
#include "tracestore/base/hash.h"

#include <algorithm>
#include <unordered_map>

namespace tracestore {
namespace {

    constexpr double kLikeness = 0.5; ///< from which a message is one that was changed
    constexpr std::size_t kMostCompared = 40; ///< in one gap: comparing words takes long
    constexpr std::size_t kMostText = 20'000; ///< bytes of a message that are compared

    std::string_view textOfPart(const MessagePart& part)
    {
        if (const auto* text = std::get_if<TextPart>(&part))
            return text->text;
        if (const auto* thought = std::get_if<ReasoningPart>(&part))
            return thought->text;
        if (const auto* call = std::get_if<ToolCallPart>(&part))
            return call->arguments;
        if (const auto* result = std::get_if<ToolResultPart>(&part))
            return result->content;
        if (const auto* media = std::get_if<MediaPart>(&part))
            return media->reference;
        const auto* other = std::get_if<OtherPart>(&part);
        return other == nullptr ? std::string_view() : other->json;
    }

    std::uint64_t hashOf(const Message& message)
    {
        auto sum = static_cast<std::uint64_t>(message.role);
        for (const MessagePart& part : message.parts)
            sum = chainedChecksum(sum + part.index(), textOfPart(part));
        return sum;
    }

    bool isLike(const Message& a, const Message& b)
    {
        if (a.role != b.role)
            return false;
        // A prompt is the prompt, however it was rewritten.
        if (a.role == Role::System)
            return true;
        return diceSimilarity(wordBag(wholeText(a).substr(0, kMostText)),
                              wordBag(wholeText(b).substr(0, kMostText)))
            >= kLikeness;
    }

    class Aligner
    {
    public:
        Aligner(const std::vector<const Message*>& before, const std::vector<const Message*>& now)
            : m_before(before)
            , m_now(now)
        { }

        WindowAlignment run()
        {
            m_result.now.resize(m_now.size());
            matchEqual();
            while (m_result.common < m_now.size()
                   && m_result.now[m_result.common].change == WindowChange::Same
                   && m_result.now[m_result.common].before == m_result.common)
                ++m_result.common;
            std::size_t before = 0;
            std::size_t now = 0;
            for (std::size_t i = 0; i <= m_now.size(); ++i) {
                const bool isEnd = i == m_now.size();
                if (!isEnd && m_result.now[i].change != WindowChange::Same)
                    continue;
                const std::size_t end = isEnd ? m_before.size() : m_result.now[i].before;
                fillGap(before, end, now, i);
                before = end + 1;
                now = i + 1;
            }
            return std::move(m_result);
        }

    private:
        /// Equal messages in their order; each takes the next one that is left.
        void matchEqual()
        {
            std::unordered_map<std::uint64_t, std::vector<std::size_t>> places;
            for (std::size_t i = m_before.size(); i-- > 0;)
                places[hashOf(*m_before[i])].push_back(i);
            std::size_t next = 0;
            for (std::size_t i = 0; i < m_now.size(); ++i) {
                const auto found = places.find(hashOf(*m_now[i]));
                if (found == places.end())
                    continue;
                std::vector<std::size_t>& left = found->second;
                while (!left.empty() && left.back() < next)
                    left.pop_back();
                if (left.empty())
                    continue;
                m_result.now[i] = {WindowChange::Same, left.back(), 0};
                next = left.back() + 1;
            }
        }

        /// What stands between two messages that are equal.
        void fillGap(std::size_t firstBefore,
                     std::size_t lastBefore,
                     std::size_t firstNow,
                     std::size_t lastNow)
        {
            std::vector<std::size_t> gone;
            for (std::size_t i = firstBefore; i < lastBefore; ++i)
                gone.push_back(i);
            const bool isAtEnd = lastNow == m_now.size();
            std::size_t compared = 0;
            for (std::size_t i = firstNow; i < lastNow; ++i) {
                const auto was = std::ranges::find_if(gone, [&](std::size_t one) {
                    return ++compared <= kMostCompared && isLike(*m_before[one], *m_now[i]);
                });
                if (was == gone.end())
                    continue;
                m_result.now[i] = {WindowChange::Changed, *was, 0};
                gone.erase(gone.begin(), was + 1);
            }
            markCompressed(gone.size(), firstNow, lastNow, isAtEnd);
            std::ranges::copy(gone, std::back_inserter(m_result.cut));
        }

        /// The first new message in the place of several that are gone. At the end of the list
        /// there is always something new.
        void markCompressed(std::size_t gone, std::size_t first, std::size_t last, bool isAtEnd)
        {
            if (gone < 2 || (isAtEnd && gone < 4))
                return;
            for (std::size_t i = first; i < last; ++i) {
                WindowAlignment::Fate& fate = m_result.now[i];
                const bool canBe = m_now[i]->role != Role::Tool;
                if (fate.change != WindowChange::New || !canBe)
                    continue;
                fate.change = WindowChange::Compressed;
                fate.standsFor = gone;
                return;
            }
        }

        const std::vector<const Message*>& m_before;
        const std::vector<const Message*>& m_now;
        WindowAlignment m_result;
    };

} // namespace

std::string wholeText(const Message& message)
{
    std::string text;
    for (const MessagePart& part : message.parts)
        (text += text.empty() ? "" : "\n") += textOfPart(part);
    return text;
}

WindowAlignment alignWindows(const std::vector<const Message*>& before,
                             const std::vector<const Message*>& now)
{
    return Aligner(before, now).run();
}

} // namespace tracestore
