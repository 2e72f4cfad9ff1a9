#include "gui/compare/compare_delegate.h"
#include "gui/compare/compare_model.h"
#include "gui/compare/compare_trees.h"
#include "gui/compare/compare_words.h"
#include "gui/theme/theme.h"
#include "tests/gui/compare_text.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

const QString kRefund = uR"(= user ask
= agent main
 = llm plan
 = tool lookup
 = tool lookup
 = llm think
 ~ llm decide :: refund it | check it first
 ~ tool refund :: {"amount": 890.00} | {"amount": 89.00}
 + tool verify
 = tool notify
 = llm write
= llm answer)"_s;

/// The rows as text: a name each, folds with their count.
QStringList rowsOf(const CompareModel& model)
{
    QStringList rows;
    for (int i = 0; i < model.rowCount(); ++i)
        rows << (model.at(i).isFold ? QString::number(model.at(i).count)
                                    : model.rowText(i).replace(u'\t', u'|'));
    return rows;
}

} // namespace

class TestCompareTrees : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void whatIsEqualIsFoldedAndWhatStandsAboveADifferenceIsNot();
    void allThatIsEqualIsFoldedOnWish();
    void nothingIsFoldedOnWish();
    void aFoldOpensByClickAndByEnter();
    void choosingTheFoldingFoldsAnew();
    void differencesAreVisitedInOrderAndNotAroundTheEnd();
    void aClosedStepHidesWhatIsBelowAndSaysHowMuchDiffers();
    void selectingAHiddenPairOpensWhatHidesIt();
    void closingAboveTheSelectedPairSelectsTheClosedOne();
    void theDivergenceIsSelectedAtFirst();
    void swappingExchangesTheSides();
    void statesAreToldByWordsAndSigns();
    void keysWalkAndFold();
    void lettersFindNames();
    void doubleClickOpensTheStepOfItsSide();
    void modelKeepsItsPromises();
    void textOfStrangersStaysText();
    void nothingToCompareIsNoProblem();
    void oneEmptySideIsNoProblem();
    void deepTreesAreNoProblem();
    void aHundredThousandPairsScrollAndFold();

private:
    void compare(const QString& text);

    [[nodiscard]] CompareModel& model() const { return m_view->compareModel(); }

    void show(const QString& name);
    [[nodiscard]] std::size_t pairNamed(const QString& name) const;

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<CompareContext> m_context;
    std::unique_ptr<CompareTrees> m_view;
};

void TestCompareTrees::init()
{
    m_theme = std::make_unique<Theme>(u"dark"_s);
    compare(kRefund);
}

void TestCompareTrees::cleanup()
{
    m_view.reset();
    m_context.reset();
}

void TestCompareTrees::compare(const QString& text)
{
    m_view.reset();
    tests::MadeComparison made = tests::comparisonOf(text);
    m_context = std::make_unique<CompareContext>(
        std::move(made.sides), std::move(made.alignment), *m_theme);
    m_view = std::make_unique<CompareTrees>(*m_context);
    m_view->resize(900, 400);
    m_view->show();
}

std::size_t TestCompareTrees::pairNamed(const QString& name) const
{
    for (std::size_t i = 0; i < m_context->pairs().size(); ++i) {
        if (pairName(*m_context, i) == name)
            return i;
    }
    return m_context->pairs().size();
}

void TestCompareTrees::whatIsEqualIsFoldedAndWhatStandsAboveADifferenceIsNot()
{
    QCOMPARE(rowsOf(model()),
             QStringList({u"equal|ask|ask"_s,
                          u"equal|main|main"_s,
                          u"3"_s,
                          u"equal|think|think"_s,
                          u"changed|decide|decide"_s,
                          u"changed|refund|refund"_s,
                          u"only in B||verify"_s,
                          u"equal|notify|notify"_s,
                          u"equal|write|write"_s,
                          u"equal|answer|answer"_s}));
}

void TestCompareTrees::allThatIsEqualIsFoldedOnWish()
{
    m_view->setFolding(EqualFolding::All);
    QCOMPARE(rowsOf(model()),
             QStringList({u"1"_s,
                          u"equal|main|main"_s,
                          u"4"_s,
                          u"changed|decide|decide"_s,
                          u"changed|refund|refund"_s,
                          u"only in B||verify"_s,
                          u"3"_s}));
}

void TestCompareTrees::nothingIsFoldedOnWish()
{
    m_view->setFolding(EqualFolding::None);
    QCOMPARE(model().rowCount(), 12);
}

void TestCompareTrees::aFoldOpensByClickAndByEnter()
{
    const QPoint fold = m_view->visualRect(model().index(2, 0)).center();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, fold);
    QCOMPARE(model().rowCount(), 12);
    QCOMPARE(m_context->selected(), pairNamed(u"plan"_s));
    m_view->setFolding(EqualFolding::Stretches);
    m_view->setCurrentIndex(model().index(2, 0));
    QVERIFY(model().at(2).isFold);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(model().rowCount(), 12);
}

