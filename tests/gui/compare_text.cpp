#include "tests/gui/compare_text.h"

#include "tests/support/trace_maker.h"

#include <QStringList>

namespace tests {

using namespace Qt::StringLiterals;
using namespace tracestore;
using gui::CompareSide;
using gui::kBothSides;
using gui::OfBoth;

namespace {

    constexpr std::int64_t kMs = 1'000'000;
    constexpr std::int64_t kEpoch = 1'770'000'000'000 * kMs;

    /// Gives each span a detail of its own.
    class OwnPayloads : public PayloadSource
    {
    public:
        explicit OwnPayloads(std::vector<SpanDetail> details)
            : m_details(std::move(details))
        { }

        Result<SpanDetail> detail(SpanId span) const override { return m_details[span.index()]; }

        Result<std::string> raw(SpanId) const override { return std::string("{}"); }

    private:
        std::vector<SpanDetail> m_details;
    };

    struct PairLine
    {
        std::uint32_t depth = 0;
        QChar sign;
        SpanKind kind = SpanKind::Other;
        std::string name;
        OfBoth<std::string> said;
    };

    SpanKind kindOf(const QString& word)
    {
        return word == u"agent" ? SpanKind::Agent
            : word == u"llm"    ? SpanKind::Llm
            : word == u"tool"   ? SpanKind::Tool
            : word == u"user"   ? SpanKind::Message
                                : SpanKind::Other;
    }

    PairLine parsed(const QString& line)
    {
        PairLine pair;
        while (line[pair.depth] == u' ')
            ++pair.depth;
        pair.sign = line[pair.depth];
        const QString rest = line.mid(pair.depth + 2);
        const QString head = rest.section(u" :: "_s, 0, 0);
        pair.kind = kindOf(head.section(u' ', 0, 0));
        pair.name = head.section(u' ', 1).toStdString();
        const QString said = rest.section(u" :: "_s, 1);
        const QStringList both = said.split(u" | "_s);
        pair.said = {both.front().toStdString(), both.back().toStdString()};
        return pair;
    }

    /// Builds one side as its lines come.
    class SideMaker
    {
    public:
        SideMaker()
            : m_builder(builderWithSession())
        { }

        SpanId add(const PairLine& line, const std::string& said)
        {
            m_above.resize(std::min<std::size_t>(m_above.size(), line.depth));
            SpanRecord record;
            record.session = SessionId(0);
            record.kind = line.kind;
            record.name = line.name;
            if (!m_above.empty())
                record.parent = m_above.back();
            const auto at = static_cast<std::int64_t>(m_details.size());
            record.start = Timestamp {kEpoch + at * 1000 * kMs};
            record.end = Timestamp {kEpoch + (at + 1) * 1000 * kMs};
            record.timeSource = TimeSource::Exact;
            record.status = SpanStatus::Ok;
            const SpanId span = m_builder.addSpan(record);
            m_above.push_back(span);
            SpanDetail detail;
            if (line.kind == SpanKind::Tool)
                detail.toolArguments = said;
            else if (!said.empty())
                detail.output = {{.role = Role::Assistant, .parts = {TextPart {said}}}};
            m_details.push_back(std::move(detail));
            return span;
        }

        TracePtr finish()
        {
            return m_builder.finish(std::make_shared<OwnPayloads>(std::move(m_details)));
        }

    private:
        TraceBuilder m_builder;
        std::vector<SpanId> m_above;
        std::vector<SpanDetail> m_details;
    };

    PairState stateOf(QChar sign)
    {
        return sign == u'=' ? PairState::Equal
            : sign == u'-'  ? PairState::OnlyA
            : sign == u'+'  ? PairState::OnlyB
                            : PairState::Changed;
    }

    void count(TraceAlignment& alignment, const StepPair& pair)
    {
        std::size_t& number = pair.state == PairState::Equal ? alignment.equal
            : pair.state == PairState::Changed               ? alignment.changed
            : pair.state == PairState::OnlyA                 ? alignment.onlyA
                                                             : alignment.onlyB;
        ++number;
        if (pair.state != PairState::Equal && !pair.isMadeGood && !alignment.firstDivergence)
            alignment.firstDivergence = alignment.pairs.size() - 1;
    }

    void add(TraceAlignment& alignment, OfBoth<SideMaker>& makers, const PairLine& line)
    {
        StepPair pair {.depth = line.depth, .state = stateOf(line.sign)};
        if (pair.state != PairState::OnlyB)
            pair.a = makers.a.add(line, line.said.a);
        if (pair.state != PairState::OnlyA)
            pair.b = makers.b.add(line, line.said.b);
        pair.isMadeGood = line.sign == u'!';
        if (pair.state == PairState::Changed)
            pair.changes = static_cast<std::uint16_t>(
                line.kind == SpanKind::Tool ? PairChange::Arguments : PairChange::Output);
        if (pair.a.isValid() && pair.b.isValid())
            pair.reason = pair.state == PairState::Equal ? PairReason::SameContent
                                                         : PairReason::SimilarContent;
        alignment.pairs.push_back(pair);
        count(alignment, pair);
    }

    MadeComparison finished(TraceAlignment alignment, OfBoth<SideMaker>& makers)
    {
        const std::size_t all = alignment.pairs.size();
        alignment.shared = all == 0
            ? 0
            : static_cast<double>(alignment.equal + alignment.changed) / static_cast<double>(all);
        MadeComparison made;
        for (const CompareSide side : kBothSides) {
            made.sides[side].trace = makers[side].finish();
            made.sides[side].title = side == CompareSide::A ? u"first"_s : u"second"_s;
        }
        made.alignment = std::make_shared<const TraceAlignment>(std::move(alignment));
        return made;
    }

} // namespace

MadeComparison comparisonOf(const QString& text)
{
    OfBoth<SideMaker> makers;
    TraceAlignment alignment;
    const QStringList lines = text.split(u'\n', Qt::SkipEmptyParts);
    for (const QString& line : lines)
        add(alignment, makers, parsed(line));
    return finished(std::move(alignment), makers);
}

MadeComparison longComparison(std::size_t pairs)
{
    constexpr std::size_t kEvery = 20;
    OfBoth<SideMaker> makers;
    TraceAlignment alignment;
    add(alignment, makers, {.sign = u'=', .kind = SpanKind::Agent, .name = "agent"});
    for (std::size_t i = 1; i < pairs; ++i)
        add(alignment,
            makers,
            {.depth = 1,
             .sign = i % kEvery == 0 ? u'~' : u'=',
             .kind = i % 2 == 0 ? SpanKind::Tool : SpanKind::Llm,
             .name = i % 2 == 0 ? "search" : "decide"});
    return finished(std::move(alignment), makers);
}

} // namespace tests
