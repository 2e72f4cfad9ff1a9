#include "gui/timeline/timeline_growth.h"
#include "tracestore/recording/run_trace.h"

#include <QTest>

#include <random>

namespace {

using gui::TimelineLaneKind;
using gui::TimelineScaleKind;
using tracestore::RunTrace;
using tracestore::SpanId;
using tracestore::TracePtr;

/// A run that goes on by chance: calls side by side, in one agent or in several.
class ChanceRun
{
public:
    ChanceRun(unsigned seed, int agents)
        : m_random(seed)
        , m_agents(agents)
    {
        tell({}, {}, tracestore::RunStarted {.name = "run", .input = "Go."});
        for (int i = 0; i < agents; ++i)
            tell(path(i),
                 {},
                 tracestore::AgentStarted {
                     .name = path(i), .pattern = "react", .caller = i == 0 ? "" : m_lastEffect});
    }

    void goOn()
    {
        const std::uint32_t choice = pick(10);
        if (choice < 5)
            begin();
        else if (choice < 8 && !m_open.empty())
            end();
        else
            tell(path(0), {}, tracestore::DecisionMade {.policy = "retry", .action = "wait"});
    }

    [[nodiscard]] TracePtr trace() const { return m_trace.snapshot(); }

    /// Later than all that happened.
    [[nodiscard]] tracestore::Timestamp now() { return {m_time + pick(2'000'000)}; }

    std::uint32_t pick(std::uint32_t below)
    {
        return static_cast<std::uint32_t>(m_random() % below);
    }

private:
    [[nodiscard]] std::string path(int agent) const
    {
        return agent == 0 ? "root" : "root/worker" + std::to_string(agent);
    }

    void begin()
    {
        const std::string agent
            = path(static_cast<int>(pick(static_cast<std::uint32_t>(m_agents))));
        m_lastEffect = agent + ':' + std::to_string(++m_turn) + ".1.1";
        tracestore::EffectWanted wanted;
        wanted.kind = pick(2) == 0 ? tracestore::EffectKind::Model : tracestore::EffectKind::Tool;
        wanted.name = "step";
        tell(agent, m_lastEffect, std::move(wanted));
        m_open.emplace_back(agent, m_lastEffect);
    }

    void end()
    {
        const std::size_t which = pick(static_cast<std::uint32_t>(m_open.size()));
        tracestore::EffectEnded ended;
        if (pick(4) == 0)
            ended.status = tracestore::OutcomeStatus::Error;
        tell(m_open[which].first, m_open[which].second, std::move(ended));
        m_open.erase(m_open.begin() + static_cast<std::ptrdiff_t>(which));
    }

    void tell(const std::string& agent, const std::string& effect, tracestore::RunFact fact)
    {
        m_time += 1 + pick(3'000'000);
        m_trace.add({.number = ++m_number,
                     .time = {m_time},
                     .agent = agent,
                     .effect = effect,
                     .fact = std::move(fact)});
    }

    std::mt19937 m_random;
    int m_agents;
    RunTrace m_trace {"run"};
    std::int64_t m_time = 1'750'000'000'000'000'000;
    std::int64_t m_number = 0;
    std::uint32_t m_turn = 0;
    std::string m_lastEffect;
    std::vector<std::pair<std::string, std::string>> m_open;
};

/// Everything that a timeline is drawn from, made anew.
struct Timeline
{
    Timeline(const tracestore::Trace& trace,
             tracestore::Timestamp now,
             TimelineScaleKind kind,
             TimelineLaneKind lanes)
        : intervals(gui::timelineIntervals(trace, {}, now))
        , scale(kind, intervals)
        , rows(gui::timelineRows(trace, intervals, scale, lanes))
    { }

