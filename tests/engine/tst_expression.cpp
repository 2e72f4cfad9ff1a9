#include "engine/breakpoint/breakpoint_set.h"
#include "engine/breakpoint/expression.h"
#include "tests/support/opened.h"
#include "tests/support/stop_points.h"
#include "tracestore/query/query_subject.h"

#include <QTest>

using namespace engine;

class TestExpression : public QObject
{
    Q_OBJECT

private slots:
    void bareWordsAreNoExpression_data();
    void bareWordsAreNoExpression();
    void values_data();
    void values();
    void outcomes_data();
    void outcomes();
    void templates_data();
    void templates();
    void mistakesAreTold_data();
    void mistakesAreTold();
    void savedStepsAnswerToo();
    void statesAreNoticed();
};

namespace {

std::string evaluated(const QString& text, tracestore::QuerySubject& subject)
{
    const auto expression = Expression::parse(text.toStdString());
    if (!expression)
        return "! " + expression.error().message;
    return expression->evaluate(subject).value_or("?");
}

} // namespace

void TestExpression::values_data()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("value");
    // Before a call of the model `m`: "Be brief.", then "How far?".
    QTest::newRow("kind") << "kind"
                          << "\"llm\"";
    QTest::newRow("model") << "model"
                           << "\"m\"";
    QTest::newRow("provider") << "provider"
                              << "\"p\"";
    QTest::newRow("agent") << "agent"
                           << "\"main\"";
    QTest::newRow("run") << "session"
                         << "\"run\"";
    QTest::newRow("id") << "id"
                        << "\"main:1.1.1\"";
    QTest::newRow("parameter") << "param.temperature"
                               << "0.5";
    QTest::newRow("parameters") << "param"
                                << "{\"temperature\":0.5}";
    QTest::newRow("first message") << "input[0].text"
                                   << "\"Be brief.\"";
    QTest::newRow("last message") << "input[-1].text"
                                  << "\"How far?\"";
    QTest::newRow("role") << "input[0].role"
                          << "\"system\"";
    QTest::newRow("all messages") << "input.text"
                                  << "[\"Be brief.\",\"How far?\"]";
    QTest::newRow("how many") << "input.count"
                              << "2";
    QTest::newRow("beyond the end") << "input[2].text"
                                    << "?";
    QTest::newRow("no tool") << "tool"
                             << "?";
    QTest::newRow("no arguments") << "args"
                                  << "?";
    QTest::newRow("state") << "state.n"
                           << "7";
    QTest::newRow("all of the state") << "state"
                                      << "{\"n\":7}";
    QTest::newRow("nothing of the state") << "state.m"
                                          << "?";
    QTest::newRow("no outcome yet") << "output[-1].text"
                                    << "?";
    QTest::newRow("true") << "input[-1].text contains far"
                          << "true";
    QTest::newRow("false") << "input.count > 2"
                           << "false";
    QTest::newRow("unknown") << "status = ok"
                             << "?";
    QTest::newRow("one is enough") << "status = ok or kind = llm"
                                   << "true";
    QTest::newRow("attempt") << "attempt"
                             << "1";
}

void TestExpression::values()
{
    QFETCH(QString, expression);
    QFETCH(QString, value);
    tests::PointMaker point = tests::modelPoint("How far?");
    point.point.effect = &point.effect;
    const nlohmann::json state {{"n", 7}};
    point.point.state = &state;
    const auto subject = subjectOf(point.point);
    QCOMPARE(evaluated(expression, *subject), value.toStdString());
}

void TestExpression::outcomes_data()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("value");
    QTest::newRow("status") << "status"
                            << "\"error\"";
    QTest::newRow("result") << "result.code"
                            << "503";
    QTest::newRow("result as it is") << "result"
                                     << "{\"code\":503}";
    QTest::newRow("error") << "error"
                           << "\"Down.\"";
    QTest::newRow("type") << "error.type"
                          << "\"http_503\"";
    QTest::newRow("cost") << "cost"
                          << "0.25";
    QTest::newRow("dollars") << "cost > $0.2"
                             << "true";
    QTest::newRow("other money") << "cost > 0.2EUR"
                                 << "?";
    QTest::newRow("tokens") << "tokens"
                            << "12";
    QTest::newRow("time") << "duration"
                          << "1500000000";
    QTest::newRow("longer") << "duration > 1s"
                            << "true";
    QTest::newRow("shorter") << "duration < 1s"
                             << "false";
    QTest::newRow("size") << "size.result"
                          << "12";
    QTest::newRow("numbers of the decision") << "attr.details.delay_ms"
                                             << "500";
    QTest::newRow("who decided") << "attr.policy = retry"
                                 << "true";
}

