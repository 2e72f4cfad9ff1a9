#include "tracestore/query/query_engine.h"

#include "tracestore/query/past_terms.h"
#include "tracestore/query/query_evaluation.h"
#include "tracestore/query/query_scopes.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Hands hits on in batches that grow: the first at once, so that something is seen.
    class HitList
    {
    public:
        HitList(const QueryOptions& options, const OnHits& onHits, QueryOutcome& outcome)
            : m_options(options)
            , m_onHits(onHits)
            , m_outcome(outcome)
        { }

        /// False where no more are wanted.
        bool add(QueryHit hit)
        {
            if (m_outcome.hits == m_options.limit) {
                m_outcome.isLimited = true;
                return false;
            }
            ++m_outcome.hits;
            m_waiting.push_back(std::move(hit));
            if (m_waiting.size() >= m_batch) {
                flush();
                m_batch = std::min(2 * m_batch, std::max<std::size_t>(1, m_options.batch));
            }
            return true;
        }

        void flush()
        {
            if (!m_waiting.empty())
                m_onHits(m_waiting);
            m_waiting.clear();
        }

    private:
        const QueryOptions& m_options;
        const OnHits& m_onHits;
        QueryOutcome& m_outcome;
        std::vector<QueryHit> m_waiting;
        std::size_t m_batch = 1;
    };

    /// The payload terms of a tree, as far as they can only add to what is hit: a scope or a `not`
    /// in between gives nothing.
    bool onlyTerms(const QueryNode& node, std::vector<const QueryNode*>& to)
    {
        if (!node.needsPayloads())
            return true;
        if (node.kind == QueryNode::Kind::Term)
            to.push_back(&node);
        if (node.kind == QueryNode::Kind::Not || node.kind == QueryNode::Kind::Scope)
            return false;
        return std::ranges::all_of(node.children,
                                   [&](const QueryNode& child) { return onlyTerms(child, to); });
    }

    /// The search on which alone it depends whether open spans are hit; null where it does not.
    const QueryNode* onlySearch(const QueryNode& root)
    {
        std::vector<const QueryNode*> terms;
        const bool isOnly = onlyTerms(root, terms) && terms.size() == 1
            && QueryEvaluation::isSearch(*terms.front());
        return isOnly ? terms.front() : nullptr;
    }

    class Run
    {
    public:
        Run(const QueryNode& root,
            const Trace& trace,
            const QueryOptions& options,
            Job& job,
            const OnHits& onHits)
            : m_root(root)
            , m_trace(trace)
            , m_options(options)
            , m_job(job)
            , m_evaluation(trace, job, m_outcome)
            , m_hits(options, onHits, m_outcome)
        { }

        Result<QueryOutcome> run()
        {
            // A search alone needs no lists of what is decided: they cost as much as a first hit.
            if (QueryEvaluation::isSearch(m_root))
                return finished(
                    deliverSearch(m_root, std::vector<bool>(m_trace.spanCount(), true)));
            m_bounds = m_evaluation.bounds(m_root);
            if (m_job.isCancelled())
                return cancelled();
            m_open.resize(m_trace.spanCount());
            bool isAnyOpen = false;
            for (std::size_t i = 0; i < m_open.size(); ++i) {
                m_open[i] = m_bounds.least[i] != m_bounds.most[i];
                isAnyOpen = isAnyOpen || m_open[i];
            }
            if (!isAnyOpen)
                return finished(deliverDecided());
            if (const QueryNode* search = onlySearch(m_root))
                return finished(deliverSearched(*search));
            return finished(deliverRead());
        }

    private:
        Result<QueryOutcome> finished(Result<void> done)
        {
            if (!done)
                return fail(std::move(done).error());
            m_hits.flush();
            return std::move(m_outcome);
        }

        bool deliver(SpanId span, Truth truth)
        {
            if (truth == Truth::Unknown)
                ++m_outcome.unknown;
            return truth != Truth::True || m_hits.add({.span = span});
        }

        Result<void> deliverDecided()
        {
            for (const SpanId span : m_trace.preOrder()) {
                if (!m_open[span.index()] && !deliver(span, m_bounds.least[span.index()]))
                    break;
            }
            return {};
        }

        /// What is open is hit where the text is found.
        Result<void> deliverSearched(const QueryNode& search)
        {
            if (auto done = deliverDecided(); !done || m_outcome.isLimited)
                return done;
            std::vector<bool> wanted = m_open;
            for (std::size_t i = 0; i < wanted.size(); ++i)
                wanted[i] = wanted[i] && m_bounds.most[i] == Truth::True;
            return deliverSearch(search, wanted);
        }

        Result<void> deliverSearch(const QueryNode& search, const std::vector<bool>& wanted)
        {
            auto done = m_evaluation.search(
                search.term,
                wanted,
                m_options.wantsSnippets,
                [&](QueryHit hit) { return m_hits.add(std::move(hit)); },
                [&] { m_hits.flush(); });
            m_outcome.unknown += m_outcome.unreadable;
            return done;
        }

        Result<void> deliverRead()
        {
            constexpr std::size_t kPause = 256;
            constexpr std::uint64_t kWork = 1000; // a span beside the bytes of a search
            m_job.expect(m_trace.spanCount() * kWork);
            if (auto done = m_evaluation.prepare(m_root, m_open); !done)
                return done;
            std::size_t count = 0;
            for (const SpanId span : m_trace.preOrder()) {
                m_job.advance(kWork);
                if (m_job.isCancelled())
                    return cancelled();
                const bool isOpen = m_open[span.index()];
                const Truth truth
                    = isOpen ? m_evaluation.truthOf(m_root, span) : m_bounds.least[span.index()];
                if (!deliver(span, truth))
                    break;
                if (isOpen && ++count % kPause == 0)
                    m_hits.flush();
            }
            return {};
        }

        const QueryNode& m_root;
        const Trace& m_trace;
        const QueryOptions& m_options;
        Job& m_job;
        QueryOutcome m_outcome;
        QueryEvaluation m_evaluation;
        HitList m_hits;
        TruthBounds m_bounds;
        std::vector<bool> m_open;
    };

    /// Asks a query of one span, whose payloads are at hand.
    class One
    {
    public:
        One(const Trace& trace, SpanId span, const SpanDetail* detail)
            : m_trace(trace)
            , m_span(span)
            , m_detail(detail)
        { }

        Truth truthOf(const QueryNode& node)
        {
            switch (node.kind) {
            case QueryNode::Kind::And:
            case QueryNode::Kind::Or: {
                Truth truth = node.kind == QueryNode::Kind::And ? Truth::True : Truth::False;
                for (const QueryNode& child : node.children)
                    truth = node.kind == QueryNode::Kind::And ? both(truth, truthOf(child))
                                                              : either(truth, truthOf(child));
                return truth;
            }
            case QueryNode::Kind::Not:
                return opposite(truthOf(node.children.front()));
            case QueryNode::Kind::Scope:
                return ofOtherSpans(node);
            case QueryNode::Kind::Term:
                return isPastField(node.term.field) ? ofOtherSpans(node) : ofTerm(node.term);
            }
            return Truth::Unknown;
        }

    private:
        Truth ofTerm(const QueryTerm& term)
        {
            if (!fieldOf(term.field).isPayload)
                return evaluateColumnTerm(term, m_trace, m_span);
            if (m_detail == nullptr)
                return Truth::Unknown;
            PayloadView view(m_trace, m_span, *m_detail);
            return evaluatePayloadTerm(term, view);
        }

        /// The other spans are asked as a run would.
        Truth ofOtherSpans(const QueryNode& node)
        {
            std::vector<bool> wanted(m_trace.spanCount());
            wanted[m_span.index()] = true;
            Job job;
            QueryOutcome outcome;
            QueryEvaluation evaluation(m_trace, job, outcome);
            if (!evaluation.prepare(node, wanted))
                return Truth::Unknown;
            return evaluation.truthOf(node, m_span);
        }

        const Trace& m_trace;
        SpanId m_span;
        const SpanDetail* m_detail;
    };

} // namespace