    gui::TimelineIntervals intervals;
    gui::TimelineScale scale;
    gui::TimelineRows rows;
};

QString textOf(const Timeline& timeline)
{
    QStringList lines;
    lines << QString::number(timeline.intervals.length);
    for (const gui::TimelineLane& lane : timeline.rows.lanes)
        lines << lane.label + QString::number(lane.firstRow) + u'+'
                + QString::number(lane.rowCount);
    for (const gui::TimelineRow& row : timeline.rows.rows) {
        QString line = QStringLiteral("row");
        for (const gui::TimelineItem& item : row.items)
            line += QStringLiteral(" %1:%2-%3%4%5")
                        .arg(item.span.value)
                        .arg(item.from, 0, 'f', 4)
                        .arg(item.to, 0, 'f', 4)
                        .arg(item.hasFailed ? QStringLiteral("!") : QString(),
                             item.isOpen ? QStringLiteral("~") : QString());
        lines << line + QStringLiteral(" errors %1").arg(row.errorsBefore.back());
    }
    return lines.join(u'\n');
}

} // namespace

class TestTimelineGrowth : public QObject
{
    Q_OBJECT

private slots:
    void comesToTheSameAsMakingItAnew_data();
    void comesToTheSameAsMakingItAnew();
    void refusesWhatIsNotAtTheEnd();
};

void TestTimelineGrowth::comesToTheSameAsMakingItAnew_data()
{
    QTest::addColumn<TimelineScaleKind>("kind");
    QTest::addColumn<TimelineLaneKind>("lanes");
    QTest::addColumn<int>("agents");
    QTest::newRow("clock") << TimelineScaleKind::Clock << TimelineLaneKind::Agent << 1;
    QTest::newRow("sequence") << TimelineScaleKind::Sequence << TimelineLaneKind::Agent << 1;
    QTest::newRow("sequence of a team")
        << TimelineScaleKind::Sequence << TimelineLaneKind::Agent << 4;
    QTest::newRow("lanes of sessions")
        << TimelineScaleKind::Sequence << TimelineLaneKind::Session << 3;
}

void TestTimelineGrowth::comesToTheSameAsMakingItAnew()
{
    QFETCH(TimelineScaleKind, kind);
    QFETCH(TimelineLaneKind, lanes);
    QFETCH(int, agents);
    int extended = 0;
    for (unsigned seed = 1; seed <= 20; ++seed) {
        ChanceRun run(seed, agents);
        TracePtr trace = run.trace();
        Timeline grown(*trace, run.now(), kind, lanes);
        for (int step = 0; step < 60; ++step) {
            const bool isTimeAlone = run.pick(4) == 0;
            for (std::uint32_t i = run.pick(4); !isTimeAlone && i > 0; --i)
                run.goOn();
            const TracePtr before = std::exchange(trace, run.trace());
            const tracestore::Timestamp now = run.now();
            const gui::TraceGrowth growth = gui::growthOf(*before, *trace);
            const bool isExtended = gui::extendTimeline({grown.intervals, grown.scale, grown.rows},
                                                        *trace,
                                                        isTimeAlone ? nullptr : &growth,
                                                        now,
                                                        lanes);
            const Timeline anew(*trace, now, kind, lanes);
            if (isExtended)
                QCOMPARE(textOf(grown), textOf(anew));
            else
                grown = anew;
            extended += isExtended ? 1 : 0;
        }
    }
    // Mostly there is no new row.
    QVERIFY2(extended > 20 * 60 / 2, qPrintable(QString::number(extended)));
}

void TestTimelineGrowth::refusesWhatIsNotAtTheEnd()
{
    ChanceRun run(1, 1);
    const TracePtr trace = run.trace();
    Timeline timeline(*trace, run.now(), TimelineScaleKind::Clock, TimelineLaneKind::Agent);
    // Without a time nothing is known of what is under way.
    QVERIFY(!gui::extendTimeline({timeline.intervals, timeline.scale, timeline.rows},
                                 *trace,
                                 nullptr,
                                 {},
                                 TimelineLaneKind::Agent));
    gui::TraceGrowth other;
    other.firstNew = trace->spanCount() + 1;
    QVERIFY(!gui::extendTimeline({timeline.intervals, timeline.scale, timeline.rows},
                                 *trace,
                                 &other,
                                 run.now(),
                                 TimelineLaneKind::Agent));
}

QTEST_GUILESS_MAIN(TestTimelineGrowth)
#include "tst_timeline_growth.moc"
