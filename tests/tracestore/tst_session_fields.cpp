#include "tests/support/trace_maker.h"
#include "tracestore/query/query_engine.h"
#include "tracestore/recording/run_trace.h"

#include <QTest>

using namespace tracestore;

/// Fields that say what was before a step, over a recording and over a trace with retries.
class TestSessionFields : public QObject
{
    Q_OBJECT

private slots:
    void recordingsTellAll_data();
    void recordingsTellAll();
    void damagedStatesAreUnknown();
    void costsOfTwoCurrenciesAreUnknown();
    void manySpansCostOnePass();
};

namespace {

/// Events of a run: a model that is tried twice, three searches, the state after each.
class RunOfEvents
{
public:
    void add(const std::string& effect, RunFact fact)
    {
        RunEvent event;
        event.number = ++m_number;
        event.time = {m_number * 1'000'000'000};
        event.agent = "main";
        event.effect = effect;
        event.fact = std::move(fact);
        trace.add(event);
    }

    void call(const std::string& effect, EffectKind kind, const std::string& name, bool isOk)
    {
        EffectWanted wanted;
        wanted.kind = kind;
        wanted.name = name;
        wanted.arguments = kind == EffectKind::Tool ? R"({"q":"x"})" : "";
        add(effect, wanted);
        EffectEnded ended;
        ended.status = isOk ? OutcomeStatus::Ok : OutcomeStatus::Error;
        ended.cost = Cost {0.25, "USD", {}};
        add(effect, ended);
    }

    RunTrace trace {"run"};

private:
    std::int64_t m_number = 0;
};

TracePtr recording()
{
    RunOfEvents run;
    run.add({}, AgentStarted {"main", {}, "react"});
    run.call("main:1.1.1", EffectKind::Model, "m", false);
    run.call("main:1.1.2", EffectKind::Model, "m", true);
    run.add({}, StateChanged {R"({"n":1,"list":[1]})", true, {}});
    for (int i = 2; i <= 4; ++i) {
        const std::string number = std::to_string(i);
        run.call("main:" + number + ".1.1", EffectKind::Tool, i == 3 ? "read" : "search", true);
        run.add(
            {},
            StateChanged {R"([{"op":"replace","path":"/n","value":)" + number + "}]", false, {}});
    }
    return run.trace.snapshot();
}

std::string hitsOf(const Trace& trace, const std::string& query)
{
    const auto parsed = Query::parse(query);
    if (!parsed.query)
        return parsed.error->message;
    Job job;
    std::string all;
    const auto spans = spansOf(*parsed.query, trace, job);
    for (const SpanId span : *spans)
        all += std::string(all.empty() ? "" : " ") + std::string(trace.origId(span));
    return all;
}

} // namespace

void TestSessionFields::recordingsTellAll_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("hits");
    const auto row
        = [](const char* query, const char* hits) { QTest::newRow(query) << query << hits; };
    row("turn = 1", "main:1.1.1 main:1.1.1 main:1.1.2 main:2.1.1 main:3.1.1 main:4.1.1");
    row("turn > 1", "");
    row("attempt = 2", "main:1.1.2");
    row("kind = tool and attempt = 1", "main:2.1.1 main:3.1.1 main:4.1.1");
    row("repeat(args) = 2", "main:4.1.1");
    row("repeat(tool) > 1", "");
    row("calls.session = 2", "main:2.1.1");
    row("kind = tool and errors.session = 1", "main:2.1.1 main:3.1.1 main:4.1.1");
    row("kind = tool and cost.session > 0.8", "main:3.1.1 main:4.1.1");
    row("state.n = 1", "main:2.1.1");
    row("state.n > 1", "main:3.1.1 main:4.1.1");
    row("state.list[0] = 1 and tool = read", "main:3.1.1");
    row("kind = llm and exists state", "");
    row("kind = tool and state contains list", "main:2.1.1 main:3.1.1 main:4.1.1");
}

void TestSessionFields::recordingsTellAll()
{
    QFETCH(QString, query);
    QFETCH(QString, hits);
    const TracePtr trace = recording();
    QCOMPARE(hitsOf(*trace, query.toStdString()), hits.toStdString());
    // Asked of one step alone.
    const auto parsed = Query::parse(query.toStdString());
    std::string single;
    for (const SpanId span : trace->preOrder()) {
        const auto detail = trace->payloads().detail(span);
        if (evaluateQuery(*parsed.query, *trace, span, &*detail) == Truth::True)
            single += std::string(single.empty() ? "" : " ") + std::string(trace->origId(span));
    }
    QCOMPARE(single, hits.toStdString());
}

void TestSessionFields::damagedStatesAreUnknown()
{
    for (const char* patch : {R"([{"op":"replace","path":"/none/x","value":1}])",
                              R"([{"op":"fly"}])",
                              "no JSON",
                              R"({"n":1})",
                              "7"}) {
        RunOfEvents run;
        run.add({}, AgentStarted {"main", {}, "react"});
        run.add({}, StateChanged {R"({"n":1})", true, {}});
        run.call("main:1.1.1", EffectKind::Tool, "a", true);
        run.add({}, StateChanged {patch, false, {}});
        run.call("main:2.1.1", EffectKind::Tool, "a", true);
        run.add({}, StateChanged {R"([{"op":"add","path":"/m","value":1}])", false, {}});
        run.call("main:3.1.1", EffectKind::Tool, "a", true);
        run.add({}, StateChanged {R"({"n":1})", true, {}});
        run.call("main:4.1.1", EffectKind::Tool, "a", true);
        const TracePtr trace = run.trace.snapshot();
        QCOMPARE(hitsOf(*trace, "state.n = 1"), std::string("main:1.1.1 main:4.1.1"));
    }
}

void TestSessionFields::costsOfTwoCurrenciesAreUnknown()
{
    TraceBuilder builder = tests::builderWithSession();
    for (const char* currency : {"USD", "EUR"})
        builder.addSpan({.session = SessionId(0),
                         .kind = SpanKind::Llm,
                         .name = "chat",
                         .origId = currency,
                         .cost = Cost {1, currency, {}}});
    const TracePtr trace = builder.finish(std::make_shared<tests::FixedPayloads>());
    QCOMPARE(hitsOf(*trace, "exists cost.session"), std::string());
    QCOMPARE(hitsOf(*trace, "cost = 1EUR"), std::string("EUR"));
}

void TestSessionFields::manySpansCostOnePass()
{
    // With a pass for each span this would take hours.
    const TracePtr trace = tests::makeAgentTrace(50'000);
    Job job;
    const auto query = Query::parse("errors.session > 3 and calls.session < 100 and turn = 1 "
                                    "or repeat(tool) > 100000 or repeat(args) = 2")
                           .query.value();
    const auto spans = spansOf(query, *trace, job);
    QVERIFY(spans.has_value());
    QVERIFY(!spans->empty());
}

QTEST_GUILESS_MAIN(TestSessionFields)
#include "tst_session_fields.moc"
