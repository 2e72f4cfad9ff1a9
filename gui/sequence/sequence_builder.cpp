#include "gui/sequence/sequence.h"
#include "gui/sequence/sequence_loops.h"

#include <algorithm>
#include <functional>
#include <map>

// From spans to a sequence: who takes part, what happens when, what repeats.

namespace gui {

using tracestore::AgentId;
using tracestore::LinkKind;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;
using tracestore::Trace;

namespace {

    std::uint64_t mixed(std::uint64_t a, std::uint64_t b)
    {
        a ^= b + 0x9E37'79B9'7F4A'7C15ULL + (a << 6U) + (a >> 2U);
        return a;
    }

    /// Called by name, answers, and has a column.
    bool isCalled(SpanKind kind)
    {
        return kind == SpanKind::Tool || kind == SpanKind::Retrieval || kind == SpanKind::Memory
            || kind == SpanKind::Embedding;
    }

    /// Something that an agent does alone.
    bool isOwn(SpanKind kind)
    {
        switch (kind) {
        case SpanKind::Llm:
        case SpanKind::Guardrail:
        case SpanKind::Evaluator:
        case SpanKind::StateChange:
        case SpanKind::Compaction:
        case SpanKind::Plan:
        case SpanKind::Error:
            return true;
        default:
            return false;
        }
    }

    /// A moment at which an item stands; sorted, they are the sequence.
    struct Moment
    {
        std::int64_t time = 0;
        std::uint32_t item = 0;
    };

    class Builder
    {
    public:
        Builder(tracestore::TracePtr trace, tracestore::SessionId session)
            : m_trace(*trace)
            , m_sequence(std::make_shared<Sequence>())
        {
            m_sequence->trace = std::move(trace);
            m_sequence->session = session;
            const auto roots = session.isValid() ? m_trace.roots(session) : m_trace.roots();
            if (roots.empty())
                return;
            m_first = m_trace.preOrderIndex(roots.front());
            m_count = m_trace.preOrderIndex(roots.back()) + m_trace.descendantCount(roots.back())
                + 1 - m_first;
        }

        SequencePtr build()
        {
            m_sequence->firstSpan = m_first;
            m_sequence->itemOfSpan.assign(m_count, SequenceItem::kNone);
            m_actors.assign(m_count, SequenceItem::kNone);
            m_callers.assign(m_count, SequenceItem::kNone);
            findErrorsBelow();
            walk();
            putInOrder();
            mergeRoundTrips();
            assignSpans();
            m_sequence->loops = findLoops(m_sequence->items);
            return m_sequence;
        }

    private:
        [[nodiscard]] SpanId spanAt(std::size_t place) const
        {
            return m_trace.preOrder()[m_first + place];
        }

        [[nodiscard]] std::size_t placeOf(SpanId span) const
        {
            return m_trace.preOrderIndex(span) - m_first;
        }

        /// The parent within the session.
        [[nodiscard]] SpanId parentOf(SpanId span) const
        {
            const SpanId parent = m_trace.parent(span);
            const bool isIn = parent.isValid() && m_trace.preOrderIndex(parent) >= m_first;
            return isIn ? parent : SpanId();
        }

        void findErrorsBelow()
        {
            m_hasErrorBelow.assign(m_count, false);
            for (std::size_t i = m_count; i-- > 0;) {
                const SpanId span = spanAt(i);
                const SpanId parent = parentOf(span);
                if (parent.isValid()
                    && (m_hasErrorBelow[i] || m_trace.status(span) == SpanStatus::Error))
                    m_hasErrorBelow[placeOf(parent)] = true;
            }
        }

        // ---- who

        std::uint32_t participant(Participant::Kind kind, SpanKind spanKind, std::string_view name)
        {
            auto& all = m_sequence->participants;
            const auto known = m_participants.find({kind, name});
            if (known != m_participants.end())
                return known->second;
            if (kind == Participant::Kind::Tool && all.size() >= Sequence::kMostParticipants)
                return participant(Participant::Kind::Rest, SpanKind::Tool, {});
            const auto index = static_cast<std::uint32_t>(all.size());
            all.push_back({kind, spanKind, name});
            m_participants.emplace(std::pair(kind, name), index);
            return index;
        }

        std::uint32_t user() { return participant(Participant::Kind::User, SpanKind::Message, {}); }

