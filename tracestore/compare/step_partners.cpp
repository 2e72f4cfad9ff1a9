#include "tracestore/compare/step_partners.h"

#include <algorithm>
#include <functional>
#include <map>

namespace tracestore {
namespace {

    constexpr int kMostLevels = 16; ///< that one side may have more than the other
    constexpr float kByOrder = 0.5F;

    /// Finds sessions of B by a text, each once.
    class SessionsByText
    {
    public:
        void add(const std::string& text, std::uint32_t scope)
        {
            if (!text.empty())
                m_scopes[text].push_back(scope);
        }

        std::optional<std::uint32_t> take(const std::string& text, std::vector<bool>& taken)
        {
            const auto found = m_scopes.find(text);
            if (found == m_scopes.end())
                return {};
            std::vector<std::uint32_t>& scopes = found->second;
            const auto free = std::ranges::find_if(scopes, [&](auto one) { return !taken[one]; });
            const auto scope = free == scopes.end() ? std::nullopt : std::optional(*free);
            scopes.erase(scopes.begin(), free == scopes.end() ? free : free + 1);
            if (scope)
                taken[*scope] = true;
            return scope;
        }

    private:
        std::map<std::string, std::vector<std::uint32_t>> m_scopes;
    };

} // namespace

StepPartners::StepPartners(const ComparedSide& sideA, const ComparedSide& sideB)
    : m_a(&sideA)
    , m_b(&sideB)
    , m_ofA(sideA.trace().spanCount())
    , m_ofB(sideB.trace().spanCount())
    , m_scopesA(sideA.scopes().size(), false)
    , m_scopesB(sideB.scopes().size(), false)
{ }

Result<StepPartners>
StepPartners::find(const ComparedSide& sideA, const ComparedSide& sideB, Job& job)
{
    StepPartners partners(sideA, sideB);
    partners.m_sessions = partners.pairSessions();
    ScopeAligner aligner(sideA, sideB);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> open = partners.m_sessions;
    while (!open.empty()) {
        if (job.isCancelled())
            return cancelled();
        const auto [scopeA, scopeB] = open.back();
        open.pop_back();
        partners.m_scopesA[scopeA] = true;
        partners.m_scopesB[scopeB] = true;
        for (const StepMatch& match :
             aligner.align(sideA.scopes()[scopeA], sideB.scopes()[scopeB])) {
            const ComparedStep& a = *match.a;
            const ComparedStep& b = *match.b;
            partners.pair(a.span, b.span, {b.span, match.reason, match.confidence, match.isMoved});
            if (a.inner != SpanId::kNone && b.inner != SpanId::kNone)
                open.emplace_back(a.inner, b.inner);
        }
    }
    partners.voteForHolders();
    partners.pairLeftHolders();
    return partners;
}

/// By key, then by title, then in order: of runs that were done again only the order is left.
std::vector<std::pair<std::uint32_t, std::uint32_t>> StepPartners::pairSessions() const
{
    SessionsByText keys;
    SessionsByText titles;
    const auto sessionOf = [](const ComparedSide& side, std::uint32_t i) -> const Session& {
        return side.trace().session(side.sessions()[i]);
    };
    const auto countA = static_cast<std::uint32_t>(m_a->sessions().size());
    const auto countB = static_cast<std::uint32_t>(m_b->sessions().size());
    for (std::uint32_t j = 0; j < countB; ++j) {
        keys.add(sessionOf(*m_b, j).key, j);
        titles.add(sessionOf(*m_b, j).title, j);
    }
    std::vector<bool> taken(countB, false);
    std::vector<std::optional<std::uint32_t>> found(countA);
    for (std::uint32_t i = 0; i < countA; ++i)
        found[i] = keys.take(sessionOf(*m_a, i).key, taken);
    for (std::uint32_t i = 0; i < countA; ++i) {
        if (!found[i])
            found[i] = titles.take(sessionOf(*m_a, i).title, taken);
    }
    std::uint32_t next = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::uint32_t i = 0; i < countA; ++i) {
        while (!found[i] && next < countB && taken[next])
            ++next;
        if (!found[i] && next < countB) {
            found[i] = next;
            taken[next] = true;
        }
        if (found[i])
            pairs.emplace_back(i, *found[i]);
    }
    return pairs;
}

void StepPartners::pair(SpanId a, SpanId b, const Partner& partner)
{
    m_ofA[m_a->trace().preOrderIndex(a)] = partner;
    m_ofB[m_b->trace().preOrderIndex(b)] = a;
}

