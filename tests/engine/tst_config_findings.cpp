#include "engine/config/agent_config_reader.h"
#include "engine/findings/config_findings.h"
#include "engine/findings/trace_findings.h"
#include "tests/support/planted_conversation.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/findings/finding_rules.h"

#include <QTest>

#include <algorithm>

using namespace engine;
using tracestore::Finding;
using tracestore::Severity;

namespace {

ToolConfig toolNamed(const std::string& name)
{
    ToolConfig tool;
    tool.name = name;
    return tool;
}

/// An agent with nothing to find in it.
AgentConfig goodAgent()
{
    AgentConfig agent;
    agent.name = "good";
    agent.providers = {{.name = "main", .kind = ProviderKind::Anthropic}};
    agent.model.provider = "main";
    agent.budget.steps = 40;
    agent.prompt.errorRecovery = "Say what failed.";
    agent.tools = {toolNamed("read_file")};
    return agent;
}

std::vector<Finding> findingsBy(const AgentConfig& agent, const std::string& rule)
{
    return findConfigFindings(agent, {rule});
}

ToolConfig shell(bool isWritable)
{
    ToolConfig tool = toolNamed("shell");
    tool.options["writable"] = isWritable;
    return tool;
}

/// A run of a team of two, as a recording of `program` shows it.
struct TeamRun
{
    tracestore::TracePtr trace;
    tracestore::SpanId run;
    tracestore::SpanId worker;

    explicit TeamRun(const std::string& program)
    {
        constexpr const char* kTeam = R"({"name":"team","pattern":"team",
                 "providers":[{"name":"p","kind":"anthropic"}],
                 "model":{"provider":"p","model":"m"},
                 "agents":[{"name":"first","model":{"provider":"p","model":"m"}},
                           {"name":"second","model":{"provider":"p","model":"m"},
                            "policies":{"loopGuard":{"on":false}}}]})";
        tracestore::TraceBuilder builder({.formatId = "test", .formatName = "Test"});
        builder.addSession({.key = "a", .producerName = program});
        const auto agent = [&](const char* name, tracestore::SpanId parent, std::int64_t at) {
            return builder.addSpan({.session = tracestore::SessionId(0),
                                    .kind = tracestore::SpanKind::Agent,
                                    .name = name,
                                    .parent = parent,
                                    .start = tracestore::Timestamp {at}});
        };
        run = agent("team", {}, 0);
        agent("first", run, 1);
        worker = agent("second", run, 2);
        trace = builder.finish(std::make_shared<tests::FixedPayloads>(
            tracestore::SpanDetail {.attributes = {{"configuration", kTeam}}}));
    }
};

} // namespace

/// Rules over configurations: each with one that has the fault, and one that nearly has it.
class TestConfigFindings : public QObject
{
    Q_OBJECT

private slots:
    void aGoodAgentHasNone();
    void rulesHaveNamesOfTheirOwn();
    void noBudget();
    void noLoopGuard();
    void unapprovedWrites();
    void cachedWrites();
    void noErrorHandling();
    void oneProvider();
    void toolList();
    void workersAreLookedAtToo();
    void examplesOfOursAreTold();
    void argumentsAreCheckedByTheirSchema();
    void aRecordingIsLookedAtToo();
    void configurationsOfOthersAreNot();
};

void TestConfigFindings::aGoodAgentHasNone()
{
    for (const Finding& finding : findConfigFindings(goodAgent(), {}))
        QFAIL(finding.title.c_str());
}

void TestConfigFindings::rulesHaveNamesOfTheirOwn()
{
    const tracestore::RuleRegistry rules = tracestore::builtinRules();
    for (const ConfigRule& rule : configRules()) {
        QVERIFY(rules.find(rule.id) == nullptr);
        QCOMPARE(std::ranges::count(configRules(), rule.id, &ConfigRule::id), std::ptrdiff_t {1});
        QVERIFY(!rule.about.ends_with('.'));
    }
}

