#include "tests/support/test_paths.h"
#include "tracestore/query/query.h"
#include "tracestore/query/query_field.h"

#include <QTest>

#include <fstream>

using namespace tracestore;

class TestQueryParser : public QObject
{
    Q_OBJECT

private slots:
    void understands_data();
    void understands();
    void complains_data();
    void complains();
    void blankHitsAll();
    void canonicalTextParsesToItself();
    void depthAndSizeAreCapped();
    void longListsAreNoProblem();
    void searchedTextsAreThoseThatAreHit();
    void readmeListsTheFields();
};

void TestQueryParser::understands_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char* text, const char* canonical) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(canonical);
    };
    row("kind = tool", "kind = tool");
    row("KIND == Tool", "kind = Tool");
    row("kind=tool", "kind = tool");
    row("repeat(args)>=3", "repeat(args) >= 3");
    row("Repeat( TOOL ) = 2", "repeat(tool) = 2");
    row("exists repeat(args)", "exists repeat(args)");
    row("state.plan[0].status = done", "state.plan[0].status = done");
    row("repeat after me", "text contains \"repeat after me\"");
    row("status != error", "not status = error");
    row("name ~ \"sea.ch\"", "name ~ \"sea.ch\"");
    row("name !~ /Sea\\/rch/i", "not name ~ /Sea\\/rch/i");
    row("args.items[0].name = x", "args.items[0].name = x");
    row("args.items[-1] > 2", "args.items[-1] > 2");
    row("arguments.q contains 'a b'", "args.q contains \"a b\"");
    row("attr.\"gen_ai.request.model\" = x", "attr.\"gen_ai.request.model\" = x");
    row("attributes.gen_ai.system = openai", "attr.gen_ai.system = openai");
    row("result[*].id in (1, 2)", "result[*].id in (1, 2)");
    row("model not in (\"a\", b)", "not model in (\"a\", b)");
    row("exists cost and not exists error", "exists cost and not exists error");
    row("a = b", ""); // filled below: no such field
    row("refund", "text contains \"refund\"");
    row("refund policy", "text contains \"refund policy\"");
    row("\"refund policy\"", "text contains \"refund policy\"");
    row("refund not policy", "text contains \"refund\" and not text contains \"policy\"");
    row("what? http://a.b/c", "text contains \"what? http://a.b/c\"");
    row("kind = tool refund", "kind = tool and text contains \"refund\"");
    row("refund kind = tool", "text contains \"refund\" and kind = tool");
    row("refund or (kind = tool and x)",
        "text contains \"refund\" or (kind = tool and text contains \"x\")");
    row("kind = llm and kind = tool or status = ok", "(kind = llm and kind = tool) or status = ok");
    row("not not kind = tool", "kind = tool");
    row("not (kind = tool and x)", "not (kind = tool and text contains \"x\")");
    row("parent(kind = agent)", "parent(kind = agent)");
    row("session(status = error) ancestor(name = a)",
        "session(status = error) and ancestor(name = a)");
    row("session = abc", "session = abc");
    row("parent", "text contains \"parent\"");
    row("exists", "text contains \"exists\"");
    row("file contains virus", "text contains \"file contains virus\"");
    row("text contains virus", "text contains virus");
    row("message.role = user", "message.role = user");
    row("input[0].text contains x", "input[0].text contains x");
    row("input.count > 3", "input.count > 3");
    row("duration > 1.5s", "duration > 1.5s");
    row("duration < 1m30s", "duration < 1m30s");
    row("cost >= $0.05", "cost >= $0.05");
    row("start > 2026-02-08T17:28", "start > 2026-02-08T17:28");
    row("size > 2MB", "size > 2MB");
    row("tokens.in > 10k", "tokens.in > 10k");
    row("name = \"a\\\"b\"", "name = \"a\\\"b\"");
    row("it's", "text contains \"it's\"");
}

void TestQueryParser::understands()
{
    QFETCH(QString, text);
    QFETCH(QString, canonical);
    const ParsedQuery parsed = Query::parse(text.toStdString());
    if (canonical.isEmpty()) {
        QVERIFY(parsed.error.has_value());
        return;
    }
    QVERIFY2(parsed.query.has_value(), parsed.error ? parsed.error->message.c_str() : "");
    QCOMPARE(QString::fromStdString(parsed.query->canonicalText()), canonical);
    QCOMPARE(QString::fromStdString(parsed.query->text()), text);
}