        std::uint32_t agentOf(SpanId span)
        {
            const AgentId agent = m_trace.agentOf(span);
            std::string_view name;
            if (agent.isValid())
                name = m_trace.agent(agent).name.empty() ? m_trace.agent(agent).origId
                                                         : m_trace.agent(agent).name;
            if (name.empty() && m_trace.kind(span) == SpanKind::Agent)
                name = m_trace.name(span);
            return participant(Participant::Kind::Agent, SpanKind::Agent, name);
        }

        /// Who acts in a span: the agent of it, else whoever acts round it.
        std::uint32_t actorOf(SpanId span)
        {
            if (m_trace.kind(span) == SpanKind::Agent || m_trace.agentOf(span).isValid())
                return agentOf(span);
            const std::uint32_t round = actorRound(span);
            return round == SequenceItem::kNone ? agentOf(span) : round;
        }

        std::uint32_t actorRound(SpanId span)
        {
            const SpanId parent = parentOf(span);
            return parent.isValid() ? m_actors[placeOf(parent)] : SequenceItem::kNone;
        }

        /// Whoever an agent works for: the agent round its agent, else nobody in the trace.
        [[nodiscard]] std::uint32_t callerOf(SpanId span, std::uint32_t actor) const
        {
            const SpanId parent = parentOf(span);
            if (!parent.isValid())
                return SequenceItem::kNone;
            const std::uint32_t round = m_actors[placeOf(parent)];
            return round == actor ? m_callers[placeOf(parent)] : round;
        }

        // ---- what and when

        void walk()
        {
            // The user stands on the left, wherever he first speaks.
            if (anyoneSpeaks())
                user();
            std::vector<SpanId> open;
            for (std::size_t i = 0; i < m_count; ++i) {
                const SpanId span = spanAt(i);
                while (!open.empty() && open.back() != parentOf(span)) {
                    leave(open.back());
                    open.pop_back();
                }
                enter(span);
                open.push_back(span);
            }
            while (!open.empty()) {
                leave(open.back());
                open.pop_back();
            }
        }

        [[nodiscard]] bool anyoneSpeaks() const
        {
            for (std::size_t i = 0; i < m_count; ++i) {
                const SpanKind kind = m_trace.kind(spanAt(i));
                if (kind == SpanKind::Message || kind == SpanKind::Approval
                    || (kind == SpanKind::Turn && isToldByTheUser(spanAt(i))))
                    return true;
            }
            return false;
        }

        /// Some sources have no step for what the user says but the turn that it begins.
        [[nodiscard]] bool isToldByTheUser(SpanId turn) const
        {
            const std::string_view word = m_trace.origKind(turn);
            const auto children = m_trace.children(turn);
            return (word == "user" || word == "human")
                && (children.empty() || m_trace.kind(children.front()) != SpanKind::Message);
        }

        void enter(SpanId span)
        {
            const std::size_t place = placeOf(span);
            const std::uint32_t actor = actorOf(span);
            m_actors[place] = actor;
            m_callers[place] = callerOf(span, actor);
            if (const auto start = m_trace.start(span))
                m_now = start->ns;
            const SpanKind kind = m_trace.kind(span);
            if (kind == SpanKind::Agent)
                enterAgent(span, actor);
            else if (isCalled(kind))
                enterCall(span, actor);
            else if (kind == SpanKind::Message || kind == SpanKind::Approval)
                enterMessage(span, actor);
            else if (kind == SpanKind::Turn && isToldByTheUser(span))
                enterMessage(span, actor);
            else if (kind == SpanKind::Handoff)
                add(SequenceItem::Kind::HandOff, span, actor, handOffTarget(span, actor));
            else if (isOwn(kind) ? !isWrapper(span) : isLostFailure(span))
                add(SequenceItem::Kind::Own, span, actor, actor);
        }

        /// A call that only wraps another call of its kind is shown by that one.
        [[nodiscard]] bool isWrapper(SpanId span) const
        {
            return !m_trace.countsInTotals(span) && !m_trace.children(span).empty();
        }

        /// A failure that nothing below shows must not vanish with its frame.
        [[nodiscard]] bool isLostFailure(SpanId span) const
        {
            return m_trace.status(span) == SpanStatus::Error && !m_hasErrorBelow[placeOf(span)]
                && (!parentOf(span).isValid() || !isShownByParent(span));
        }

        [[nodiscard]] bool isShownByParent(SpanId span) const
        {
            const SpanId parent = parentOf(span);
            return m_trace.status(parent) == SpanStatus::Error && isCalled(m_trace.kind(parent));
        }

