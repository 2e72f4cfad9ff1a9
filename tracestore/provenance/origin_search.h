#pragma once

#include "tracestore/provenance/origin.h"
#include "tracestore/provenance/step_order.h"
#include "tracestore/provenance/text_matcher.h"

#include <unordered_map>
#include <unordered_set>

namespace tracestore {

/// Takes the texts of steps in the order in which they were there, each distinct one once, and
/// keeps what the matcher finds in them. One thread.
class OriginSearch
{
public:
    /// All outlive this. `toolSteps` are the steps of the calls of tools by their ids.
    OriginSearch(const SoughtText& sought,
                 const std::unordered_map<std::string_view, SpanId>& toolSteps);

    /// A find before it is told: where it is, without the texts.
    struct Candidate
    {
        SpanId span;
        ContentPlace place;
        Giver giver = Giver::Other;
        TextFind find;
        std::size_t copies = 0;
    };

    /// Takes texts of this step from now on.
    void setStep(SpanId span) { m_span = span; }

    void take(const ContentText& text);

    /// Takes the messages that no list before had, up to number `end`.
    void takeMessages(const MessageChain& messages, std::size_t end);

    /// This whole text is the one that is asked about, wherever it stands.
    void setAsked(std::string_view text);

    /// The first step that has it; invalid where none has.
    [[nodiscard]] SpanId askedIn() const { return m_askedIn; }

    /// What stands here is no find wherever it comes again.
    void pass(const ContentText& text);
    void passMessages(const MessageChain& messages);

    [[nodiscard]] const std::vector<Candidate>& candidates() const { return m_candidates; }

    [[nodiscard]] const TextMatcher& matcher() const { return m_matcher; }

private:
    static constexpr std::size_t kMostCandidates = 50'000;

    /// A distinct text, and the finds in it.
    struct Known
    {
        std::size_t first = 0; ///< into m_candidates
        std::size_t last = 0;
    };

    std::vector<const MessageChain::Node*> unseen(const MessageChain& messages);
    void addCopy(const Known& known);
    bool isOfToolStep(const ContentText& text, const TextFind& find);

    const std::unordered_map<std::string_view, SpanId>& m_toolSteps;
    TextMatcher m_matcher;
    SpanId m_span;
    std::vector<Candidate> m_candidates; ///< in the order in which their texts were there
    std::unordered_map<std::uint64_t, Known> m_known; ///< by the checksum of the text
    std::unordered_map<SpanId, Known> m_results; ///< of tools
    std::unordered_set<const MessageChain::Node*> m_seen;
    std::optional<std::uint64_t> m_asked; ///< checksum
    SpanId m_askedIn;
};

} // namespace tracestore