void TestConfigFindings::noBudget()
{
    AgentConfig agent = goodAgent();
    agent.budget = {};
    const auto found = findingsBy(agent, "no-budget");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].severity, Severity::Warning);
    QCOMPARE(found[0].field, std::string("budget"));
    agent.providers[0].kind = ProviderKind::Script;
    QCOMPARE(findingsBy(agent, "no-budget")[0].severity, Severity::Note);
    agent.budget.seconds = 60;
    QVERIFY(findingsBy(agent, "no-budget").empty());
}

void TestConfigFindings::noLoopGuard()
{
    AgentConfig agent = goodAgent();
    agent.policies.loopGuard.isOn = false;
    QCOMPARE(findingsBy(agent, "no-loop-guard").size(), std::size_t {1});
    agent.policies.loopGuard = {.iterations = 500};
    QVERIFY(findingsBy(agent, "no-loop-guard").empty());
    agent.budget = {.cost = 1.0};
    const auto found = findingsBy(agent, "no-loop-guard");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].field, std::string("policies.loopGuard.iterations"));
}

void TestConfigFindings::unapprovedWrites()
{
    AgentConfig agent = goodAgent();
    agent.tools = {toolNamed("read_file"), shell(true)};
    const auto found = findingsBy(agent, "unapproved-writes");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].field, std::string("tools[1]"));
    QCOMPARE(found[0].severity, Severity::Warning);
    agent.tools[1].needsApproval = true;
    QVERIFY(findingsBy(agent, "unapproved-writes").empty());
    agent.tools[1].needsApproval = false;
    agent.tools[1].preconditions = {"args.command == \"make\""};
    QVERIFY(findingsBy(agent, "unapproved-writes").empty());
    agent.tools = {shell(false)};
    QVERIFY(findingsBy(agent, "unapproved-writes").empty());
    agent.tools[0].effectClass = "writes";
    QCOMPARE(findingsBy(agent, "unapproved-writes").size(), std::size_t {1});
    agent.tools.clear();
    agent.servers = {{.name = "files", .command = {"serve"}}};
    QCOMPARE(findingsBy(agent, "unapproved-writes")[0].field, std::string("servers[0]"));
    agent.servers[0].effectClasses = {{"read", "reads"}};
    QVERIFY(findingsBy(agent, "unapproved-writes").empty());
}

void TestConfigFindings::cachedWrites()
{
    AgentConfig agent = goodAgent();
    agent.tools = {toolNamed("read_file"), shell(true)};
    agent.policies.cache.tools = {"read_file"};
    QVERIFY(findingsBy(agent, "cached-writes").empty());
    agent.policies.cache.tools = {"read_file", "shell"};
    const auto found = findingsBy(agent, "cached-writes");
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].severity, Severity::Error);
    QCOMPARE(found[0].field, std::string("policies.cache.tools[1]"));
}

void TestConfigFindings::noErrorHandling()
{
    AgentConfig agent = goodAgent();
    agent.policies.retry.attempts = 1;
    QCOMPARE(findingsBy(agent, "no-error-handling").size(), std::size_t {1});
    agent.policies.fallback.models = {{.provider = "other", .model = "m"}};
    QVERIFY(findingsBy(agent, "no-error-handling").empty());
    agent.prompt.errorRecovery.clear();
    QCOMPARE(findingsBy(agent, "no-error-handling")[0].severity, Severity::Note);
    agent.tools.clear();
    QVERIFY(findingsBy(agent, "no-error-handling").empty());
}

void TestConfigFindings::oneProvider()
{
    AgentConfig agent = goodAgent();
    agent.policies.fallback.models = {{.provider = "main", .model = "small"}};
    QCOMPARE(findingsBy(agent, "one-provider").size(), std::size_t {1});
    agent.policies.fallback.models.push_back({.provider = "other", .model = "m"});
    QVERIFY(findingsBy(agent, "one-provider").empty());
}