void TestCompareTrees::choosingTheFoldingFoldsAnew()
{
    model().unfold(2);
    QCOMPARE(model().rowCount(), 12);
    m_view->setFolding(EqualFolding::Stretches);
    QCOMPARE(model().rowCount(), 10);
}

void TestCompareTrees::differencesAreVisitedInOrderAndNotAroundTheEnd()
{
    m_context->select(0);
    QStringList seen;
    for (int i = 0; i < 5; ++i) {
        m_view->goToNextDifference();
        seen << pairName(*m_context, *m_context->selected());
    }
    QCOMPARE(seen, QStringList({u"decide"_s, u"refund"_s, u"verify"_s, u"verify"_s, u"verify"_s}));
    m_view->goToPreviousDifference();
    QCOMPARE(pairName(*m_context, *m_context->selected()), u"refund"_s);
    QCOMPARE(m_view->currentIndex().row(), model().rowOf(pairNamed(u"refund"_s)));
}

void TestCompareTrees::aClosedStepHidesWhatIsBelowAndSaysHowMuchDiffers()
{
    const std::size_t agent = pairNamed(u"main"_s);
    model().setOpen(model().rowOf(agent), false);
    QCOMPARE(rowsOf(model()),
             QStringList({u"equal|ask|ask"_s, u"equal|main|main"_s, u"equal|answer|answer"_s}));
    QCOMPARE(model().rows().differencesBelow(agent), 3U);
}

void TestCompareTrees::selectingAHiddenPairOpensWhatHidesIt()
{
    model().setOpen(model().rowOf(pairNamed(u"main"_s)), false);
    m_context->reveal(pairNamed(u"plan"_s));
    QCOMPARE(m_view->currentIndex().data(CompareModel::PairRole).toUInt(), 2U);
    QVERIFY(!m_view->currentIndex().data(CompareModel::IsFoldRole).toBool());
}

void TestCompareTrees::closingAboveTheSelectedPairSelectsTheClosedOne()
{
    m_context->select(pairNamed(u"verify"_s));
    m_view->setFocus();
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(m_context->selected(), pairNamed(u"main"_s));
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QCOMPARE(model().rowCount(), 3);
    QCOMPARE(m_context->selected(), pairNamed(u"main"_s));
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QCOMPARE(model().rowCount(), 10);
}

void TestCompareTrees::theDivergenceIsSelectedAtFirst()
{
    QCOMPARE(m_context->selected(), pairNamed(u"decide"_s));
    compare(u"= llm a\n! tool retry\n= llm b\n~ llm c :: 1 | 2"_s);
    QCOMPARE(m_context->selected(), std::size_t {3});
}

void TestCompareTrees::swappingExchangesTheSides()
{
    const std::size_t verify = pairNamed(u"verify"_s);
    m_context->select(verify);
    m_context->swap();
    QCOMPARE(m_context->pairs()[verify].state, PairState::OnlyA);
    QVERIFY(m_context->spanOf(verify, CompareSide::A).isValid());
    QVERIFY(!m_context->spanOf(verify, CompareSide::B).isValid());
    QCOMPARE(m_context->side(CompareSide::A).title, u"second"_s);
    QCOMPARE(m_context->alignment().onlyA, 1U);
    QCOMPARE(m_context->alignment().onlyB, 0U);
    QCOMPARE(m_context->selected(), verify);
    const SpanId span = m_context->spanOf(verify, CompareSide::A);
    QCOMPARE(m_context->pairOf(CompareSide::A, span), verify);
    QVERIFY(!m_view->grab().isNull());
    m_context->swap();
    QCOMPARE(m_context->pairs()[verify].state, PairState::OnlyB);
}

void TestCompareTrees::statesAreToldByWordsAndSigns()
{
    const auto text = [&](const QString& name) {
        return model().index(model().rowOf(pairNamed(name)), 0).data().toString();
    };
    QCOMPARE(text(u"decide"_s), u"decide, changed: answer"_s);
    QCOMPARE(text(u"refund"_s), u"refund, changed: arguments"_s);
    QCOMPARE(text(u"verify"_s), u"verify, only in B"_s);
    QStringList signs;
    for (const PairState state :
         {PairState::Equal, PairState::Changed, PairState::OnlyA, PairState::OnlyB})
        signs << stateSign(state);
    signs.removeDuplicates();
    QCOMPARE(signs.size(), 4);
    QCOMPARE(alignmentSummary(m_context->alignment()),
             u"11 steps aligned, 9 equal, 2 changed, 1 only in B"_s);
    QCOMPARE(divergenceSummary(*m_context),
             u"first lasting divergence: A #6, B #6 decide (confidence 1.00)"_s);
}

