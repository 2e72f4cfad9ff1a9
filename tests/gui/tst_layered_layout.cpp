#include "gui/graph/layered_layout.h"
#include "tests/gui/layout_samples.h"

#include <QTest>

using namespace gui;
using namespace gui::layout;

class TestLayeredLayout : public QObject
{
    Q_OBJECT

private slots:
    void nothingOverlaps_data();
    void nothingOverlaps();
    void sequenceIsStraight();
    void forwardEdgesLeadRight();
    void backEdgesRunAbove();
    void agentsOneAfterAnotherStandSideBySide();
    void everythingIsWithinTheBounds();
    void sameRequestGivesSameAnswer();
    void strangeRequests();
    void twentyThousandNodesHaveTheirPlaces();
};

void TestLayeredLayout::nothingOverlaps_data()
{
    QTest::addColumn<std::uint32_t>("width");
    for (const std::uint32_t width : {1U, 2U, 7U, 40U})
        QTest::addRow("%u agents", width) << width;
}

void TestLayeredLayout::nothingOverlaps()
{
    QFETCH(std::uint32_t, width);
    const Request request = tests::teamRequest(width);
    QCOMPARE(tests::misplaced(request, layeredLayout(request)), std::string());
    const Request tangled = tests::tangle(60 * width, 100 * width);
    QCOMPARE(tests::misplaced(tangled, layeredLayout(tangled)), std::string());
}

void TestLayeredLayout::sequenceIsStraight()
{
    Request request;
    for (std::uint32_t i = 0; i < 10; ++i) {
        request.nodes.push_back({60.0 + i, 44, kNone});
        if (i > 0)
            request.edges.push_back({i - 1, i, false});
    }
    const Answer answer = layeredLayout(request);
    for (const Point& node : answer.nodes)
        QCOMPARE(node.y, answer.nodes.front().y);
}

void TestLayeredLayout::forwardEdgesLeadRight()
{
    const Request request = tests::teamRequest(5);
    const Answer answer = layeredLayout(request);
    for (std::size_t i = 0; i < request.edges.size(); ++i) {
        const Edge& edge = request.edges[i];
        if (edge.isBack)
            continue;
        QVERIFY(answer.nodes[edge.from].x < answer.nodes[edge.to].x);
        QCOMPARE(answer.edges[i].size(), std::size_t {4});
        QVERIFY(answer.edges[i].front().x < answer.edges[i].back().x);
    }
}

void TestLayeredLayout::backEdgesRunAbove()
{
    const Request request {.nodes = {{80, 44, kNone}, {80, 44, kNone}},
                           .edges = {{0, 1, false}, {1, 0, true}, {1, 1, true}}};
    const Answer answer = layeredLayout(request);
    for (const Point& point : answer.edges[1])
        QVERIFY(point.y <= answer.nodes.front().y - 22);
    QVERIFY(answer.edges[2].empty()); // the view draws loops at one node
}

void TestLayeredLayout::agentsOneAfterAnotherStandSideBySide()
{
    const Request request {.clusters = {kNone, kNone},
                           .nodes = {{80, 44, 0}, {80, 44, 0}, {80, 44, 1}, {80, 44, 1}},
                           .edges = {{0, 1, false}, {1, 2, false}, {2, 3, false}}};
    const Answer answer = layeredLayout(request);
    QCOMPARE(answer.clusters[0].y, answer.clusters[1].y);
    QVERIFY(answer.clusters[0].x + answer.clusters[0].width < answer.clusters[1].x);
}

void TestLayeredLayout::everythingIsWithinTheBounds()
{
    const Request request = tests::teamRequest(4);
    const Answer answer = layeredLayout(request);
    for (const auto& curve : answer.edges) {
        for (const Point& point : curve)
            QVERIFY(point.x >= 0 && point.y >= 0 && point.x <= answer.width
                    && point.y <= answer.height);
    }
    for (const Box& box : answer.clusters)
        QVERIFY(box.x >= 0 && box.y >= 0 && box.x + box.width <= answer.width);
}

void TestLayeredLayout::sameRequestGivesSameAnswer()
{
    const Request request = tests::tangle(300, 900);
    QVERIFY(layeredLayout(request) == layeredLayout(request));
}

void TestLayeredLayout::strangeRequests()
{
    QVERIFY(layeredLayout({}).nodes.empty());
    // A frame without nodes, edges that lead backwards without saying so, the same edge twice.
    const Request request {.clusters = {kNone, 0, 0},
                           .nodes = {{80, 44, 1}, {80, 44, kNone}},
                           .edges = {{1, 0, false}, {0, 1, false}, {0, 1, false}, {0, 0, false}}};
    const Answer answer = layeredLayout(request);
    QCOMPARE(tests::misplaced(request, answer), std::string());
    QCOMPARE(answer.clusters[2].width, 0.0);
}

void TestLayeredLayout::twentyThousandNodesHaveTheirPlaces()
{
    // What grows with the square of the size does not come to its end here.
    const Request request = tests::tangle(20'000, 30'000);
    const Answer answer = layeredLayout(request);
    QCOMPARE(answer.nodes.size(), request.nodes.size());
    QCOMPARE(answer.edges.size(), request.edges.size());
    const Answer again = layeredLayout(request);
    for (std::size_t i = 0; i < answer.nodes.size(); ++i)
        QVERIFY(answer.nodes[i].x == again.nodes[i].x && answer.nodes[i].y == again.nodes[i].y);
}

QTEST_GUILESS_MAIN(TestLayeredLayout)
#include "tst_layered_layout.moc"
