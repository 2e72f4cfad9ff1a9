#include "engine/tool/ending_tool.h"
#include "engine/tool/tool_box.h"
#include "tests/support/tool_runs.h"

#include <nlohmann/json.hpp>

#include <QTest>
#include <QTimer>

using namespace engine;
using tests::ToolRun;

namespace {

/// Answers as its arguments say: `text`, after `ms`; never where `hangs`.
class TestTool : public Tool
{
public:
    explicit TestTool(const char* name)
    {
        m_info.definition.name = name;
        m_info.definition.description = "A tool for tests.";
        m_info.definition.inputSchema = R"({"type":"object","properties":{
            "text":{"type":"string"},"ms":{"type":"integer"},"key":{"type":"string"},
            "fails":{"type":"boolean"}},"required":["key"]})";
    }

    [[nodiscard]] const ToolInfo& info() const override { return m_info; }

    std::unique_ptr<RunningTool> start(const ToolCall& call, ToolHandlers handlers) override
    {
        class Run : public EndingTool
        {
        public:
            Run(TestTool& tool, const nlohmann::json& args, ToolHandlers hears)
                : EndingTool(std::move(hears))
                , m_tool(tool)
            {
                tellProgress("key " + args.value("key", ""));
                m_timer.setSingleShot(true);
                QObject::connect(&m_timer, &QTimer::timeout, context(), [this, args] {
                    --m_tool.running;
                    const std::string text = args.value(m_tool.tellsKey ? "key" : "text", "");
                    end(args.value("fails", false) ? toolError("odd", "failed with " + text)
                                                   : textOutcome(text));
                });
                m_timer.start(args.value("ms", 0));
                ++m_tool.running;
                m_tool.most = std::max(m_tool.most, m_tool.running);
            }

            void cancel() override
            {
                if (!m_tool.isDeaf)
                    EndingTool::cancel();
            }

        private:
            TestTool& m_tool;
            QTimer m_timer;
        };

        lastArguments = call.arguments;
        return std::make_unique<Run>(
            *this, nlohmann::json::parse(call.arguments), std::move(handlers));
    }

    ToolInfo m_info;
    std::string lastArguments;
    int running = 0;
    int most = 0; ///< that ran at once
    bool isDeaf = false; ///< to cancel()
    bool tellsKey = false;
};

/// A box with one tool `work`.
struct Fixture
{
    explicit Fixture(ToolRules rules = {})
        : box(locks, [this](const std::string& variable) -> std::optional<std::string> {
            return variable == "SHOP_KEY" ? std::optional(secret) : std::nullopt;
        })
    {
        added = box.add(tool, rules).has_value();
    }

    ToolRun::Start start()
    {
        return [this](const ToolCall& call, ToolHandlers handlers) {
            return box.start(call, std::move(handlers));
        };
    }

    std::string secret = "s3cr3t/\"value";
    ToolLocks locks;
    ToolBox box;
    std::shared_ptr<TestTool> tool = std::make_shared<TestTool>("work");
    bool added = false;
};

ToolRules withConditions(const char* before, const char* after)
{
    ToolConfig config;
    if (*before != '\0')
        config.preconditions.emplace_back(before);
    if (*after != '\0')
        config.postconditions.emplace_back(after);
    return *toolRules(config);
}

} // namespace

class TestToolBox : public QObject
{
    Q_OBJECT

private slots:
    void aCallGivesItsResultFromTheEventLoop();
    void wrongCallsAreExplained_data();
    void wrongCallsAreExplained();
    void conditionsAreAsked_data();
    void conditionsAreAsked();
    void conditionsThatMakeNoSenseAreRefused_data();
    void conditionsThatMakeNoSenseAreRefused();
    void callsWithTheSameLockRunOneAfterAnother();
    void aCancelledCallLeavesTheQueueOfItsLock();
    void whatTakesTooLongIsStopped();
    void whatDoesNotStopIsLeftBehind();
    void secretsReachTheToolOnly();
    void aMissingSecretIsNamedByItsVariable();
    void abandonedCallsSayNothing();
    void rulesChangeWhatAToolSaysOfItself();
    void namesAreUniqueAndPlain();
};

void TestToolBox::aCallGivesItsResultFromTheEventLoop()
{
    Fixture fixture;
    ToolRun run(fixture.start(), "work", R"({"text":"hello","key":"k"})");
    QVERIFY(!run.hasEndedWithinStart());
    QCOMPARE(run.told(), std::string("ok: hello"));
    QCOMPARE(run.progress().size(), std::size_t {1});
    QTest::qWait(20);
    QCOMPARE(run.ends(), 1);
}

