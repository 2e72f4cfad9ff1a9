#include "gui/conversation/conversation_rows.h"
#include "tests/support/changing_trace.h"

#include <QTest>

using namespace gui;
using tests::ChangingTrace;
using tracestore::SessionId;
using tracestore::SpanId;
using tracestore::TracePtr;

/// The rows of a transcript that grows.
class TestConversationRows : public QObject
{
    Q_OBJECT

private slots:
    void comeToTheSameAsMakingThemAnew_data();
    void comeToTheSameAsMakingThemAnew();
};

namespace {

QString textOf(const ConversationRows& rows, std::size_t entry)
{
    const ConversationRows::Entry& one = rows.entries()[entry];
    return QStringLiteral("%1 level %2%3%4")
        .arg(one.span.value)
        .arg(one.level)
        .arg(one.isCard ? QStringLiteral(" card") : QString(),
             one.isOpen ? QStringLiteral(" open") : QString());
}

QStringList textOf(const ConversationRows& rows)
{
    QStringList lines;
    for (std::size_t i = 0; i < rows.entries().size(); ++i)
        lines << textOf(rows, i);
    return lines;
}

/// Whether each entry has its rows, one behind the other.
bool isLaidOut(const ConversationRows& rows)
{
    std::size_t row = 0;
    for (std::size_t i = 0; i < rows.entries().size(); ++i) {
        if (rows.rowOfEntry(i) != row)
            return false;
        row += rows.entries()[i].rowCount();
    }
    return rows.rowCount() == row;
}

/// Gives content to an entry of a grown list.
void load(ConversationRows& rows, std::size_t entry)
{
    if (entry >= rows.entries().size() || rows.entries()[entry].isCard)
        return;
    const tracestore::SpanDetail detail;
    rows.setDetails(entry, {.step = &detail});
    rows.layOutRows();
}

} // namespace

void TestConversationRows::comeToTheSameAsMakingThemAnew_data()
{
    QTest::addColumn<std::size_t>("sessions");
    QTest::addColumn<bool>("isBelowOne");
    QTest::newRow("a session") << std::size_t(1) << false;
    QTest::newRow("of several sessions") << std::size_t(3) << false;
    QTest::newRow("below a step") << std::size_t(1) << true;
}

void TestConversationRows::comeToTheSameAsMakingThemAnew()
{
    QFETCH(std::size_t, sessions);
    QFETCH(bool, isBelowOne);
    for (unsigned seed = 1; seed <= 20; ++seed) {
        ChangingTrace run(seed, sessions);
        run.goOn(30);
        TracePtr trace = run.trace();
        const SpanId root = isBelowOne ? SpanId(0) : SpanId();
        const SessionId session = trace->sessionOf(SpanId(0));
        ConversationRows grown(trace);
        grown.setScope(session, root);
        std::vector<SpanId> toggled;
        for (int step = 0; step < 60; ++step) {
            if (const SpanId span(run.pick(trace->spanCount())); run.pick(4) == 0) {
                grown.toggleCard(span);
                toggled.push_back(span);
            }
            load(grown, run.pick(trace->spanCount()));
            std::vector<SpanId> loaded;
            QStringList before;
            for (std::size_t i = 0; i < grown.entries().size(); ++i) {
                before << textOf(grown, i);
                if (!grown.entries()[i].blocks.empty())
                    loaded.push_back(grown.entries()[i].span);
            }
            run.goOn(run.pick(6));
            const TracePtr old = std::exchange(trace, run.trace());
            const TraceGrowth growth = growthOf(*old, *trace);
            const std::size_t firstOther = grown.setTrace(trace, growth);

            ConversationRows anew(trace);
            anew.setScope(session, root);
            for (const SpanId card : toggled)
                anew.toggleCard(card);
            QCOMPARE(textOf(grown), textOf(anew));
            QVERIFY(isLaidOut(grown));
            for (std::size_t i = 0; i < firstOther; ++i) {
                QCOMPARE(textOf(grown, i), before.value(qsizetype(i)));
                const ConversationRows::Entry& entry = grown.entries()[i];
                QVERIFY(entry.isCard || !growth.concerns(entry.span));
            }
            for (const ConversationRows::Entry& entry : grown.entries()) {
                const bool wasLoaded = std::ranges::find(loaded, entry.span) != loaded.end();
                if (wasLoaded && growth.concerns(entry.span) && !entry.blocks.empty())
                    QVERIFY(entry.isStale);
            }
        }
    }
}

QTEST_APPLESS_MAIN(TestConversationRows)
#include "tst_conversation_rows.moc"
