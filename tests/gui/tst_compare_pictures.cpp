#include "gui/compare/compare_answers.h"
#include "gui/compare/compare_metrics.h"
#include "gui/compare/compare_page.h"
#include "gui/compare/compare_timelines.h"
#include "gui/compare/compare_trees.h"
#include "gui/compare/compare_words.h"
#include "gui/compare/paired_text_view.h"
#include "gui/compare/union_graph_view.h"
#include "gui/graph/graph_folder.h"
#include "gui/theme/theme.h"
#include "tests/gui/compare_text.h"
#include "tests/support/test_paths.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

using namespace gui;
using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

const QString kRefund = uR"(= agent main
 = llm plan
 = tool lookup
 ~ llm decide :: refund it | check it first
 - tool search
 - tool search
 = tool search
 + tool verify
 = llm answer :: done | done)"_s;

QString layoutProgram()
{
    return QString::fromStdString(
        (tests::fromEnvironment("KYMO_BINARY_DIR") / "bin" / "kymo-layout").string());
}

ExecutionGraphPtr folded(const TracePtr& trace)
{
    return foldGraph(buildStepGraph(trace, {}), {});
}

/// The nodes as text: name, A and B steps, state.
QStringList nodesOf(const UnionGraph& united)
{
    QStringList nodes;
    for (std::size_t i = 0; i < united.nodes.size(); ++i) {
        const GraphNode& node = united.graph->nodes[i];
        if (node.kind == NodeKind::Joint)
            continue;
        nodes << u"%1 %2/%3 %4"_s
                     .arg(QString::fromUtf8(node.name.data(),
                                            static_cast<qsizetype>(node.name.size())))
                     .arg(united.nodes[i].steps.a)
                     .arg(united.nodes[i].steps.b)
                     .arg(stateName(united.nodes[i].state));
    }
    return nodes;
}

MetricRow row(MetricUnit unit, std::optional<double> a, std::optional<double> b)
{
    return {.id = "x", .label = "X", .unit = unit, .currency = "USD", .a = a, .b = b};
}

} // namespace

class TestComparePictures : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void whatBothDidIsOneNode();
    void whatOneSideDidStandsByItself();
    void edgesCountBothSides();
    void everyPairOfAStepHasItsNode();
    void theGraphIsDrawnAndACardSelectsItsPairs();
    void labelsOfEdgesHideNothing_data();
    void labelsOfEdgesHideNothing();
    void unitingEmptySidesIsNoProblem();
    void bothTimelinesHaveOneScale();
    void aBarSelectsItsPair();
    void zoomingKeepsThePlaceUnderTheMouse();
    void metricsSayWhatIsNotRecorded();
    void metricsAreWrittenInTheirUnit();
    void metricsModelKeepsItsPromises();
    void figuresAreReadAndSwapped();
    void shownFiguresAreChosen();
    void longNamesAreCutInTheMiddle();
    void answersStandSideBySide();
    void thatTheyShareLittleIsSaid();
    void emptySidesAreSaid();
    void everythingHasANameAndIsPaintedInAllThemes();

private:
    void compare(const QString& text);

    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<ComparePage> m_page;
};

void TestComparePictures::init()
{
    m_theme = std::make_unique<Theme>(u"dark"_s);
}

void TestComparePictures::cleanup()
{
    m_page.reset();
}

