#include "engine/config/agent_config_check.h"
#include "engine/config/agent_config_reader.h"
#include "engine/config/agent_config_schema.h"
#include "engine/config/route_rule.h"
#include "tests/support/golden.h"
#include "tests/support/test_paths.h"
#include "tracestore/base/key_patterns.h"

#include <QTemporaryDir>
#include <QTest>

using engine::ConfigReading;

namespace {

/// An agent with about every field, and comments.
std::string wholeAgent()
{
    std::stringstream text;
    text << std::ifstream(tests::dataDir() / "agents" / "whole.agent.json").rdbuf();
    return text.str();
}

ConfigReading read(std::string_view text)
{
    return engine::readAgentConfigText(text, "/somewhere");
}

/// The problems as text, a line each: `3:12 field: message`.
QString problemsOf(const std::vector<engine::ConfigProblem>& problems)
{
    std::string all;
    for (const auto& problem : problems)
        all += engine::toText(problem, "f") + '\n';
    return QString::fromStdString(all);
}

/// A small agent with more fields in it.
std::string agentWith(const std::string& fields)
{
    return R"({"name": "a", "providers": [{"name": "p", "kind": "openai-chat"}],
"model": {"provider": "p", "model": "m"})"
        + fields + "}";
}

QString checked(const std::string& text,
                const std::optional<std::set<std::string>>& tools = std::nullopt)
{
    ConfigReading reading = read(text);
    if (!reading.config)
        return problemsOf(reading.problems);
    auto problems = engine::checkAgentConfig(*reading.config, tools);
    reading.places.locate(problems);
    return problemsOf(problems);
}

} // namespace

class TestAgentConfig : public QObject
{
    Q_OBJECT

private slots:
    void everyFieldIsRead();
    void problemsNamePlaceAndRemedy_data();
    void problemsNamePlaceAndRemedy();
    void allProblemsAreToldAtOnce();
    void hostileTextIsAProblem_data();
    void hostileTextIsAProblem();
    void aFileNamesItselfInItsErrors();
    void theSchemaIsThePublishedOne();
    void checkFinds_data();
    void checkFinds();
    void checkFindsNothingInAGoodOne();
    void workersAreCheckedToo();
    void keysAreKnownByTheirMarks_data();
    void keysAreKnownByTheirMarks();
    void rulesHold_data();
    void rulesHold();
    void badRulesAreNamed_data();
    void badRulesAreNamed();
};

