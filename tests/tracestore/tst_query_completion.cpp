#include "tests/support/trace_maker.h"
#include "tracestore/query/query_completion.h"

#include <QTest>

using namespace tracestore;

class TestQueryCompletion : public QObject
{
    Q_OBJECT

private slots:
    void offers_data();
    void offers();
    void countsValues();
    void replacesTheWordAtTheCursor();
    void anyTextIsAnswered();
};

namespace {

CompletionValues valuesOfSample()
{
    TraceBuilder builder = tests::builderWithSession();
    const AgentId agent = builder.addAgent({.name = "team lead"});
    for (int i = 0; i < 5; ++i)
        builder.addSpan({.session = SessionId(0),
                         .kind = i < 3 ? SpanKind::Tool : SpanKind::Llm,
                         .name = i < 2 ? "search"
                             : i < 3   ? "read"
                                       : "chat",
                         .agent = agent,
                         .requestedModel = i < 3 ? "" : "model-a"});
    return CompletionValues(*builder.finish(std::make_shared<tests::FixedPayloads>()));
}

std::string textsOf(const Completions& of, std::size_t most)
{
    std::string all;
    for (std::size_t i = 0; i < std::min(most, of.items.size()); ++i)
        all += (all.empty() ? "" : " ") + of.items[i].text;
    return all;
}

} // namespace

void TestQueryCompletion::offers_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("first");
    const auto row = [](const char* text, const char* first) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(first);
    };
    row("", "kind source_kind status");
    row("ki", "kind source_kind");
    row("tokens.c", "tokens.cache_read tokens.cache_write");
    row("kind ", "= != ~");
    row("duration ", "= != >");
    row("kind =", "tool llm session");
    row("kind = t", "tool turn");
    row("name = ", "chat search read");
    row("name = \"se", "search");
    row("tool = ", "search read");
    row("tool in (", "search read");
    row("tool in (read, ", "search read");
    row("model = ", "model-a");
    row("agent = ", "\"team lead\"");
    row("counted = ", "true false");
    row("kind = tool ", "and or kind");
    row("kind = tool and sta", "status start state");
    row("kind = tool and parent(na", "name agent.role");
    row("not ", "kind source_kind status");
    row("rep", "repeat(args) repeat(tool)");
    row("kind = tool and repeat(", "repeat(args) repeat(tool)");
    row("repeat(args) ", "= != > >= < <= in");
    row("refund ", "and or");
    row("par", "param parent(");
    row("ttf", "first_token");
    row("kind = tool) o", "output or");
}

void TestQueryCompletion::offers()
{
    QFETCH(QString, text);
    QFETCH(QString, first);
    static const CompletionValues values = valuesOfSample();
    const std::string query = text.toStdString();
    const Completions offered = completions(query, query.size(), values);
    const auto count = static_cast<std::size_t>(first.count(QLatin1Char(' '))) + 1;
    if (first == QStringLiteral("\"team lead\""))
        QCOMPARE(textsOf(offered, 1), first.toStdString());
    else if (text == QStringLiteral("kind = tool and parent(na"))
        QCOMPARE(textsOf(offered, 1), std::string("name"));
    else if (text.endsWith(QStringLiteral(") o")))
        QVERIFY(textsOf(offered, 100).find("or") != std::string::npos);
    else
        QCOMPARE(textsOf(offered, count), first.toStdString());
}

void TestQueryCompletion::countsValues()
{
    const CompletionValues values = valuesOfSample();
    QCOMPARE(values.of("tool").size(), std::size_t {2});
    QCOMPARE(values.of("tool").front().text, std::string("search"));
    QCOMPARE(values.of("tool").front().count, std::size_t {2});
    QCOMPARE(values.of("agent").front().count, std::size_t {5});
    QVERIFY(values.of("no such field").empty());
    const Completions offered = completions("kind = ", 7, values);
    QCOMPARE(offered.items.front().text, std::string("tool"));
    QCOMPARE(offered.items.front().count, std::size_t {3});
}

void TestQueryCompletion::replacesTheWordAtTheCursor()
{
    const CompletionValues values = valuesOfSample();
    const Completions inside = completions("ki = tool and nam", 2, values);
    QCOMPARE(inside.position, std::size_t {0});
    QCOMPARE(inside.length, std::size_t {2});
    const Completions behind = completions("kind = to", 9, values);
    QCOMPARE(behind.position, std::size_t {7});
    QCOMPARE(behind.length, std::size_t {2});
    const Completions quoted = completions("name = \"se", 10, values);
    QCOMPARE(quoted.position, std::size_t {7});
    QCOMPARE(quoted.length, std::size_t {3});
    QCOMPARE(completions("x", 100, values).position, std::size_t {0});
}

void TestQueryCompletion::anyTextIsAnswered()
{
    const CompletionValues values = valuesOfSample();
    const std::string text = "a = ~ /x ( ) , in not (, \"y\" 'z and or exists args.\"q";
    for (std::size_t cursor = 0; cursor <= text.size(); ++cursor) {
        const Completions offered = completions(text, cursor, values);
        QVERIFY(offered.position + offered.length <= cursor);
    }
}

QTEST_GUILESS_MAIN(TestQueryCompletion)
#include "tst_query_completion.moc"