        void enterAgent(SpanId span, std::uint32_t actor)
        {
            const SpanId parent = parentOf(span);
            const std::uint32_t caller = actorRound(span);
            // The tool that starts an agent is drawn as the call of that agent.
            const bool isCalledAlready = parent.isValid() && isCalled(m_trace.kind(parent))
                && startedAgent(parent) == span;
            if (caller == SequenceItem::kNone || caller == actor || isCalledAlready) {
                if (isLostFailure(span) && !isCalledAlready)
                    add(SequenceItem::Kind::Own, span, actor, actor);
                return;
            }
            addCall(span, caller, actor);
        }

        /// The agent that a tool is nothing but the start of; invalid where there is none.
        [[nodiscard]] SpanId startedAgent(SpanId tool) const
        {
            constexpr std::size_t kNear = 16;
            const auto children = m_trace.children(tool);
            for (std::size_t i = 0; i < std::min(children.size(), kNear); ++i) {
                if (m_trace.kind(children[i]) == SpanKind::Agent)
                    return children[i];
            }
            return {};
        }

        void enterCall(SpanId span, std::uint32_t actor)
        {
            if (isWrapper(span) && !startedAgent(span).isValid()
                && m_trace.kind(span) != SpanKind::Tool)
                return;
            const SpanId agent = startedAgent(span);
            const std::uint32_t to = agent.isValid()
                ? agentOf(agent)
                : participant(Participant::Kind::Tool, m_trace.kind(span), m_trace.name(span));
            addCall(span, actor, to);
        }

        void enterMessage(SpanId span, std::uint32_t actor)
        {
            const std::string_view word = m_trace.origKind(span);
            const bool isAnswer = m_trace.kind(span) == SpanKind::Approval || word == "assistant"
                || word == "agent";
            const std::uint32_t caller = m_callers[placeOf(span)];
            const std::uint32_t other = caller == SequenceItem::kNone ? user() : caller;
            if (isAnswer)
                add(SequenceItem::Kind::Message, span, actor, other);
            else
                add(SequenceItem::Kind::Message, span, other, actor);
        }

        std::uint32_t handOffTarget(SpanId span, std::uint32_t actor)
        {
            for (const auto& link : m_trace.linksFrom(span)) {
                if (link.kind == LinkKind::Handoff && link.to.isValid())
                    return agentOf(link.to);
            }
            // Else whoever works next, which is near or not known.
            constexpr std::size_t kNear = 64;
            const std::size_t place = placeOf(span);
            for (std::size_t i = place + 1; i < std::min(m_count, place + kNear); ++i) {
                if (!m_trace.agentOf(spanAt(i)).isValid())
                    continue;
                if (const std::uint32_t agent = agentOf(spanAt(i)); agent != actor)
                    return agent;
            }
            return actor;
        }

        void leave(SpanId span)
        {
            if (const auto end = m_trace.end(span); end && end->ns >= startOr(span, end->ns))
                m_now = std::max(m_now, end->ns);
            const std::uint32_t call = m_sequence->itemOfSpan[placeOf(span)];
            if (call == SequenceItem::kNone
                || m_sequence->items[call].kind != SequenceItem::Kind::Call)
                return;
            const SequenceItem& asked = m_sequence->items[call];
            const auto end = m_trace.end(span);
            const std::int64_t at = end && end->ns >= m_moments[call].time ? end->ns : m_now;
            SequenceItem answer {.kind = SequenceItem::Kind::Result,
                                 .span = span,
                                 .from = asked.to,
                                 .to = asked.from,
                                 .partner = call,
                                 .isError = asked.isError};
            answer.signature = signatureOf(answer);
            m_sequence->items[call].partner = static_cast<std::uint32_t>(m_sequence->items.size());
            push(answer, at);
        }

        [[nodiscard]] std::int64_t startOr(SpanId span, std::int64_t otherwise) const
        {
            const auto start = m_trace.start(span);
            return start ? start->ns : otherwise;
        }

        void addCall(SpanId span, std::uint32_t from, std::uint32_t to)
        {
            add(SequenceItem::Kind::Call, span, from, to);
        }

        void add(SequenceItem::Kind kind, SpanId span, std::uint32_t from, std::uint32_t to)
        {
            SequenceItem item {.kind = from == to && kind != SequenceItem::Kind::Call
                                   ? SequenceItem::Kind::Own
                                   : kind,
                               .span = span,
                               .from = from,
                               .to = to,
                               .isError = m_trace.status(span) == SpanStatus::Error};
            item.signature = signatureOf(item);
            m_sequence->itemOfSpan[placeOf(span)]
                = static_cast<std::uint32_t>(m_sequence->items.size());
            push(item, m_now);
        }