void TestAgentConfig::everyFieldIsRead()
{
    const ConfigReading reading = read(wholeAgent());
    QCOMPARE(problemsOf(reading.problems), QString());
    QVERIFY(reading.config.has_value());
    const engine::AgentConfig& config = *reading.config;
    QCOMPARE(config.name, std::string("support"));
    QCOMPARE(config.version, std::string("2"));
    QCOMPARE(config.protocol, engine::ToolProtocol::Text);
    QCOMPARE(config.providers.size(), std::size_t {2});
    QCOMPARE(config.providers[0].kind, engine::ProviderKind::Anthropic);
    QCOMPARE(config.providers[0].keyVariable, std::string("MAIN_KEY"));
    QCOMPARE(config.providers[0].timeout.ns, std::int64_t {90'000'000'000});
    QCOMPARE(config.providers[1].script, std::filesystem::path("/somewhere/demo.json"));
    QCOMPARE(config.model.parameters.dump(), std::string(R"({"temperature":0})"));
    QVERIFY(!config.model.isStreamed);
    QCOMPARE(config.prompt.behaviour, std::string("Be kind. // no comment"));
    QCOMPARE(config.prompt.examples.size(), std::size_t {1});
    QCOMPARE(config.tools[0].builtin, std::string("calculator"));
    QCOMPARE(config.tools[0].timeout->ns, std::int64_t {1'500'000'000});
    QCOMPARE(config.tools[1].undo.tool, std::string("notes"));
    QVERIFY(!config.tools[1].undo.arguments.has_value());
    QCOMPARE(config.tools[2].undo.arguments->dump(), std::string(R"({"key":{"$from":"/result"}})"));
    QCOMPARE(config.servers[0].command.size(), std::size_t {2});
    QCOMPARE(config.servers[0].pool, 4U);
    QCOMPARE(config.policies.retry.attempts, 5U);
    QCOMPARE(config.policies.retry.delay.ns, std::int64_t {250'000'000});
    QCOMPARE(config.policies.fallback.models[0].model, std::string("d"));
    QVERIFY(config.policies.cache.models);
    QVERIFY(!config.policies.loopGuard.findsOscillation);
    QCOMPARE(config.policies.routes[0].model.model, std::string("big"));
    QCOMPARE(config.budget.tokens, std::optional<std::int64_t>(10000));
    QVERIFY(!config.budget.seconds.has_value());
    QVERIFY(config.source.contains("policies"));
}

void TestAgentConfig::problemsNamePlaceAndRemedy_data()
{
    QTest::addColumn<std::string>("fields");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char* name, const char* fields, const char* problem) {
        QTest::newRow(name) << std::string(fields) << QString::fromUtf8(problem);
    };
    row("misspelt",
        R"(,
  "polices": {})",
        "f:3:14: polices: There is no such field. Did you mean `policies`?");
    row("misspelt inside",
        R"(, "policies": {
  "retry": {"atempts": 3}})",
        "f:3:24: policies.retry.atempts: There is no such field. Did you mean `attempts`?");
    row("wrong type", R"(, "version": 2)", "version: Expected a string, but it is a number.");
    row("number out of range",
        R"(, "policies": {"retry": {"jitter": 1.5}})",
        "policies.retry.jitter: Expected a number between 0 and 1, but it is 1.5.");
    row("negative count",
        R"(, "budget": {"steps": -1})",
        "budget.steps: Expected a whole number from 0, but it is -1.");
    row("more than fits",
        R"(, "budget": {"steps": 5000000000})",
        "budget.steps: Expected a whole number from 0, but it is 5000000000.");
    row("word",
        R"(, "pattern": "planer")",
        "pattern: `planer` is not known here. Did you mean `planner`?");
    row("duration",
        R"(, "policies": {"retry": {"delay": 3}})",
        "Expected a time with its unit such as \"500ms\", \"30s\", \"5m\" or \"1h\", but it is 3.");
    row("missing",
        R"(, "tools": [{}])",
        "tools[0]: `name` is missing: the name as the model sees it.");
    row("twice", R"(, "name": "b")", "name: This field is there twice.");
    row("name of a worker",
        R"(, "agents": [{"name": "a/b", "model": {"provider": "p", "model": "m"}}])",
        "agents[0].name: Expected a name without `/`, `:` and `#`.");
    row("same name",
        R"(, "tools": [{"name": "t"}, {"name": "t"}])",
        "tools[1].name: The name `t` is there already.");
    row("literal key",
        R"(, "agents": [{"name": "w", "model": {"provider": "p", "model": "m"},
 "providers": [{"name": "q", "kind": "anthropic", "apiKey": "abc"}]}])",
        "agents[0].providers[0].apiKey: A key may not stand in the file, which people share.");
    row("key for a variable",
        R"(, "servers": [{"name": "s", "url": "u",
 "environment": {"TOKEN": "sk-abcdefghijklmnopqrstuv12345"}}])",
        "servers[0].environment: `TOKEN`: This looks like a key itself.");
    row("server of both sorts",
        R"(, "servers": [{"name": "s"}])",
        "servers[0]: A server is either a `command` or a `url`.");
    row("pool of an address",
        R"(, "servers": [{"name": "s", "url": "u", "pool": 2}])",
        "servers[0].pool: A pool is of processes that are started from a `command`.");
    row("pool of nothing",
        R"(, "servers": [{"name": "s", "command": ["c"], "pool": 0}])",
        "servers[0].pool: Expected a number between 1 and 16, but it is 0.");
    row("route",
        R"(, "policies": {"routes": [{"when": "size > 3",
 "model": {"provider": "p", "model": "m"}}]})",
        "policies.routes[0].when: The rule cannot be read. Expected `input.length`");
    row("pattern",
        R"(, "policies": {"earlyStop": {"answerPatterns": ["("]}})",
        "is no regular expression");
    row("worker with providers",
        R"(, "agents": [{"name": "w",
 "model": {"provider": "p", "model": "m"}, "providers": [{"name": "q", "kind": "openai-chat"}]}])",
        "f:3:57: agents[0].providers: Workers share the providers of the team");
    row("script without file",
        R"(, "agents": [{"name": "w",
 "model": {"provider": "p", "model": "m"}, "providers": [{"name": "q", "kind": "script"}]}])",
        "agents[0].providers[0]: A script needs `script`");
}