void TestToolBox::wrongCallsAreExplained_data()
{
    QTest::addColumn<QByteArray>("tool");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<QByteArray>("told");
    QTest::newRow("no such tool") << QByteArray("wrok") << QByteArray("{}")
                                  << QByteArray("unknown_tool: There is no tool `wrok`. Did you "
                                                "mean `work`?");
    QTest::newRow("no JSON") << QByteArray("work") << QByteArray("{\"key\":")
                             << QByteArray("arguments: The arguments are not valid JSON");
    QTest::newRow("no object") << QByteArray("work") << QByteArray("[]")
                               << QByteArray("arguments: arguments: expected an object");
    QTest::newRow("wrong") << QByteArray("work") << QByteArray(R"({"key":"k","ms":"soon"})")
                           << QByteArray("arguments: arguments.ms: expected an integer, got "
                                         "string \"soon\"");
    QTest::newRow("nothing written") << QByteArray("work") << QByteArray(" ")
                                     << QByteArray("arguments: arguments: the field \"key\" is "
                                                   "missing");
    QTest::newRow("deep") << QByteArray("work") << QByteArray(100'000, '[')
                          << QByteArray("arguments: The arguments are not valid JSON");
    QTest::newRow("fails") << QByteArray("work")
                           << QByteArray(R"({"key":"k","text":"x","fails":true})")
                           << QByteArray("odd: failed with x");
}

void TestToolBox::wrongCallsAreExplained()
{
    QFETCH(QByteArray, tool);
    QFETCH(QByteArray, arguments);
    QFETCH(QByteArray, told);
    Fixture fixture;
    ToolRun run(fixture.start(), tool.toStdString(), arguments.toStdString());
    const std::string got = run.told();
    QVERIFY2(got.starts_with(told.toStdString()), got.c_str());
}

void TestToolBox::conditionsAreAsked_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char* name, const char* before, const char* after, const char* told) {
        QTest::newRow(name) << QByteArray(before) << QByteArray(after) << QByteArray(told);
    };
    row("hold", "args.ms < 10 and args.key = k", "result.items[0].n = 3", "ok");
    row("before",
        "args.ms > 10",
        "",
        "precondition: The precondition `args.ms > 10` does not hold.");
    row("unknown is not true",
        "args.other < 10",
        "",
        "precondition: The precondition `args.other < 10` cannot be told");
    row("absent by name", "not exists args.other or args.other < 10", "", "ok");
    row("after",
        "",
        "result.items[*].n > 3",
        "postcondition: The postcondition `result.items[*].n > 3` does not hold.");
    row("after, with the arguments", "", "args.ms = 1 and exists result.items", "ok");
}

void TestToolBox::conditionsAreAsked()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(QByteArray, told);
    Fixture fixture(withConditions(before.constData(), after.constData()));
    ToolRun run(fixture.start(), "work", R"({"ms":1,"key":"k","text":"{\"items\":[{\"n\":3}]}"})");
    const std::string got = run.told();
    QVERIFY2(got.starts_with(told.toStdString()), got.c_str());
}

void TestToolBox::conditionsThatMakeNoSenseAreRefused_data()
{
    QTest::addColumn<QByteArray>("condition");
    QTest::addColumn<QByteArray>("told");
    QTest::newRow("empty") << QByteArray(" ") << QByteArray("The condition is empty.");
    QTest::newRow("cut") << QByteArray("args.a =") << QByteArray("Behind `=` a value");
    QTest::newRow("other field") << QByteArray("kind = tool")
                                 << QByteArray("A condition of a tool names");
    QTest::newRow("plain text") << QByteArray("hello") << QByteArray("A condition of a tool names");
    QTest::newRow("scope") << QByteArray("parent(args.a = 1)")
                           << QByteArray("A condition of a tool sees one call only");
}

void TestToolBox::conditionsThatMakeNoSenseAreRefused()
{
    QFETCH(QByteArray, condition);
    QFETCH(QByteArray, told);
    ToolConfig config;
    config.postconditions.push_back(condition.toStdString());
    const auto rules = toolRules(config);
    QVERIFY(!rules);
    QVERIFY2(rules.error().message.starts_with(told.toStdString()), rules.error().message.c_str());
    QVERIFY(rules.error().where.starts_with("postcondition"));
}

void TestToolBox::callsWithTheSameLockRunOneAfterAnother()
{
    const std::string arguments = R"({"ms":20,"key":"k"})";
    for (const bool isLocked : {false, true}) {
        Fixture fixture(ToolRules {.lock = isLocked ? "shop" : ""});
        ToolRun first(fixture.start(), "work", arguments);
        ToolRun second(fixture.start(), "work", arguments);
        ToolRun third(fixture.start(), "work", arguments);
        QCOMPARE(third.told(), std::string("ok: "));
        QVERIFY(first.hasEnded() && second.hasEnded());
        QCOMPARE(fixture.tool->most, isLocked ? 1 : 3);
    }
}