        void push(const SequenceItem& item, std::int64_t time)
        {
            m_moments.push_back({time, static_cast<std::uint32_t>(m_sequence->items.size())});
            m_sequence->items.push_back(item);
        }

        [[nodiscard]] std::uint64_t signatureOf(const SequenceItem& item) const
        {
            std::uint64_t signature = mixed(static_cast<std::uint64_t>(item.kind), item.from);
            signature = mixed(signature, item.to);
            signature = mixed(signature, static_cast<std::uint64_t>(m_trace.kind(item.span)));
            // Every message says something else: what counts is who speaks to whom.
            if (item.kind != SequenceItem::Kind::Message)
                signature = mixed(signature, m_trace.columns().name[item.span.index()].value);
            return mixed(signature, std::hash<std::string_view>()(m_trace.model(item.span)));
        }

        // ---- order

        void putInOrder()
        {
            // What stands first in the tree happens first where the times do not tell.
            std::ranges::stable_sort(m_moments, {}, &Moment::time);
            std::vector<std::uint32_t> placeOfItem(m_moments.size());
            std::vector<SequenceItem> sorted;
            sorted.reserve(m_moments.size());
            for (const Moment& moment : m_moments) {
                placeOfItem[moment.item] = static_cast<std::uint32_t>(sorted.size());
                sorted.push_back(m_sequence->items[moment.item]);
            }
            for (SequenceItem& item : sorted) {
                if (item.partner != SequenceItem::kNone)
                    item.partner = placeOfItem[item.partner];
            }
            m_sequence->items = std::move(sorted);
        }

        void mergeRoundTrips()
        {
            auto& items = m_sequence->items;
            std::vector<std::uint32_t> placeOfItem(items.size());
            std::vector<SequenceItem> merged;
            merged.reserve(items.size());
            for (std::uint32_t i = 0; i < items.size(); ++i) {
                placeOfItem[i] = static_cast<std::uint32_t>(merged.size());
                const bool isRoundTrip
                    = items[i].kind == SequenceItem::Kind::Call && items[i].partner == i + 1;
                merged.push_back(items[i]);
                if (!isRoundTrip)
                    continue;
                merged.back().kind = SequenceItem::Kind::RoundTrip;
                merged.back().partner = SequenceItem::kNone;
                merged.back().signature
                    = mixed(items[i].signature, static_cast<std::uint64_t>(merged.back().kind));
                placeOfItem[++i] = static_cast<std::uint32_t>(merged.size() - 1);
            }
            for (SequenceItem& item : merged) {
                if (item.partner != SequenceItem::kNone)
                    item.partner = placeOfItem[item.partner];
            }
            items = std::move(merged);
        }

        void assignSpans()
        {
            auto& itemOf = m_sequence->itemOfSpan;
            std::ranges::fill(itemOf, SequenceItem::kNone);
            for (std::uint32_t i = 0; i < m_sequence->items.size(); ++i) {
                const SequenceItem& item = m_sequence->items[i];
                if (item.kind != SequenceItem::Kind::Result)
                    itemOf[placeOf(item.span)] = i;
            }
            // Details show with the step round them; what only holds others, with the first it
            // holds.
            std::vector<std::uint32_t> below = itemOf;
            for (std::size_t i = m_count; i-- > 0;) {
                const SpanId parent = parentOf(spanAt(i));
                if (parent.isValid() && below[i] != SequenceItem::kNone)
                    below[placeOf(parent)] = std::min(below[placeOf(parent)], below[i]);
            }
            for (std::size_t i = 0; i < m_count; ++i) {
                if (itemOf[i] != SequenceItem::kNone)
                    continue;
                const SpanId parent = parentOf(spanAt(i));
                const bool isDetail = below[i] == SequenceItem::kNone && parent.isValid();
                itemOf[i] = isDetail ? itemOf[placeOf(parent)] : below[i];
            }
        }

        const Trace& m_trace;
        std::shared_ptr<Sequence> m_sequence;
        std::size_t m_first = 0;
        std::size_t m_count = 0;
        std::vector<bool> m_hasErrorBelow;
        std::vector<std::uint32_t> m_actors; ///< who acts in each span
        std::vector<std::uint32_t> m_callers; ///< and for whom; SequenceItem::kNone: the user
        std::vector<Moment> m_moments; ///< of each item
        std::map<std::pair<Participant::Kind, std::string_view>, std::uint32_t> m_participants;
        std::int64_t m_now = 0;
    };

} // namespace

SequencePtr buildSequence(tracestore::TracePtr trace, tracestore::SessionId session)
{
    return Builder(std::move(trace), session).build();
}

} // namespace gui
