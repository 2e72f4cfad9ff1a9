#include "gui/graph/layout_process/layout_protocol.h"

#include <QTest>

#include <cmath>

using namespace gui::layout;

namespace {

Request sample()
{
    return {.id = 7,
            .nodeGap = 20,
            .rankGap = 40.5,
            .clusterMargin = 12,
            .clusters = {kNone, 0},
            .nodes = {{80, 40, kNone}, {100, 44, 1}, {60, 44, 0}},
            .edges = {{0, 1, false}, {1, 2, false}, {2, 0, true}}};
}

Answer sampleAnswer()
{
    return {.id = 7,
            .width = 300,
            .height = 90,
            .nodes = {{40, 20}, {140, 20}, {240, 60}},
            .clusters = {{80, 0, 220, 90}, {90, 5, 100, 50}},
            .edges = {{{80, 20}, {85, 20}, {88, 20}, {90, 20}}, {}, {}}};
}

std::string bodyOf(const std::string& frame)
{
    return frame.substr(kHeaderSize);
}

Status statusOf(const Request& request)
{
    return decodeRequest(bodyOf(encode(request))).status;
}

} // namespace

class TestLayoutProtocol : public QObject
{
    Q_OBJECT

private slots:
    void requestComesBackAsItWas();
    void answerComesBackAsItWas();
    void headerTellsTheLength();
    void wrongHeaderIsRefused();
    void requestCutAnywhereIsRefused();
    void answerCutAnywhereIsRefused();
    void impossibleRequests();
    void hugeCountsCostNothing();
    void tooManyNodesAreTooLarge();
    void answerMustFitTheRequest();
    void absurdNumbersAreRefused();
};

void TestLayoutProtocol::requestComesBackAsItWas()
{
    const DecodedRequest decoded = decodeRequest(bodyOf(encode(sample())));
    QCOMPARE(decoded.status, Status::Ok);
    QVERIFY(decoded.request == sample());
}

void TestLayoutProtocol::answerComesBackAsItWas()
{
    const auto decoded = decodeAnswer(bodyOf(encode(sampleAnswer())), sample());
    QVERIFY(decoded);
    QVERIFY(*decoded == sampleAnswer());
    const Answer failed {.id = 3, .status = Status::Failed};
    QVERIFY(decodeAnswer(bodyOf(encode(failed)), sample()) == failed);
}

void TestLayoutProtocol::headerTellsTheLength()
{
    const std::string frame = encode(sample());
    const FrameHeader header = decodeHeader(frame);
    QCOMPARE(header.status, Status::Ok);
    QCOMPARE(std::size_t {header.bodySize}, frame.size() - kHeaderSize);
}

void TestLayoutProtocol::wrongHeaderIsRefused()
{
    QCOMPARE(decodeHeader("KYL2\1\0\0\0").status, Status::BadFrame);
    QCOMPARE(decodeHeader("KYL1").status, Status::BadFrame);
    QCOMPARE(decodeHeader("KYL1\xff\xff\xff\xff").status, Status::TooLarge);
}

void TestLayoutProtocol::requestCutAnywhereIsRefused()
{
    const std::string body = bodyOf(encode(sample()));
    for (std::size_t length = 0; length < body.size(); ++length)
        QCOMPARE(decodeRequest(std::string_view(body).substr(0, length)).status,
                 Status::BadRequest);
    QCOMPARE(decodeRequest(body + '\0').status, Status::BadRequest);
}

void TestLayoutProtocol::answerCutAnywhereIsRefused()
{
    const std::string body = bodyOf(encode(sampleAnswer()));
    for (std::size_t length = 0; length < body.size(); ++length)
        QVERIFY(!decodeAnswer(std::string_view(body).substr(0, length), sample()));
    QVERIFY(!decodeAnswer(body + '\0', sample()));
}

void TestLayoutProtocol::impossibleRequests()
{
    Request request = sample();
    request.edges.front().to = 3;
    QCOMPARE(statusOf(request), Status::BadRequest);
    request = sample();
    request.nodes.front().cluster = 2;
    QCOMPARE(statusOf(request), Status::BadRequest);
    request = sample();
    request.clusters = {0, kNone}; // its own parent
    QCOMPARE(statusOf(request), Status::BadRequest);
    request = sample();
    request.nodes.front().width = 0;
    QCOMPARE(statusOf(request), Status::BadRequest);
    request = sample();
    request.clusters.clear();
    for (std::uint32_t i = 0; i <= kMaxClusterDepth; ++i)
        request.clusters.push_back(i == 0 ? kNone : i - 1);
    QCOMPARE(statusOf(request), Status::BadRequest);
}

void TestLayoutProtocol::hugeCountsCostNothing()
{
    std::string body = bodyOf(encode(Request {}));
    // The numbers of clusters, nodes and edges stand at the end of an empty request.
    for (std::size_t place = body.size() - 12; place < body.size(); place += 4) {
        std::string broken = body;
        broken.replace(place, 4, "\xff\xff\xff\xff");
        QCOMPARE(decodeRequest(broken).status, Status::BadRequest);
    }
}

void TestLayoutProtocol::tooManyNodesAreTooLarge()
{
    Request request;
    request.nodes.assign(kMaxNodes, {10, 10, kNone});
    QCOMPARE(statusOf(request), Status::Ok);
    request.nodes.push_back({10, 10, kNone});
    QCOMPARE(statusOf(request), Status::TooLarge);
}

void TestLayoutProtocol::answerMustFitTheRequest()
{
    Answer answer = sampleAnswer();
    answer.nodes.pop_back();
    QVERIFY(!decodeAnswer(bodyOf(encode(answer)), sample()));
    answer = sampleAnswer();
    answer.edges.front().pop_back(); // no whole curve
    QVERIFY(!decodeAnswer(bodyOf(encode(answer)), sample()));
}

void TestLayoutProtocol::absurdNumbersAreRefused()
{
    for (const double absurd : {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e300}) {
        Request request = sample();
        request.nodes.front().width = absurd;
        QCOMPARE(statusOf(request), Status::BadRequest);
        Answer answer = sampleAnswer();
        answer.nodes.front().x = absurd;
        QVERIFY(!decodeAnswer(bodyOf(encode(answer)), sample()));
    }
}

QTEST_GUILESS_MAIN(TestLayoutProtocol)
#include "tst_layout_protocol.moc"