void TestToolBox::aCancelledCallLeavesTheQueueOfItsLock()
{
    Fixture fixture(ToolRules {.lock = "shop"});
    ToolRun first(fixture.start(), "work", R"({"ms":60000,"key":"k"})");
    ToolRun second(fixture.start(), "work", R"({"ms":60000,"key":"k"})");
    ToolRun third(fixture.start(), "work", R"({"key":"k"})");
    second.cancel();
    QVERIFY(second.told().starts_with("cancelled"));
    QVERIFY(!third.hasEnded());
    first.abandon();
    QCOMPARE(third.told(), std::string("ok: "));
}

void TestToolBox::whatTakesTooLongIsStopped()
{
    Fixture fixture(ToolRules {.timeout = tracestore::Duration {30'000'000}});
    ToolRun run(fixture.start(), "work", R"({"ms":60000,"key":"k"})");
    QCOMPARE(
        run.told(),
        std::string("timeout: The tool gave no result within 30 milliseconds and was stopped."));
    QCOMPARE(run.outcome().status, OutcomeStatus::Error);
}

void TestToolBox::whatDoesNotStopIsLeftBehind()
{
    Fixture fixture;
    fixture.tool->isDeaf = true;
    ToolRun run(fixture.start(), "work", R"({"ms":60000,"key":"k"})");
    run.cancel();
    QVERIFY(run.told(5000).starts_with("cancelled"));
    QCOMPARE(run.outcome().status, OutcomeStatus::Cancelled);
}

void TestToolBox::secretsReachTheToolOnly()
{
    Fixture fixture(ToolRules {.secrets = {{"key", "SHOP_KEY"}}});
    QVERIFY(fixture.box.definitions().front().inputSchema.find("key") == std::string::npos);
    fixture.tool->tellsKey = true;
    for (const char* arguments : {"{}", R"({"fails":true})"}) {
        ToolRun run(fixture.start(), "work", arguments);
        const std::string told = run.told();
        QVERIFY(fixture.tool->lastArguments.find("s3cr3t") != std::string::npos);
        QVERIFY2(told.ends_with("[secret:SHOP_KEY]"), told.c_str());
        QCOMPARE(run.progress().front(), std::string("key [secret:SHOP_KEY]"));
    }
    ToolRun quoted(fixture.start(), "work", "{}");
    QVERIFY(quoted.told().find("s3cr3t") == std::string::npos);
}

void TestToolBox::aMissingSecretIsNamedByItsVariable()
{
    Fixture missing(ToolRules {.secrets = {{"key", "OTHER_KEY"}}});
    ToolRun run(missing.start(), "work", "{}");
    QCOMPARE(
        run.told(),
        std::string("secret: The environment variable OTHER_KEY, which this tool needs, is not "
                    "set."));
    Fixture tooShort(ToolRules {.secrets = {{"key", "SHOP_KEY"}}});
    tooShort.secret = "abc";
    ToolRun second(tooShort.start(), "work", "{}");
    QVERIFY(second.told().starts_with("secret: What the environment variable SHOP_KEY holds"));
    QVERIFY(tooShort.tool->lastArguments.empty());
}

void TestToolBox::abandonedCallsSayNothing()
{
    Fixture fixture;
    ToolRun run(fixture.start(), "work", R"({"ms":5,"key":"k"})");
    run.abandon();
    QTest::qWait(30);
    QCOMPARE(run.ends(), 0);
}

void TestToolBox::rulesChangeWhatAToolSaysOfItself()
{
    ToolConfig config;
    config.name = "other";
    config.description = "Does it.";
    config.effectClass = "reads";
    config.undo.tool = "unwork";
    Fixture fixture(*toolRules(config));
    QVERIFY(fixture.box.find("work") == nullptr);
    const ToolInfo* info = fixture.box.find("other");
    QVERIFY(info != nullptr);
    QCOMPARE(info->effectClass, EffectClass::Reads);
    QCOMPARE(info->definition.description, std::string("Does it."));
    QCOMPARE(info->undo.tool, std::string("unwork"));
    config.effectClass = "harmless";
    QVERIFY(!toolRules(config));
}

void TestToolBox::namesAreUniqueAndPlain()
{
    Fixture fixture;
    QVERIFY(fixture.added);
    QVERIFY(!fixture.box.add(fixture.tool));
    for (const std::string& name : {std::string(), std::string("a b"), std::string(65, 'x')}) {
        const auto added = fixture.box.add(std::make_shared<TestTool>(name.c_str()));
        QVERIFY(!added);
    }
    fixture.tool->m_info.server = "shop";
    const auto ofServer = std::make_shared<TestTool>("more");
    ofServer->m_info.server = "shop";
    QVERIFY(fixture.box.add(ofServer));
    fixture.box.removeServer("shop");
    QCOMPARE(fixture.box.definitions().size(), std::size_t {1});
}

QTEST_GUILESS_MAIN(TestToolBox)

#include "tst_tool_box.moc"
