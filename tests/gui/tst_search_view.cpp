#include "gui/context/session_context.h"
#include "gui/models/step_tree_model.h"
#include "gui/search/hits_model.h"
#include "gui/search/query_edit.h"
#include "gui/search/search_view.h"
#include "gui/steps/step_tree_view.h"
#include "gui/theme/theme.h"
#include "tests/support/trace_maker.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QListView>
#include <QListWidget>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace tracestore;
using namespace Qt::StringLiterals;

namespace {

class KeptSearches : public SavedSearches
{
public:
    QStringList savedSearches() const override { return m_saved; }

    void setSavedSearches(const QStringList& queries) override { m_saved = queries; }

    QStringList recentSearches() const override { return m_recent; }

    void addRecentSearch(const QString& query) override { m_recent.prepend(query); }

private:
    QStringList m_saved;
    QStringList m_recent;
};

} // namespace

class TestSearchView : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void hitsAreThoseOfTheQuery();
    void hitsBelongToTheContext();
    void anErrorNamesItsPlaceAndKeepsTheHits();
    void aNewQueryReplacesTheOneBefore();
    void nothingTypedMeansNoHits();
    void enterGoesThroughTheHits();
    void whatFoundSomethingIsRemembered();
    void completionReplacesTheWord();
    void theTreeShowsOnlyHitsAndWhatIsAbove();

private:
    void search(const QString& query)
    {
        QSignalSpy finished(m_view.get(), &SearchView::finished);
        m_view->search(query);
        if (m_view->isSearching())
            QVERIFY(finished.wait());
    }

    [[nodiscard]] int rows() const { return m_view->list().model()->rowCount(); }

    Theme m_theme;
    KeptSearches m_kept;
    std::unique_ptr<SessionContext> m_context;
    std::unique_ptr<SearchView> m_view;
};

void TestSearchView::init()
{
    m_view.reset();
    // 70 turns: each a model call and two tools, every 7th tool failed.
    m_context = std::make_unique<SessionContext>(tests::makeAgentTrace(70), m_theme);
    m_view = std::make_unique<SearchView>(*m_context, &m_kept);
    m_view->resize(400, 400);
    m_view->show();
}

void TestSearchView::hitsAreThoseOfTheQuery()
{
    const QAbstractItemModelTester tester(m_view->list().model());
    search(u"kind = tool and status = error"_s);
    QCOMPARE(rows(), 20);
    for (int row = 0; row < rows(); ++row) {
        SpanId span;
        span.value = m_view->list().model()->index(row, 0).data(HitsModel::SpanRole).toUInt();
        QCOMPARE(m_context->trace()->status(span), SpanStatus::Error);
    }
    QVERIFY2(m_view->message().contains(u"20"_s), qPrintable(m_view->message()));
}

void TestSearchView::hitsBelongToTheContext()
{
    search(u"kind = llm"_s);
    QCOMPARE(m_context->hits().size(), std::size_t {70});
    search({});
    QVERIFY(m_context->hits().isEmpty());
}

void TestSearchView::anErrorNamesItsPlaceAndKeepsTheHits()
{
    search(u"kind = llm"_s);
    search(u"kind = llm and ("_s);
    QVERIFY2(m_view->message().contains(u"character"_s), qPrintable(m_view->message()));
    QCOMPARE(m_context->hits().size(), std::size_t {70});
}

void TestSearchView::aNewQueryReplacesTheOneBefore()
{
    m_view->search(u"kind = llm"_s);
    search(u"kind = turn"_s);
    QCOMPARE(rows(), 70);
    QCOMPARE(m_context->hits().size(), std::size_t {70});
    QCOMPARE(m_context->trace()->kind(m_context->hits().ordered().front()), SpanKind::Turn);
}

void TestSearchView::nothingTypedMeansNoHits()
{
    search(u"   "_s);
    QCOMPARE(rows(), 0);
    QVERIFY(m_view->message().isEmpty());
}

void TestSearchView::enterGoesThroughTheHits()
{
    search(u"kind = tool and status = error"_s);
    m_view->edit().setFocus();
    QTest::keyClick(&m_view->edit(), Qt::Key_Return);
    QCOMPARE(m_context->selected(), m_context->hits().ordered()[0]);
    QTest::keyClick(&m_view->edit(), Qt::Key_Return);
    QCOMPARE(m_context->selected(), m_context->hits().ordered()[1]);
    QTest::keyClick(&m_view->edit(), Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(m_context->selected(), m_context->hits().ordered()[0]);
}

void TestSearchView::whatFoundSomethingIsRemembered()
{
    const auto before = m_kept.recentSearches().size();
    search(u"kind = guardrail"_s); // finds nothing
    QCOMPARE(m_kept.recentSearches().size(), before);
    search(u"kind = turn"_s);
    QCOMPARE(m_kept.recentSearches().front(), u"kind = turn"_s);
}

void TestSearchView::completionReplacesTheWord()
{
    QueryEdit& edit = m_view->edit();
    edit.setFocus();
    QTest::keyClicks(&edit, u"stat"_s);
    QVERIFY(edit.popup() != nullptr);
    QCOMPARE(edit.popup()->item(0)->text(), u"status"_s);
    QTest::keyClick(&edit, Qt::Key_Down);
    QTest::keyClick(&edit, Qt::Key_Tab);
    QCOMPARE(edit.text(), u"status "_s);
    QTest::keyClick(&edit, Qt::Key_Escape);
    QVERIFY(edit.popup() == nullptr);
}

void TestSearchView::theTreeShowsOnlyHitsAndWhatIsAbove()
{
    StepTreeView tree(*m_context);
    const QAbstractItemModelTester tester(&tree.stepModel());
    search(u"kind = tool and status = error"_s);
    tree.stepModel().filterByHits();
    int hits = 0;
    for (int row = 0; row < tree.stepModel().rowCount(); ++row) {
        const SpanId span = tree.stepModel().spanAt(row);
        const bool isHit = m_context->hits().contains(span);
        hits += isHit ? 1 : 0;
        // What is no hit stands above one.
        QVERIFY(isHit || tree.stepModel().parentRow(row + 1) == row);
    }
    QCOMPARE(hits, 20);
    // What is filtered away cannot be brought into sight; nothing else moves.
    const int rowsBefore = tree.stepModel().rowCount();
    m_context->select(m_context->trace()->preOrder()[2]);
    QCOMPARE(tree.stepModel().rowCount(), rowsBefore);
    tree.stepModel().showAll();
    QVERIFY(tree.stepModel().rowCount() > rowsBefore);
}

QTEST_MAIN(TestSearchView)
#include "tst_search_view.moc"
