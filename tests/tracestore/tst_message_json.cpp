#include "tests/support/format_checks.h"
#include "tracestore/base/json_io.h"
#include "tracestore/import/messages/message_json.h"

#include <nlohmann/json.hpp>

using namespace tracestore;
using namespace tests;
using namespace Qt::StringLiterals;

/// Messages as chat APIs and logs write them.
class TestMessageJson : public QObject
{
    Q_OBJECT

private slots:
    void shapesAreTold_data();
    void shapesAreTold();
};

void TestMessageJson::shapesAreTold_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("messages");
    QTest::newRow("text") << uR"({"role":"user","content":"Hi"})"_s << u"user: Hi"_s;
    QTest::newRow("chat call")
        << uR"({"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]})"_s
        << u"assistant: call f c1"_s;
    QTest::newRow("chat result") << uR"({"role":"tool","tool_call_id":"c1","content":"ok"})"_s
                                 << u"tool: result c1"_s;
    QTest::newRow("ShareGPT")
        << uR"([{"from":"human","value":"Hi"},{"from":"gpt","value":"Hello"}])"_s
        << u"user: Hi | assistant: Hello"_s;
    QTest::newRow("ShareGPT call")
        << uR"({"from":"function_call","value":"{\"name\":\"f\",\"arguments\":{}}"})"_s
        << u"assistant: call f "_s;
    QTest::newRow("ShareGPT call that is none")
        << uR"x({"from":"function_call","value":"f()"})x"_s << u"assistant: f()"_s;
    QTest::newRow("ShareGPT result")
        << uR"({"from":"observation","value":"ok"})"_s << u"tool: result "_s;
    QTest::newRow("Inspect call")
        << uR"({"role":"assistant","content":[{"type":"reasoning","reasoning":"r","signature":"s"}],"tool_calls":[{"id":"c1","function":"f","arguments":{}}]})"_s
        << u"assistant: thought call f c1"_s;
    QTest::newRow("Inspect, redacted")
        << uR"({"role":"assistant","content":[{"type":"reasoning","reasoning":"x","redacted":true}]})"_s
        << u"assistant: hidden"_s;
    QTest::newRow("Inspect media")
        << uR"({"role":"user","content":[{"type":"audio","audio":"data:audio/mp3;base64,AA","format":"mp3"},{"type":"video","video":"https://example.org/v"},{"type":"document","document":"https://example.org/d"}]})"_s
        << u"user: media audio/mp3 media https://example.org/v media https://example.org/d"_s;
}

void TestMessageJson::shapesAreTold()
{
    QFETCH(QString, json);
    QFETCH(QString, messages);
    const auto value = parseJson(json.toStdString());
    QVERIFY(value);
    QCOMPARE(QString::fromStdString(outline(messagesOf(*value, Role::User))), messages);
}

QTEST_GUILESS_MAIN(TestMessageJson)
#include "tst_message_json.moc"