void TestAgentConfig::problemsNamePlaceAndRemedy()
{
    QFETCH(std::string, fields);
    QFETCH(QString, problem);
    const ConfigReading reading = read(agentWith(fields));
    const QString found = problemsOf(reading.problems);
    QVERIFY2(found.contains(problem), qPrintable(found));
    QVERIFY(!reading.config.has_value());
    QVERIFY(!found.contains(QStringLiteral("sk-abc")));
}

void TestAgentConfig::allProblemsAreToldAtOnce()
{
    const ConfigReading reading = read("{\"nam\": 1,\n\"model\": [],\n\"tools\": {}}");
    const QString found = problemsOf(reading.problems);
    QCOMPARE(found,
             QStringLiteral("f:1:1: `name` is missing: the name of the agent.\n"
                            "f:1:9: nam: There is no such field. Did you mean `name`?\n"
                            "f:2:10: model: Expected an object, but it is a list.\n"
                            "f:3:10: tools: Expected a list, but it is an object.\n"));
}

void TestAgentConfig::hostileTextIsAProblem_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<QString>("problem");
    QTest::newRow("empty") << std::string() << QStringLiteral("f:1:1: The JSON ends too early");
    QTest::newRow("open") << std::string("{\n\"name\": \"a\"\n") << QStringLiteral("too early");
    QTest::newRow("comma") << std::string("{\n\"name\": \"a\",\n}") << QStringLiteral("f:3:1:");
    QTest::newRow("comment") << std::string("{\n /* ...") << QStringLiteral("f:2:2: This comment");
    QTest::newRow("list") << std::string("[1]") << QStringLiteral("Expected an object");
    QTest::newRow("null byte") << std::string("{\0}", 3) << QStringLiteral("f:1:2:");
    QTest::newRow("deep") << std::string(100'000, '[') << QStringLiteral("nested too deeply");
    QTest::newRow("large") << std::string(5'000'000, ' ') << QStringLiteral("too long");
}

void TestAgentConfig::hostileTextIsAProblem()
{
    QFETCH(std::string, text);
    QFETCH(QString, problem);
    const ConfigReading reading = read(text);
    QVERIFY(!reading.config.has_value());
    const QString found = problemsOf(reading.problems);
    QVERIFY2(found.contains(problem), qPrintable(found));
}

void TestAgentConfig::aFileNamesItselfInItsErrors()
{
    const QTemporaryDir folder;
    const std::filesystem::path path
        = std::filesystem::path(folder.path().toStdString()) / "a.agent.json";
    const auto missing = engine::readAgentConfig(path);
    QVERIFY(!missing);
    QVERIFY(missing.error().message.starts_with(path.string() + ": The file cannot be read"));
    std::ofstream(path) << "{\n}";
    const auto empty = engine::readAgentConfig(path);
    QVERIFY(!empty);
    QVERIFY(empty.error().message.starts_with(path.string() + ":1:1: `name` is missing"));
    std::ofstream(path) << wholeAgent();
    const auto good = engine::readAgentConfig(path);
    QVERIFY(good.has_value());
    QCOMPARE(good->folder, path.parent_path());
}

void TestAgentConfig::theSchemaIsThePublishedOne()
{
    const auto path = tests::examplesDir().parent_path() / "schemas" / "agent.schema.json";
    KYMO_COMPARE_GOLDEN(engine::agentConfigSchema().dump(2) + "\n", path);
}

void TestAgentConfig::checkFinds_data()
{
    QTest::addColumn<std::string>("fields");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char* name, const char* fields, const char* problem) {
        QTest::newRow(name) << std::string(fields) << QString::fromUtf8(problem);
    };
    row("fallback to itself",
        R"(, "policies": {"fallback": {"models":
 [{"provider": "p", "model": "m"}]}})",
        "f:3:3: warning: policies.fallback.models[0]: This is the agent's own model");
    row("fallback twice",
        R"(, "policies": {"fallback": {"models":
 [{"provider": "p", "model": "n"}, {"provider": "p", "model": "n"}]}})",
        "policies.fallback.models[1]: This model is in the list already");
    row("missing provider",
        R"(, "policies": {"fallback": {"models":
 [{"provider": "q", "model": "n"}]}})",
        "policies.fallback.models[0].provider: There is no provider `q`.");
    row("missing tool",
        R"(, "tools": [{"name": "search"}], "policies": {"cache": {"tools": ["serch"]}})",
        "policies.cache.tools[0]: There is no tool `serch`. Did you mean `search`?");
    row("missing undo",
        R"(, "tools": [{"name": "save", "undo": "remove"}])",
        "tools[0].undo: There is no tool `remove`.");
    row("missing undo with arguments",
        R"(, "tools": [{"name": "save", "undo": {"tool": "remove"}}])",
        "tools[0].undo: There is no tool `remove`.");
    row("a step of a composite without its tool",
        R"(, "tools": [{"name": "notes"}, {"name": "both", "kind": "composite", "options": {"steps":
 [{"tool": "notes"}, {"tool": "note"}]}}])",
        "tools[1].options.steps[1].tool: There is no tool `note`. Did you mean `notes`?");
    row("an undo of a step without its tool",
        R"(, "tools": [{"name": "notes"}, {"name": "both", "kind": "composite", "options": {"steps":
 [{"tool": "notes", "undo": {"tool": "forget"}}]}}])",
        "tools[1].options.steps[0].undo: There is no tool `forget`.");
    row("a step that cannot be taken back",
        R"(, "tools": [{"name": "book", "builtin": "shell", "options": {"writable": true}},
 {"name": "both", "kind": "composite", "options": {"allOrNothing": true, "steps":
 [{"tool": "book"}, {"tool": "book"}]}}])",
        "warning: tools[1].options.steps[0]: Nothing is declared that takes back what `book` did");
    row("tool for itself",
        R"(, "tools": [{"name": "t"}], "policies": {"fallback": {"tools": {"t": "t"}}})",
        "A tool cannot stand in for itself.");
    row("secret",
        R"(, "prompt": {"behaviour": "Use ghp_abcdefghijklmnopqrstuvwxyz0123456789."})",
        "prompt.behaviour: There seems to be a secret in this text (GitHub token).");
    row("no workers", R"(, "pattern": "team")", "agents: A team needs workers");
    row("workers in vain",
        R"(, "agents": [{"name": "w", "model": {"provider": "p", "model": "m"}}])",
        "warning: agents: Only a team or a planner");
    row("no step", R"(, "budget": {"steps": 0})", "budget.steps: With no step");
    row("late compression",
        R"(, "budget": {"tokens": 1000},
 "policies": {"compression": {"on": true, "fromTokens": 2000}})",
        "The token budget ends the run before");
    row("long wait",
        R"(, "budget": {"seconds": 5})",
        "One wait could be longer than the time budget.");
}