void TestQueryParser::complains_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");
    const auto row
        = [](const char* text, int position, int length, const char* message, const char* hint) {
              QTest::newRow(text) << QString::fromUtf8(text) << position << length
                                  << QString::fromUtf8(message) << QString::fromUtf8(hint);
          };
    row("token.in > 4", 0, 8, "There is no field `token.in`.", "Did you mean `tokens.in`?");
    row("kind = tool and nmae = x", 16, 4, "There is no field `nmae`.", "Did you mean `name`?");
    row("kind = tol", 7, 3, "`kind` is never `tol`.", "Did you mean `tool`?");
    row("status = bad",
        9,
        3,
        "`status` is never `bad`.",
        "It is one of unknown, ok, error, cancelled, pending.");
    row("duration > 5", 11, 1, "`5` has no unit.", "Write `5s` or `5ms`.");
    row("duration > fast",
        11,
        4,
        "`fast` is no duration.",
        "Durations look like `200ms`, `1.5s`, `3m`, `1m30s`, `2h`.");
    row("duration ~ x",
        9,
        1,
        "`duration` is no text (duration).",
        "Compare it with =, !=, <, <=, > or >=.");
    row("name > x", 5, 1, "`name` has no order (text).", "Compare it with =, !=, ~ or contains.");
    row("tokens > many",
        9,
        4,
        "`many` is no number.",
        "Numbers look like `5`, `0.5`, `10k`, `2M`.");
    row("cost > 1x",
        7,
        2,
        "`1x` is no amount of money.",
        "Write it as `0.05`, `$0.05` or `0.05EUR`.");
    row("counted = maybe", 10, 5, "`maybe` is neither true nor false.", "Write `true` or `false`.");
    row("start > monday",
        8,
        6,
        "`monday` is no time.",
        "Times look like `2026-02-08`, `2026-02-08T17:28` or `2026-02-08T17:28:30Z`, in UTC where "
        "no zone is named.");
    row("kind =",
        6,
        0,
        "Behind `=` a value is missing.",
        "It is one of session, turn, agent, workflow, llm, tool, retrieval, embedding, memory, "
        "guardrail, evaluator, message, state_change, compaction, approval, plan, handoff, error, "
        "event, other.");
    row("kind = tool and",
        15,
        0,
        "Behind `and` a condition is missing.",
        "Write something like `kind = tool`, or a text to search for.");
    row("or kind = tool",
        0,
        2,
        "A condition is missing here.",
        "Write something like `kind = tool`, or a text to search for.");
    row("= tool",
        0,
        1,
        "A field is missing in front of `=`.",
        "Write something like `kind = tool`.");
    row("(kind = tool", 0, 1, "This bracket is not closed.", "Put a `)` behind what it encloses.");
    row("kind = tool)", 11, 1, "This bracket closes nothing.", "Take it away.");
    row("kind in (tool, llm",
        8,
        1,
        "This list is not closed.",
        "Put commas between its values and a `)` behind the last.");
    row("name = \"abc",
        7,
        4,
        "The text that begins here has no closing quote.",
        "Put a \" behind it.");
    row("name ~ /abc",
        7,
        4,
        "The regular expression that begins here has no closing slash.",
        "Put a / behind it.");
    row("name ~ /abc/x",
        12,
        1,
        "`x` are no flags of a regular expression.",
        "Flags are i (any case), m (lines) and s (dot is also a line feed).");
    row("name ~ \"(\"",
        7,
        3,
        "This is no regular expression: missing ): (.",
        "To find the text as it stands, write `contains`.");
    row("kind:tool",
        0,
        9,
        "A field is compared with `=`, not with a colon.",
        "Did you mean `kind = tool`? Put it into quotes to search for it as text.");
    row("above(kind = tool)",
        0,
        5,
        "There is no scope `above`.",
        "Scopes are parent(...), ancestor(...), child(...), descendant(...) and session(...). Put "
        "what you search for into quotes.");
    row("input.txt = a", 0, 9, "Messages have no `txt`.", "Did you mean `input.text`?");
    row("args[x] = a",
        0,
        7,
        "`args[x]` is no path. In brackets stands a number, `*` or a name in quotes.",
        "Paths look like `args.items[0].name`, `attr.\"a.b\"` or `result[*].id`.");
    row("args..b = a",
        0,
        7,
        "`args..b` is no path. A name is missing behind the dot.",
        "Paths look like `args.items[0].name`, `attr.\"a.b\"` or `result[*].id`.");
    row("zzzzzz = 1",
        0,
        6,
        "There is no field `zzzzzz`.",
        "Put it into quotes to search for it as text.");
}