void TestConfigFindings::toolList()
{
    AgentConfig agent = goodAgent();
    agent.tools.assign(41, toolNamed("calculator"));
    QCOMPARE(findingsBy(agent, "tool-list").size(), std::size_t {1});
    agent.policies.offeredTools = 8;
    QVERIFY(findingsBy(agent, "tool-list").empty());
    agent.tools[3].description = std::string(2'000, 'x');
    for (int i = 0; i < 2'000; ++i)
        agent.tools[3].description += " word";
    const auto found = findingsBy(agent, "tool-list");
    QCOMPARE(found.size(), std::size_t {1});
    QVERIFY(found[0].figures[0].value > 1'000);
}

void TestConfigFindings::workersAreLookedAtToo()
{
    AgentConfig agent = goodAgent();
    AgentConfig worker = goodAgent();
    worker.budget = {};
    worker.policies.loopGuard.isOn = false;
    agent.agents = {goodAgent(), worker};
    const auto found = findConfigFindings(agent, {});
    QCOMPARE(found.size(), std::size_t {1});
    QCOMPARE(found[0].field, std::string("agents[1].policies.loopGuard"));
}

/// What fires on the agents that come with Kymo is meant so: none of it is grave.
void TestConfigFindings::examplesOfOursAreTold()
{
    std::size_t agents = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(tests::examplesDir() / "agents")) {
        if (!entry.path().string().ends_with(".agent.json"))
            continue;
        const auto reading = readAgentConfigFile(entry.path());
        QVERIFY2(reading.config.has_value(), entry.path().c_str());
        ++agents;
        for (const Finding& finding : findConfigFindings(*reading.config, {})) {
            QVERIFY2(finding.severity != Severity::Error, finding.title.c_str());
            QVERIFY(!finding.field.empty());
            QVERIFY(finding.explanation.ends_with('.') && finding.wayOut.ends_with('.'));
        }
    }
    QVERIFY(agents >= 4);
}

void TestConfigFindings::argumentsAreCheckedByTheirSchema()
{
    tests::Conversation talk;
    talk.offer(R"([{"name":"weather","input_schema":{"type":"object","required":["city"]}}])");
    talk.user("Weather?");
    const auto wrong = talk.tool("weather", R"({"town":"Oslo"})", "Rain.");
    talk.tool("weather", R"({"city":"Oslo"})", "Rain.");
    tracestore::Job job;
    const auto report = findTraceFindings(*talk.trace(), {"unvalidated-arguments"}, nullptr, job);
    QVERIFY(report.has_value());
    QCOMPARE(report->findings.size(), std::size_t {1});
    QCOMPARE(report->findings[0].steps, std::vector<tracestore::SpanId> {wrong});
    QVERIFY(report->findings[0].explanation.find("city") != std::string::npos);
}

void TestConfigFindings::aRecordingIsLookedAtToo()
{
    const TeamRun team("kymo");
    tracestore::Job job;
    const auto all = findTraceFindings(*team.trace, {}, nullptr, job);
    QVERIFY(all.has_value());
    const auto budget = std::ranges::find(all->findings, "no-budget", &Finding::rule);
    QVERIFY(budget != all->findings.end());
    QCOMPARE(budget->field, std::string("budget"));
    QCOMPARE(budget->steps, std::vector<tracestore::SpanId> {team.run});
    QVERIFY(std::ranges::is_sorted(all->findings, std::ranges::greater(), &Finding::severity));
    // Of a worker: its step.
    const auto guard = findTraceFindings(*team.trace, {"no-loop-guard"}, nullptr, job);
    QVERIFY(guard.has_value());
    QCOMPARE(guard->findings.size(), std::size_t {1});
    QCOMPARE(guard->findings[0].steps, std::vector<tracestore::SpanId> {team.worker});
    const auto traceOnly = findTraceFindings(*team.trace, {"loop"}, nullptr, job);
    QVERIFY(traceOnly.has_value() && traceOnly->findings.empty());
    QVERIFY(!findTraceFindings(*team.trace, {"no-such-rule", "loop"}, nullptr, job));
}

void TestConfigFindings::configurationsOfOthersAreNot()
{
    tracestore::Job job;
    const auto report = findTraceFindings(*TeamRun("another program").trace, {}, nullptr, job);
    QVERIFY(report.has_value() && report->findings.empty());
}

QTEST_GUILESS_MAIN(TestConfigFindings)
#include "tst_config_findings.moc"