void TestAgentConfig::checkFinds()
{
    QFETCH(std::string, fields);
    QFETCH(QString, problem);
    const QString found = checked(agentWith(fields));
    QVERIFY2(found.contains(problem), qPrintable(found));
    QVERIFY(!found.contains(QStringLiteral("ghp_")));
}

void TestAgentConfig::checkFindsNothingInAGoodOne()
{
    QCOMPARE(checked(wholeAgent()), QString());
    // A server may have the tool; who has asked it knows better.
    const std::string served = agentWith(
        R"(, "servers": [{"name": "s", "url": "u"}], "policies": {"cache": {"tools": ["far"]}})");
    QCOMPARE(checked(served), QString());
    QVERIFY(
        checked(served, std::set<std::string> {"near"}).contains(QStringLiteral("no tool `far`")));
    QVERIFY(checked(agentWith(R"(, "providers2": [])")).contains(QStringLiteral("providers2")));
}

void TestAgentConfig::workersAreCheckedToo()
{
    const QString found = checked(R"({"name": "a", "pattern": "team",
 "providers": [{"name": "p", "kind": "openai-chat"}, {"name": "spare", "kind": "openai-chat"}],
 "model": {"provider": "p", "model": "m"},
 "agents": [{"name": "w", "pattern": "team", "model": {"provider": "nowhere", "model": "m"}}]})");
    QVERIFY2(
        found.contains(QStringLiteral("f:4:68: agents[0].model.provider: There is no provider")),
        qPrintable(found));
    QVERIFY(found.contains(QStringLiteral("agents[0].agents: A team needs workers")));
    QVERIFY(found.contains(QStringLiteral("providers[1]: No model refers to this provider.")));
}