void TestCompareTrees::keysWalkAndFold()
{
    m_view->setFocus();
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QCOMPARE(m_context->selected(), std::size_t {0});
    QTest::keyClick(m_view.get(), Qt::Key_End);
    QCOMPARE(m_context->selected(), pairNamed(u"answer"_s));
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QCOMPARE(m_context->selected(), pairNamed(u"write"_s));
    QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"equal\twrite\twrite"_s);
}

void TestCompareTrees::lettersFindNames()
{
    m_view->setFocus();
    m_view->keyboardSearch(u"v"_s);
    QCOMPARE(m_context->selected(), pairNamed(u"verify"_s));
}

void TestCompareTrees::doubleClickOpensTheStepOfItsSide()
{
    QSignalSpy opened(m_view.get(), &CompareTrees::openRequested);
    const std::size_t verify = pairNamed(u"verify"_s);
    const CompareRowPlaces places(m_view->visualRect(model().index(model().rowOf(verify), 0)));
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, places.cells.a.center());
    QCOMPARE(opened.count(), 0);
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, places.cells.b.center());
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.front().at(0).value<std::size_t>(), verify);
    QCOMPARE(opened.front().at(1).value<CompareSide>(), CompareSide::B);
}

void TestCompareTrees::modelKeepsItsPromises()
{
    const QAbstractItemModelTester tester(&model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model().unfold(2);
    model().setOpen(model().rowOf(pairNamed(u"main"_s)), false);
    model().show(pairNamed(u"plan"_s));
    m_view->setFolding(EqualFolding::All);
    model().show(pairNamed(u"notify"_s));
    m_context->swap();
    m_view->setFolding(EqualFolding::None);
    QCOMPARE(model().rowCount(), 12);
}

void TestCompareTrees::textOfStrangersStaysText()
{
    compare(u"= agent <b>bold</b>\n ~ tool <img src='/dev/zero'> :: 1 | 2\n + llm "_s
            + QString(300, u'W') + u"\n - tool 退款 إرجاع"_s);
    const QString tip = model().index(1, 0).data(Qt::ToolTipRole).toString();
    QVERIFY(!tip.contains(u"<img"_s));
    QVERIFY(tip.contains(u"&lt;img"_s));
    QVERIFY(!m_view->grab().isNull());
    m_view->resize(120, 200);
    QVERIFY(!m_view->grab().isNull());
}

void TestCompareTrees::nothingToCompareIsNoProblem()
{
    compare(QString());
    QCOMPARE(model().rowCount(), 0);
    QVERIFY(!m_context->selected());
    m_view->goToNextDifference();
    m_view->goToPreviousDifference();
    m_view->setFolding(EqualFolding::All);
    m_context->swap();
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QTest::keyClick(m_view.get(), Qt::Key_Left);
    QVERIFY(!m_view->grab().isNull());
}

void TestCompareTrees::oneEmptySideIsNoProblem()
{
    compare(u"+ agent a\n + llm b\n + tool c"_s);
    QCOMPARE(model().rowCount(), 3);
    QCOMPARE(m_context->differences().size(), 3U);
    QVERIFY(!m_context->pairOf(CompareSide::A, SpanId(0)).has_value());
    QVERIFY(!m_view->grab().isNull());
}

void TestCompareTrees::deepTreesAreNoProblem()
{
    QString text;
    constexpr int kDepth = 3000;
    for (int i = 0; i < kDepth; ++i)
        text += QString(i, u' ') + (i + 1 == kDepth ? u"~ tool x :: 1 | 2\n"_s : u"= agent a\n"_s);
    compare(text);
    QCOMPARE(model().rowCount(), kDepth);
    model().setOpen(0, false);
    QCOMPARE(model().rowCount(), 1);
    m_context->reveal(kDepth - 1);
    QCOMPARE(m_view->currentIndex().row(), kDepth - 1);
}

void TestCompareTrees::aHundredThousandPairsScrollAndFold()
{
    constexpr std::size_t kPairs = 100'000;
    m_view.reset();
    tests::MadeComparison made = tests::longComparison(kPairs);
    m_context = std::make_unique<CompareContext>(
        std::move(made.sides), std::move(made.alignment), *m_theme);
    m_view = std::make_unique<CompareTrees>(*m_context);
    m_view->resize(900, 400);
    m_view->show();
    QCOMPARE(m_context->differences().size(), (kPairs - 1) / 20);
    m_view->setFolding(EqualFolding::None);
    QCOMPARE(model().rowCount(), static_cast<int>(kPairs));
    m_context->reveal(kPairs - 1);
    QCOMPARE(m_view->rowAt(m_view->viewport()->height() - 2), static_cast<int>(kPairs) - 1);
    m_view->setFolding(EqualFolding::All);
    // The agent, every difference, and what is equal between and behind them.
    const int differences = static_cast<int>(m_context->differences().size());
    QCOMPARE(model().rowCount(), 1 + differences + differences + 1);
}

QTEST_MAIN(TestCompareTrees)
#include "tst_compare_trees.moc"