/// What holds steps together belongs to what holds together most of their partners. From the
/// deepest level up, for a holder is a partner, too.
void StepPartners::voteForHolders()
{
    const Trace& trace = m_a->trace();
    std::vector<std::vector<SpanId>> levels;
    for (const SpanId span : m_a->spans()) {
        levels.resize(std::max(levels.size(), trace.depth(span) + 1));
        levels[trace.depth(span)].push_back(span);
    }
    std::map<SpanId, Votes> votes;
    for (std::size_t depth = levels.size(); depth-- > 0;) {
        elect(levels[depth], votes);
        for (const SpanId span : levels[depth]) {
            const SpanId partner = ofA(span).span;
            const SpanId holder = partner.isValid() ? holderAbove(*m_a, span, {}) : SpanId();
            if (!holder.isValid())
                continue;
            Votes& all = votes[holder];
            ++all.count;
            const SpanId other = holderAbove(*m_b, partner, trace.kind(holder));
            if (other.isValid())
                ++all.forHolders[other];
        }
    }
}

/// The holders of one level, those with most votes first.
void StepPartners::elect(const std::vector<SpanId>& level, std::map<SpanId, Votes>& votes)
{
    struct Choice
    {
        SpanId a;
        SpanId b;
        std::size_t votes = 0;
        std::size_t all = 0;
    };

    std::vector<Choice> choices;
    for (const SpanId span : level) {
        const auto found = votes.find(span);
        if (found == votes.end())
            continue;
        for (const auto& [other, count] : found->second.forHolders)
            choices.push_back({span, other, count, found->second.count});
        votes.erase(found);
    }
    std::stable_sort(choices.begin(), choices.end(), [](const Choice& one, const Choice& other) {
        return one.votes > other.votes;
    });
    for (const Choice& choice : choices) {
        if (ofA(choice.a).span.isValid() || ofB(choice.b).isValid())
            continue;
        const float part = static_cast<float>(choice.votes) / static_cast<float>(choice.all);
        pair(choice.a, choice.b, {choice.b, PairReason::SimilarContent, part, false});
    }
}

/// The nearest holder around a span, of a kind where one is given. One side may have levels that
/// the other has not.
SpanId
StepPartners::holderAbove(const ComparedSide& side, SpanId span, std::optional<SpanKind> kind)
{
    const Trace& trace = side.trace();
    SpanId above = trace.parent(span);
    for (int level = 0; level < kMostLevels && side.holds(above); ++level) {
        if (!side.isStep(above) && (!kind || trace.kind(above) == *kind))
            return above;
        above = trace.parent(above);
    }
    return {};
}

/// Holders whose steps all differ: those of one kind between others that have partners.
void StepPartners::pairLeftHolders()
{
    for (const auto& [scopeA, scopeB] : m_sessions)
        pairHoldersByPlace(m_a->trace().roots(m_a->sessions()[scopeA]),
                           m_b->trace().roots(m_b->sessions()[scopeB]));
    for (const SpanId span : m_a->spans()) {
        if (const SpanId partner = ofA(span).span; partner.isValid())
            pairHoldersByPlace(m_a->trace().children(span), m_b->trace().children(partner));
    }
}

void StepPartners::pairHoldersByPlace(std::span<const SpanId> a, std::span<const SpanId> b)
{
    std::vector<SpanId> gapA;
    std::vector<SpanId> gapB;
    std::size_t next = 0;
    const auto close = [&] {
        const auto isLike = [&](SpanId one, SpanId other) {
            return m_a->trace().kind(one) == m_b->trace().kind(other);
        };
        if (gapA.size() == gapB.size()
            && std::equal(gapA.begin(), gapA.end(), gapB.begin(), isLike)) {
            for (std::size_t i = 0; i < gapA.size(); ++i)
                pair(gapA[i], gapB[i], {gapB[i], PairReason::SamePlace, kByOrder, false});
        }
        gapA.clear();
        gapB.clear();
    };
    const auto isFreeHolder = [](const ComparedSide& side, SpanId span, bool hasPartner) {
        return side.holds(span) && !side.isStep(span) && !hasPartner;
    };
    std::map<SpanId, std::size_t> placesB;
    for (std::size_t j = 0; j < b.size(); ++j)
        placesB[b[j]] = j;
    const auto takeB = [&](std::size_t end) {
        for (; next < end; ++next) {
            if (isFreeHolder(*m_b, b[next], ofB(b[next]).isValid()))
                gapB.push_back(b[next]);
        }
    };
    for (const SpanId span : a) {
        const SpanId partner = ofA(span).span;
        if (isFreeHolder(*m_a, span, partner.isValid()))
            gapA.push_back(span);
        const auto place = partner.isValid() ? placesB.find(partner) : placesB.end();
        if (place == placesB.end() || place->second < next)
            continue;
        takeB(place->second);
        close();
        next = place->second + 1;
    }
    takeB(b.size());
    close();
}

} // namespace tracestore
