#include "gui/context/detail_loader.h"
#include "gui/context/session_context.h"
#include "gui/theme/theme.h"
#include "tests/support/sessions_trace.h"
#include "tests/support/trace_maker.h"

#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using tracestore::SessionId;
using tracestore::SpanId;

class TestSessionContext : public QObject
{
    Q_OBJECT

private slots:
    void errorsAreVisitedInTreeOrderAndAround();
    void selectingTheSameSpanSaysNothing();
    void sessionIsThatOfTheSelectedStep();
    void otherSessionEndsTheSelection();
    void onlyTheNewestDetailIsDelivered();
};

void TestSessionContext::errorsAreVisitedInTreeOrderAndAround()
{
    Theme theme;
    SessionContext context(tests::makeAgentTrace(10), theme);
    QVERIFY(context.errors().size() > 1);
    for (const SpanId expected : context.errors()) {
        context.select(context.nextError());
        QCOMPARE(context.selected(), expected);
    }
    QCOMPARE(context.nextError(), context.errors().front());
    QCOMPARE(context.previousError(), context.errors()[context.errors().size() - 2]);
}

void TestSessionContext::selectingTheSameSpanSaysNothing()
{
    Theme theme;
    SessionContext context(tests::makeAgentTrace(1), theme);
    QSignalSpy changes(&context, &SessionContext::selectionChanged);
    context.select(SpanId(1));
    context.select(SpanId(1));
    QCOMPARE(changes.count(), 1);
    context.select(SpanId());
    QCOMPARE(changes.count(), 2);
}

void TestSessionContext::sessionIsThatOfTheSelectedStep()
{
    Theme theme;
    SessionContext context(tests::makeSessionsTrace(5), theme);
    QCOMPARE(context.session(), SessionId(0));
    QStringList signalled;
    connect(&context, &SessionContext::sessionChanged, this, [&] { signalled << u"session"_s; });
    connect(&context, &SessionContext::selectionChanged, this, [&] {
        signalled << u"selection"_s;
        QCOMPARE(context.session(), SessionId(2));
    });
    const SpanId agent = context.trace()->roots(SessionId(2)).front();
    context.select(agent);
    QCOMPARE(signalled, (QStringList {u"session"_s, u"selection"_s}));
    context.select(context.trace()->children(agent).front());
    context.select({});
    QCOMPARE(context.session(), SessionId(2));
    QCOMPARE(signalled.count(u"session"_s), 1);
}

void TestSessionContext::otherSessionEndsTheSelection()
{
    Theme theme;
    SessionContext context(tests::makeSessionsTrace(5), theme);
    const SpanId agent = context.trace()->roots(SessionId(2)).front();
    context.select(agent);
    context.setSession(SessionId(2));
    QCOMPARE(context.selected(), agent);
    QSignalSpy changes(&context, &SessionContext::selectionChanged);
    context.setSession(SessionId(0));
    QVERIFY(!context.selected().isValid());
    QCOMPARE(context.session(), SessionId(0));
    QCOMPARE(changes.count(), 1);
}

void TestSessionContext::onlyTheNewestDetailIsDelivered()
{
    Theme theme;
    SessionContext context(tests::makeAgentTrace(3), theme);
    QObject receiver;
    std::vector<SpanId> delivered;
    const auto keep = [&](SpanId span, const auto& detail) {
        QVERIFY(detail);
        delivered.push_back(span);
    };
    for (std::size_t i = 0; i < 5; ++i)
        context.details().requestDetail(&receiver, SpanId(i), keep);
    QTRY_COMPARE(delivered.size(), std::size_t {1});
    QCOMPARE(delivered.front(), SpanId(4));
}

QTEST_MAIN(TestSessionContext)
#include "tst_session_context.moc"