void TestAgentConfig::keysAreKnownByTheirMarks_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<bool>("isKey");
    QTest::newRow("openai") << std::string("key sk-proj-Ab12Cd34Ef56Gh78Ij90") << true;
    QTest::newRow("anthropic") << std::string("sk-ant-api03-Ab12Cd34Ef56Gh78Ij90") << true;
    QTest::newRow("aws") << std::string("(AKIAIOSFODNN7EXAMPLE)") << true;
    QTest::newRow("block") << std::string("-----BEGIN PRIVATE KEY-----\nabc") << true;
    QTest::newRow("bearer") << std::string("Authorization: Bearer abcdef0123456789abcdef") << true;
    QTest::newRow("prose") << std::string("ask-me-anything about sk-learn-contrib-packages")
                           << false;
    QTest::newRow("short") << std::string("sk-1") << false;
    QTest::newRow("in a word") << std::string("task-1234567890123456789012345") << false;
    QTest::newRow("empty") << std::string() << false;
}

void TestAgentConfig::keysAreKnownByTheirMarks()
{
    QFETCH(std::string, text);
    QFETCH(bool, isKey);
    QCOMPARE(tracestore::looksLikeKey(text), isKey);
}

void TestAgentConfig::rulesHold_data()
{
    QTest::addColumn<std::string>("rule");
    QTest::addColumn<bool>("holds");
    // complexity is 0.6, turn is 2; tools is not known
    QTest::newRow("less") << std::string("complexity < 0.7") << true;
    QTest::newRow("and first") << std::string("turn = 1 and turn = 2 or turn = 2") << true;
    QTest::newRow("brackets") << std::string("turn = 1 and (turn = 2 or turn = 2)") << false;
    QTest::newRow("not") << std::string("not turn != 2") << true;
    QTest::newRow("unknown") << std::string("tools >= 0") << false;
    QTest::newRow("tight") << std::string("turn>=2 and(complexity<=0.6)") << true;
}

void TestAgentConfig::rulesHold()
{
    QFETCH(std::string, rule);
    QFETCH(bool, holds);
    const auto parsed = engine::RouteRule::parse(rule, engine::isRouteName);
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().message.c_str());
    QCOMPARE(parsed->holds([](std::string_view name) -> std::optional<double> {
        if (name == "tools")
            return {};
        return name == "complexity" ? 0.6 : 2;
    }),
             holds);
}

void TestAgentConfig::badRulesAreNamed_data()
{
    QTest::addColumn<std::string>("rule");
    QTest::newRow("empty") << std::string();
    QTest::newRow("name") << std::string("cost > 1");
    QTest::newRow("number") << std::string("turn > two");
    QTest::newRow("half") << std::string("turn >");
    QTest::newRow("rest") << std::string("turn > 1 turn");
    QTest::newRow("bracket") << std::string("(turn > 1");
    QTest::newRow("deep") << std::string(2000, '(');
    QTest::newRow("long") << std::string(5000, ' ');
}

void TestAgentConfig::badRulesAreNamed()
{
    QFETCH(std::string, rule);
    const auto parsed = engine::RouteRule::parse(rule, engine::isRouteName);
    QVERIFY(!parsed);
    QVERIFY(!parsed.error().message.empty());
}

QTEST_GUILESS_MAIN(TestAgentConfig)
#include "tst_agent_config.moc"