void TestComparePictures::compare(const QString& text)
{
    m_page.reset();
    tests::MadeComparison made = tests::comparisonOf(text);
    m_page
        = std::make_unique<ComparePage>(std::move(made.sides), std::move(made.alignment), *m_theme);
    QSignalSpy read(m_page.get(), &ComparePage::figuresRead);
    m_page->resize(1200, 700);
    m_page->show();
    QVERIFY(read.count() > 0 || read.wait(10'000));
}

void TestComparePictures::whatBothDidIsOneNode()
{
    const tests::MadeComparison made = tests::comparisonOf(kRefund);
    const UnionGraphPtr united
        = uniteGraphs({folded(made.sides.a.trace), folded(made.sides.b.trace)}, *made.alignment);
    QCOMPARE(nodesOf(*united),
             QStringList({u"plan 1/1 equal"_s,
                          u"lookup 1/1 equal"_s,
                          u"decide 1/1 changed"_s,
                          u"search 3/1 changed"_s,
                          u"verify 0/1 only in B"_s,
                          u"answer 1/1 equal"_s}));
    QCOMPARE(united->nodes.size(), united->graph->nodes.size());
}

void TestComparePictures::whatOneSideDidStandsByItself()
{
    const tests::MadeComparison made
        = tests::comparisonOf(u"- llm a\n- tool b\n+ llm c\n+ tool d"_s);
    const UnionGraphPtr united
        = uniteGraphs({folded(made.sides.a.trace), folded(made.sides.b.trace)}, *made.alignment);
    QCOMPARE(nodesOf(*united),
             QStringList({u"a 1/0 only in A"_s,
                          u"b 1/0 only in A"_s,
                          u"c 0/1 only in B"_s,
                          u"d 0/1 only in B"_s}));
    for (const UnionEdge& edge : united->edges)
        QVERIFY(edge.state() != PairState::Equal);
}

void TestComparePictures::edgesCountBothSides()
{
    const tests::MadeComparison made = tests::comparisonOf(kRefund);
    const UnionGraphPtr united
        = uniteGraphs({folded(made.sides.a.trace), folded(made.sides.b.trace)}, *made.alignment);
    OfBoth<std::uint32_t> all;
    bool hasLoop = false;
    for (const UnionEdge& edge : united->edges) {
        all.a += edge.count.a;
        all.b += edge.count.b;
        if (edge.from == edge.to) {
            hasLoop = true;
            QCOMPARE(edge.count.a, 2U);
            QCOMPARE(edge.count.b, 0U);
            QCOMPARE(united->countText(edge.count), u"A 2 · B 0"_s);
        }
    }
    QVERIFY(hasLoop);
    // As often as each side went from one step to the next.
    QCOMPARE(all.a, 6U);
    QCOMPARE(all.b, 5U);
}

void TestComparePictures::everyPairOfAStepHasItsNode()
{
    const tests::MadeComparison made = tests::comparisonOf(kRefund);
    const UnionGraphPtr united
        = uniteGraphs({folded(made.sides.a.trace), folded(made.sides.b.trace)}, *made.alignment);
    for (std::size_t i = 1; i < made.alignment->pairs.size(); ++i) {
        const std::uint32_t node = united->nodeOfPair[i];
        QVERIFY(node != kNoIndex);
        QVERIFY(std::ranges::find(united->nodes[node].pairs, i) != united->nodes[node].pairs.end());
    }
}

void TestComparePictures::theGraphIsDrawnAndACardSelectsItsPairs()
{
    tests::MadeComparison made = tests::comparisonOf(kRefund);
    CompareContext context(std::move(made.sides), std::move(made.alignment), *m_theme);
    UnionGraphView view(context, nullptr, layoutProgram());
    QSignalSpy ready(&view, &UnionGraphView::ready);
    view.resize(900, 400);
    view.show();
    QVERIFY(ready.count() > 0 || ready.wait(20'000));
    QCOMPARE(view.scene().cards.size(), view.united()->nodes.size());
    QCOMPARE(view.emphasis().selected, view.united()->nodeOfPair[*context.selected()]);
    const auto search = static_cast<std::uint32_t>(
        std::ranges::find_if(view.united()->nodes,
                             [](const UnionNode& node) { return node.steps.a == 3; })
        - view.united()->nodes.begin());
    const auto click = [&] {
        const QPoint place = view.toView(view.scene().cards[search].rect.center()).toPoint();
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, place);
        return *context.selected();
    };
    QList<std::size_t> seen {click(), click(), click(), click()};
    QCOMPARE(seen, QList<std::size_t>({4, 5, 6, 4}));
    QVERIFY(!view.grab().isNull());
    context.swap();
    QVERIFY(ready.wait(20'000));
    QCOMPARE(nodesOf(*view.united()).filter(u"search"_s), QStringList {u"search 1/3 changed"_s});
}

void TestComparePictures::labelsOfEdgesHideNothing_data()
{
    QTest::addColumn<QString>("program");
    QTest::newRow("graphviz") << layoutProgram();
    QTest::newRow("simple") << u"/no/such/program"_s;
}

/// Forth and back between two cards, where both edges say `A 0 · B 1`, and a loop.
void TestComparePictures::labelsOfEdgesHideNothing()
{
    QFETCH(QString, program);
    tests::MadeComparison made = tests::comparisonOf(uR"(= agent main
 = llm plan
 - tool lookup
 - tool lookup
 - llm plan
 + tool search
 + llm plan
 + tool search
 + llm plan
 = llm answer)"_s);
    CompareContext context(std::move(made.sides), std::move(made.alignment), *m_theme);
    UnionGraphView view(context, nullptr, program);
    QSignalSpy ready(&view, &UnionGraphView::ready);
    view.resize(900, 400);
    view.show();
    QVERIFY(ready.count() > 0 || ready.wait(20'000));
    int labels = 0;
    const GraphScene& scene = view.scene();
    for (std::size_t i = 0; i < scene.curves.size(); ++i) {
        const QRectF& label = scene.curves[i].labelRect;
        if (scene.curves[i].label.isEmpty())
            continue;
        ++labels;
        for (const GraphCard& card : scene.cards)
            QVERIFY2(!card.rect.intersects(label), qPrintable(scene.curves[i].label));
        for (std::size_t j = 0; j < i; ++j)
            QVERIFY2(!scene.curves[j].labelRect.intersects(label),
                     qPrintable(scene.curves[i].label));
    }
    QVERIFY(labels >= 3);
}

void TestComparePictures::unitingEmptySidesIsNoProblem()
{
    const tests::MadeComparison made = tests::comparisonOf(u"+ llm c"_s);
    const UnionGraphPtr united
        = uniteGraphs({folded(made.sides.a.trace), folded(made.sides.b.trace)}, *made.alignment);
    QCOMPARE(nodesOf(*united), QStringList {u"c 0/1 only in B"_s});
    const tests::MadeComparison nothing = tests::comparisonOf({});
    QVERIFY(uniteGraphs({folded(nothing.sides.a.trace), folded(nothing.sides.b.trace)},
                        *nothing.alignment)
                ->nodes.empty());
}

void TestComparePictures::bothTimelinesHaveOneScale()
{
    compare(kRefund);
    CompareTimelines& view = m_page->timelines();
    QSignalSpy ready(&view, &CompareTimelines::ready);
    m_page->findChild<QTabWidget*>(u"comparePictures"_s)->setCurrentWidget(&view);
    QVERIFY(view.isReady() || ready.wait(10'000));
    const CompareContext& context = m_page->context();
    const auto bar = [&](std::size_t pair, CompareSide side) {
        return view.barOf(side, context.spanOf(pair, side));
    };
    // Every step takes a second: of A there are eight, of B seven, both from zero.
    QCOMPARE(view.length(), std::int64_t {8'000'000'000});
    QCOMPARE(bar(1, CompareSide::A).left(), bar(1, CompareSide::B).left());
    QCOMPARE(bar(1, CompareSide::A).width(), bar(1, CompareSide::B).width());
    // What follows on two steps more in A stands two seconds later there.
    const int second = bar(1, CompareSide::A).width();
    const int later = bar(6, CompareSide::A).left() - bar(6, CompareSide::B).left();
    QVERIFY2(qAbs(later - 2 * second) <= 4, qPrintable(QString::number(later)));
    QVERIFY(bar(7, CompareSide::A).isEmpty());
    QVERIFY(bar(1, CompareSide::A).bottom() < bar(1, CompareSide::B).top());
}

void TestComparePictures::aBarSelectsItsPair()
{
    compare(kRefund);
    CompareTimelines& view = m_page->timelines();
    QSignalSpy ready(&view, &CompareTimelines::ready);
    m_page->findChild<QTabWidget*>(u"comparePictures"_s)->setCurrentWidget(&view);
    QVERIFY(view.isReady() || ready.wait(10'000));
    const SpanId verify = m_page->context().spanOf(7, CompareSide::B);
    QTest::mouseClick(
        view.viewport(), Qt::LeftButton, {}, view.barOf(CompareSide::B, verify).center());
    QCOMPARE(m_page->context().selected(), std::size_t {7});
    QVERIFY(!view.placeAt({view.viewport()->width() - 3, view.viewport()->height() - 3})
                 .span.isValid());
    QVERIFY(!view.grab().isNull());
}

void TestComparePictures::zoomingKeepsThePlaceUnderTheMouse()
{
    compare(kRefund);
    CompareTimelines& view = m_page->timelines();
    QSignalSpy ready(&view, &CompareTimelines::ready);
    m_page->findChild<QTabWidget*>(u"comparePictures"_s)->setCurrentWidget(&view);
    QVERIFY(view.isReady() || ready.wait(10'000));
    view.setFocus();
    const TimelineCoordinates before = view.coordinates();
    QTest::keyClick(&view, Qt::Key_Plus);
    const TimelineCoordinates after = view.coordinates();
    QVERIFY(after.to - after.from < before.to - before.from);
    const double middle = before.width / 2.0;
    QVERIFY(qAbs(before.toPosition(middle) - after.toPosition(middle)) < 1e6);
    QTest::keyClick(&view, Qt::Key_F);
    QCOMPARE(view.coordinates(), before);
}

void TestComparePictures::metricsSayWhatIsNotRecorded()
{
    CompareMetricsModel model(*m_theme);
    model.setRows({row(MetricUnit::Count, 3, {}),
                   row(MetricUnit::Count, {}, {}),
                   row(MetricUnit::Count, 0, 2)});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.rowText(0), u"X\t3\tnot recorded\t"_s);
    QCOMPARE(model.rowText(1), u"X\t0\t2\t+2"_s);
    model.swap();
    QCOMPARE(model.rowText(0), u"X\tnot recorded\t3\t"_s);
}

void TestComparePictures::metricsAreWrittenInTheirUnit()
{
    QCOMPARE(metricText(row(MetricUnit::Tokens, {}, {}), 18204), u"18,204"_s);
    QCOMPARE(metricText(row(MetricUnit::Money, {}, {}), 0.0188), u"$0.0188"_s);
    QCOMPARE(metricText(row(MetricUnit::Seconds, {}, {}), 0.412), u"412 ms"_s);
    QCOMPARE(metricText(row(MetricUnit::Share, {}, {}), 0.615), u"61.5 %"_s);
    QCOMPARE(metricDifference(row(MetricUnit::Tokens, 1000, 1087)), u"+87  (+8.7 %)"_s);
    QCOMPARE(metricDifference(row(MetricUnit::Count, 4, 3)), u"−1  (−25.0 %)"_s);
    QCOMPARE(metricDifference(row(MetricUnit::Count, 4, 4)), u"0"_s);
    QCOMPARE(metricDifference(row(MetricUnit::Count, 0, 4)), u"+4"_s);
    QCOMPARE(metricDifference(row(MetricUnit::Share, 0.5, 0.25)), u"−25.0 points"_s);
    QCOMPARE(metricDifference(row(MetricUnit::Count, {}, 4)), QString());
}

void TestComparePictures::metricsModelKeepsItsPromises()
{
    CompareMetricsModel model(*m_theme);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows({row(MetricUnit::Count, 3, {}), row(MetricUnit::Money, 3, 1)});
    model.swap();
    model.setRows({});
    QCOMPARE(model.rowCount(), 0);
}

void TestComparePictures::figuresAreReadAndSwapped()
{
    compare(kRefund);
    const CompareMetricsModel& model = m_page->metrics().metricsModel();
    const auto tools = [&] {
        const auto found = std::ranges::find(model.rows(), "tool.search", &MetricRow::id);
        return found == model.rows().end()
            ? QString()
            : u"%1/%2"_s.arg(found->a.value_or(-1)).arg(found->b.value_or(-1));
    };
    QCOMPARE(tools(), u"3/1"_s);
    m_page->swap();
    QCOMPARE(tools(), u"1/3"_s);
}

void TestComparePictures::shownFiguresAreChosen()
{
    compare(kRefund);
    ShownMetrics shown({u"tool.search"_s});
    m_page->setShownMetrics(shown);
    CompareMetricsModel& model = m_page->metrics().metricsModel();
    const QAbstractItemModelTester tester(&model);
    const auto has = [&](const char* id) {
        return std::ranges::find(model.rows(), id, &MetricRow::id) != model.rows().end();
    };
    QVERIFY(has("steps") && !has("tool.search"));
    QMenu& menu = *m_page->findChild<QToolButton*>(u"chooseMetrics"_s)->menu();
    emit menu.aboutToShow();
    // What is hidden is offered, too.
    QCOMPARE(menu.actions().size(), model.metrics().size() + 2);
    menu.actions().at(2)->trigger();
    QCOMPARE(shown.hidden().size(), 2);
    QVERIFY(!has(model.metrics().first().id.toUtf8().constData()));
    menu.actions().first()->trigger();
    QVERIFY(shown.hidden().isEmpty());
    QVERIFY(has("steps") && has("tool.search"));
    m_page.reset(); // before what it was given
}

void TestComparePictures::longNamesAreCutInTheMiddle()
{
    tests::MadeComparison made
        = tests::comparisonOf(u"= agent main\n ~ llm %1 :: one | other"_s.arg(QString(200, u'n')));
    for (const CompareSide side : kBothSides)
        made.sides[side].title = QString(150, u't') + (side == CompareSide::A ? u'1' : u'2');
    m_page
        = std::make_unique<ComparePage>(std::move(made.sides), std::move(made.alignment), *m_theme);
    m_page->resize(900, 600);
    m_page->show();
    m_page->context().select(1);
    auto* title = m_page->findChild<QLabel*>(u"pairTitle"_s);
    // The text is whole, its tool tip, too, and what is drawn has room.
    QVERIFY(title->text().endsWith(u'n'));
    QVERIFY(title->text().size() > 60);
    QVERIFY(title->toolTip().contains(title->text()));
    QVERIFY(title->width() < QFontMetrics(title->font()).horizontalAdvance(title->text()));
    auto* how = m_page->findChild<QLabel*>(u"pairHow"_s);
    QVERIFY(how->geometry().left() >= title->geometry().right());
    QVERIFY(how->width() >= 80);
    for (const char* name : {"sideA", "sideB"}) {
        const auto* button = m_page->findChild<QAbstractButton*>(QString::fromLatin1(name));
        QVERIFY(button->toolTip().contains(button->text()));
    }
    QVERIFY(!m_page->grab().isNull());
}

void TestComparePictures::answersStandSideBySide()
{
    compare(u"= agent main\n ~ llm answer :: 890.00 refunded | 89.00 refunded"_s);
    CompareAnswers& view = m_page->answers();
    QTRY_COMPARE(view.texts().text().text.a, u"890.00 refunded"_s);
    QCOMPARE(view.texts().text().text.b, u"89.00 refunded"_s);
    QCOMPARE(view.summary(), u"The answers differ."_s);
    m_page->swap();
    QTRY_COMPARE(view.texts().text().text.a, u"89.00 refunded"_s);
}

void TestComparePictures::thatTheyShareLittleIsSaid()
{
    tests::MadeComparison made = tests::comparisonOf(u"~ llm a :: x | y\n- tool b\n+ tool c"_s);
    TraceAlignment alignment = *made.alignment;
    alignment.sharesLittle = true;
    alignment.shared = 0.03;
    m_page = std::make_unique<ComparePage>(
        std::move(made.sides), std::make_shared<const TraceAlignment>(alignment), *m_theme);
    QVERIFY(m_page->notice().startsWith(u"These two share next to nothing (3 % of their steps)"_s));
}

void TestComparePictures::emptySidesAreSaid()
{
    compare({});
    QVERIFY(m_page->notice().startsWith(u"Neither side has a step"_s));
    QVERIFY(!m_page->grab().isNull());
    compare(u"+ llm a"_s);
    QVERIFY(m_page->notice().startsWith(u"One side has no step"_s));
    compare(kRefund);
    QVERIFY(m_page->notice().isEmpty());
}

void TestComparePictures::everythingHasANameAndIsPaintedInAllThemes()
{
    compare(kRefund);
    for (const QWidget* view : {static_cast<const QWidget*>(&m_page->graph()),
                                static_cast<const QWidget*>(&m_page->timelines()),
                                static_cast<const QWidget*>(&m_page->metrics()),
                                static_cast<const QWidget*>(&m_page->trees())})
        QVERIFY(!view->accessibleName().isEmpty());
    for (const QString& id : Theme::available()) {
        m_theme->select(id);
        QVERIFY(!m_page->grab().isNull());
    }
    const QByteArray layout = m_page->layoutState();
    m_page->restoreLayout(layout);
    m_page->restoreLayout("nonsense");
    QCOMPARE(m_page->layoutState(), layout);
}

QTEST_MAIN(TestComparePictures)
#include "tst_compare_pictures.moc"