void TestExpression::outcomes()
{
    QFETCH(QString, expression);
    QFETCH(QString, value);
    tests::PointMaker point = tests::toolPoint("t", "{}");
    point.point.effect = &point.effect;
    Outcome outcome = failedOutcome(OutcomeStatus::Error, "http_503", "Down.");
    outcome.text = R"({"code":503})";
    outcome.cost = tracestore::Cost {0.25, "USD", {}};
    outcome.spent.emplace().input = 12;
    point.point.begin = tracestore::Timestamp {1'000'000'000};
    outcome.end = tracestore::Timestamp {2'500'000'000};
    point.point.outcome = &outcome;
    const tracestore::DecisionMade decision {"retry", "wait", "Again.", R"({"delay_ms":500})"};
    point.point.decision = &decision;
    const auto subject = subjectOf(point.point);
    QCOMPARE(evaluated(expression, *subject), value.toStdString());
}

void TestExpression::templates_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("filled");
    QTest::newRow("plain") << "Here."
                           << "Here.";
    QTest::newRow("nothing") << ""
                             << "";
    QTest::newRow("values") << "{tool} gets {args.amount} of {args}"
                            << "refund gets 890 of {\"amount\":890,\"who\":\"Zo\u00EB\"}";
    QTest::newRow("texts have no quotes") << "for {args.who}"
                                          << "for Zo\u00EB";
    QTest::newRow("unknown") << "{args.price}!"
                             << "?!";
    QTest::newRow("query") << "much: {args.amount > 500}"
                           << "much: true";
    QTest::newRow("brackets") << "{{tool}} is {tool}"
                              << "{tool} is refund";
    QTest::newRow("lone closing bracket") << "a } b"
                                          << "a } b";
}

void TestExpression::templates()
{
    QFETCH(QString, text);
    QFETCH(QString, filled);
    tests::PointMaker point = tests::toolPoint("refund", "{\"amount\":890,\"who\":\"Zo\u00EB\"}");
    point.point.effect = &point.effect;
    const auto made = TextTemplate::parse(text.toStdString());
    QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
    QCOMPARE(made->fill(*subjectOf(point.point)), filled.toStdString());
}

void TestExpression::mistakesAreTold_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("said");
    QTest::newRow("nothing") << " "
                             << "nothing to evaluate";
    QTest::newRow("field") << "arg.amount"
                           << "no field `arg.amount`";
    QTest::newRow("close field") << "stats"
                                 << "Did you mean `status`?";
    QTest::newRow("path") << "args.items[x]"
                          << "is no path";
    QTest::newRow("query") << "args.amount >"
                           << "a value is missing";
    QTest::newRow("regex") << "args.x ~ /(/"
                           << "regular expression";
}

void TestExpression::mistakesAreTold()
{
    QFETCH(QString, text);
    QFETCH(QString, said);
    for (const bool isTemplate : {false, true}) {
        const auto problem = [&]() -> std::string {
            if (!isTemplate) {
                const auto made = Expression::parse(text.toStdString());
                return made ? "" : made.error().message;
            }
            const auto made = TextTemplate::parse('{' + text.toStdString() + '}');
            return made ? "" : made.error().message;
        }();
        QVERIFY2(QString::fromStdString(problem).contains(said), problem.c_str());
    }
    QVERIFY(!TextTemplate::parse("a {tool"));
}

void TestExpression::savedStepsAnswerToo()
{
    tests::TestFolder folder;
    const auto opened = folder.open(
        R"([{"role":"user","content":"Hi"},)"
        R"({"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function",)"
        R"("function":{"name":"refund","arguments":"{\"amount\":890}"}}]},)"
        R"({"role":"tool","tool_call_id":"c1","content":"{\"status\":\"paid\"}"}])");
    QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
    const tracestore::Trace& trace = **opened;
    bool isFound = false;
    for (const tracestore::SpanId span : trace.preOrder()) {
        if (trace.kind(span) != tracestore::SpanKind::Tool)
            continue;
        isFound = true;
        const auto detail = trace.payloads().detail(span);
        QVERIFY(detail.has_value());
        const auto subject = subjectOf(trace, span, &*detail);
        QCOMPARE(evaluated(QStringLiteral("tool"), *subject), std::string("\"refund\""));
        QCOMPARE(evaluated(QStringLiteral("args.amount"), *subject), std::string("890"));
        QCOMPARE(evaluated(QStringLiteral("result.status"), *subject), std::string("\"paid\""));
        QCOMPARE(evaluated(QStringLiteral("repeat(args) = 1"), *subject), std::string("true"));
        QCOMPARE(evaluated(QStringLiteral("state.x"), *subject), std::string("?"));
        QCOMPARE(evaluated(QStringLiteral("session(kind = tool)"), *subject), std::string("true"));
        const auto without = subjectOf(trace, span, nullptr);
        QCOMPARE(evaluated(QStringLiteral("args.amount"), *without), std::string("?"));
        QCOMPARE(evaluated(QStringLiteral("args.amount = 890"), *without), std::string("?"));
        QCOMPARE(evaluated(QStringLiteral("tool"), *without), std::string("\"refund\""));
    }
    QVERIFY(isFound);
}

void TestExpression::statesAreNoticed()
{
    using tracestore::FieldId;
    QVERIFY(Expression::parse("state.x")->asksFor(FieldId::State));
    QVERIFY(Expression::parse("kind = tool and not state.x = 1")->asksFor(FieldId::State));
    QVERIFY(!Expression::parse("args.state")->asksFor(FieldId::State));
    QVERIFY(TextTemplate::parse("a {state.x} b")->asksFor(FieldId::State));
    QVERIFY(!TextTemplate::parse("a {tool} b")->asksFor(FieldId::State));
}

void TestExpression::bareWordsAreNoExpression_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"nonsense.foo +", "1 + 2", "args.sql contains", "refund please"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

/// In the search box they search all text; here they would be false for ever, and nobody knew why.
void TestExpression::bareWordsAreNoExpression()
{
    QFETCH(QString, text);
    QVERIFY(!engine::Expression::parse(text.toStdString()));
    engine::Breakpoint breakpoint;
    breakpoint.condition = text.toStdString();
    QVERIFY(engine::problemOf(breakpoint).has_value());
    breakpoint.condition = "text contains refund";
    QVERIFY(!engine::problemOf(breakpoint).has_value());
}

QTEST_GUILESS_MAIN(TestExpression)
#include "tst_expression.moc"