Result<QueryOutcome> runQuery(const Query& query,
                              const Trace& trace,
                              const QueryOptions& options,
                              Job& job,
                              const OnHits& onHits)
{
    if (query.root() != nullptr)
        return Run(*query.root(), trace, options, job, onHits).run();
    QueryOutcome outcome;
    HitList hits(options, onHits, outcome);
    for (const SpanId span : trace.preOrder()) {
        if (!hits.add({.span = span}))
            break;
    }
    hits.flush();
    return outcome;
}

Result<std::vector<SpanId>> spansOf(const Query& query, const Trace& trace, Job& job)
{
    std::vector<SpanId> spans;
    const auto outcome = runQuery(
        query, trace, {.wantsSnippets = false}, job, [&](std::span<const QueryHit> hits) {
            for (const QueryHit& hit : hits)
                spans.push_back(hit.span);
        });
    if (!outcome)
        return fail(outcome.error());
    std::ranges::sort(spans, {}, [&](SpanId span) { return trace.preOrderIndex(span); });
    return spans;
}

Truth evaluateQuery(const Query& query, const Trace& trace, SpanId span, const SpanDetail* detail)
{
    return query.root() == nullptr ? Truth::True : One(trace, span, detail).truthOf(*query.root());
}

} // namespace tracestore