void TestQueryParser::complains()
{
    QFETCH(QString, text);
    QFETCH(int, position);
    QFETCH(int, length);
    QFETCH(QString, message);
    QFETCH(QString, hint);
    const ParsedQuery parsed = Query::parse(text.toStdString());
    QVERIFY(!parsed.query.has_value());
    QVERIFY(parsed.error.has_value());
    QCOMPARE(QString::fromStdString(parsed.error->message), message);
    QCOMPARE(QString::fromStdString(parsed.error->hint), hint);
    QCOMPARE(static_cast<int>(parsed.error->position), position);
    QCOMPARE(static_cast<int>(parsed.error->length), length);
}

void TestQueryParser::blankHitsAll()
{
    for (const char* text : {"", "  ", "\t\n "}) {
        const ParsedQuery parsed = Query::parse(text);
        QVERIFY(parsed.query && parsed.query->isEmpty() && !parsed.query->needsPayloads());
    }
    QVERIFY(Query().isEmpty());
}

void TestQueryParser::canonicalTextParsesToItself()
{
    for (const char* text : {"a b or not (kind = tool and \"x \\\"y\\\\\" args.a[0].\"b.c\" > 2)",
                             "name ~ /a\\/b/im or name in (\"x\", 'y z') and parent(exists cost)",
                             "\"line\\nfeed\" and duration > 1m30s"}) {
        const ParsedQuery first = Query::parse(text);
        QVERIFY2(first.query.has_value(), text);
        const ParsedQuery again = Query::parse(first.query->canonicalText());
        QVERIFY2(again.query.has_value(), first.query->canonicalText().c_str());
        QCOMPARE(again.query->canonicalText(), first.query->canonicalText());
    }
}

void TestQueryParser::depthAndSizeAreCapped()
{
    const std::string deep = std::string(30'000, '(') + "x" + std::string(30'000, ')');
    const ParsedQuery tooDeep = Query::parse(deep);
    QVERIFY(tooDeep.error && tooDeep.error->message.find("64 levels") != std::string::npos);
    QCOMPARE(tooDeep.error->position, Query::kMaxDepth);
    const std::string fits = std::string(60, '(') + "x" + std::string(60, ')');
    QVERIFY(Query::parse(fits).query.has_value());

    const ParsedQuery tooLong = Query::parse(std::string(Query::kMaxLength + 1, 'x'));
    QVERIFY(tooLong.error && tooLong.error->message.find("64 kB") != std::string::npos);

    std::string nots;
    for (int i = 0; i < 10'000; ++i)
        nots += "not ";
    QVERIFY(Query::parse(nots + "x").query.has_value());
}

void TestQueryParser::longListsAreNoProblem()
{
    std::string text = "kind = tool";
    for (int i = 0; i < 900; ++i)
        text += " or kind = llm";
    QVERIFY(Query::parse(text).query.has_value());
    for (int i = 0; i < 200; ++i)
        text += " or kind = llm";
    const ParsedQuery parsed = Query::parse(text);
    QVERIFY(parsed.error && parsed.error->message.find("1000 terms") != std::string::npos);
}

void TestQueryParser::searchedTextsAreThoseThatAreHit()
{
    const auto texts = [](const char* text) { return Query::parse(text).query->searchedTexts(); };
    QCOMPARE(texts("a b and (c or not d) and parent(e)"), (std::vector<std::string> {"a b", "c"}));
    QCOMPARE(texts("kind = tool and (x or \"y\")"), (std::vector<std::string> {"x", "y"}));
    QCOMPARE(texts("name contains x"), std::vector<std::string> {});
}

void TestQueryParser::readmeListsTheFields()
{
    const auto root = (tests::dataDir() / "../..").lexically_normal();
    std::ifstream readme(root / "tracestore/query/README.md");
    QVERIFY(readme.is_open());
    std::string line;
    std::vector<std::string> listed;
    while (std::getline(readme, line)) {
        if (line.starts_with("| `"))
            listed.push_back(line);
    }
    std::vector<std::string> wanted;
    for (const QueryField& field : queryFields()) {
        const std::string alias = field.alias.empty() ? "" : ", `" + std::string(field.alias) + '`';
        wanted.push_back("| `" + std::string(field.name) + '`' + alias + " | "
                         + std::string(toWord(field.type)) + " | "
                         + (field.isPayload ? "payload" : "column") + " | "
                         + std::string(field.description) + " |");
    }
    QCOMPARE(listed, wanted);
}

QTEST_GUILESS_MAIN(TestQueryParser)
#include "tst_query_parser.moc"
