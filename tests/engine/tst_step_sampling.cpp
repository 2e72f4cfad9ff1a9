// A call of a model is sent again, many times.
#include "engine/branch/branch_family.h"
#include "engine/branch/offered_tools.h"
#include "engine/branch/sample_branch.h"
#include "engine/runtime/local_engine.h"
#include "engine/runtime/resumed_run.h"
#include "engine/runtime/step_sampling.h"
#include "tests/engine/example_agent.h"
#include "tests/engine/run_samples.h"
#include "tests/support/model_server.h"
#include "tests/support/opened.h"
#include "tests/support/test_paths.h"
#include "tracestore/recording/recording_reader.h"

#include <set>

using namespace engine;
using namespace tests;
using namespace Qt::StringLiterals;
using tracestore::Duration;
using tracestore::EditMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::SpanKind;
using SampleState = StepSample::State;

namespace {

constexpr const char* kKey = "sk-planted-sample-0123456789";

/// An agent whose models are asked over HTTP; failures are tried again at once.
json webAgent(const ModelServer& server)
{
    return {{"name", "tester"},
            {"providers",
             {{{"name", "p"},
               {"kind", "openai-chat"},
               {"baseUrl", server.baseUrl()},
               {"keyVariable", "KYMO_TEST_SAMPLE"}}}},
            {"model", {{"provider", "p"}, {"model", "small"}}},
            {"policies", {{"retry", {{"delay", "1ms"}, {"attempts", 5}}}}}};
}

ScriptedAnswer said(const std::string& text)
{
    ScriptedAnswer answer = textAnswer(text);
    answer.response.model = "small";
    return answer;
}

ScriptedAnswer called(const std::string& tool, const std::string& arguments)
{
    ScriptedAnswer answer = said("");
    answer.response.message.parts = {tracestore::ToolCallPart {"c1", tool, arguments}};
    return answer;
}

/// What a run that goes on from a file came to.
std::string goOn(const std::filesystem::path& file)
{
    auto read = readResumedRun(file, {});
    if (!read)
        return read.error().message;
    const SystemClock clock;
    SystemRandom random;
    RunSession session(1, read->config, {clock, random, nullptr, &SampleRun::variable});
    session.resume(std::move(read->recorded), InDoubtChoice::Repeat);
    if (!reachAnswer(session))
        return "no answer: " + session.status().problem;
    const AgentResult result = *session.status().result;
    const std::string closed = closeRun(session);
    return closed.empty() ? std::string(toWord(result.status)) + ": " + result.answer : closed;
}

std::set<std::string> filesOf(const SampleReport& report)
{
    std::set<std::string> files;
    for (const StepSample& sample : report.samples) {
        if (!sample.file.isEmpty())
            files.insert(sample.file.toStdString());
    }
    return files;
}

/// All facts of one type in a recording.
template<class Fact>
std::vector<Fact> factsOf(const std::filesystem::path& file)
{
    std::vector<Fact> facts;
    const auto read = tracestore::readRecording(file);
    if (!read)
        return facts;
    for (const auto& event : read->events) {
        if (const auto* fact = std::get_if<Fact>(&event.fact))
            facts.push_back(*fact);
    }
    return facts;
}

} // namespace

class TestStepSampling : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aScriptAnswersTheSameAndEachGoesOn();
    void aScriptStandsWhereItStood();
    void theEstimateIsWhatIsThenReported();
    void theEstimateTellsTheCost();
    void differentAnswersAreClusters();
    void whatIsBusyIsTriedAgain();
    void whatStaysBusyIsNoOutcome();
    void aRequestThatIsRefusedEndsIt();
    void itIsCancelledWithinASecond();
    void whatIsChangedIsSentAndRecorded();
    void keysAreMasked();
    void largeRecordingsKeepSmallOnes();
    void aTraceOfOthersIsSentToAnyProvider();
    void whatTheTraceDoesNotTellIsSaid();
    void whatMakesNoSenseIsRefused_data();
    void whatMakesNoSenseIsRefused();
    void toolsAreReadInAllShapes();
    void theServiceTellsAndCancels();

private:
    SampleReport sample(const SampleRequest& request)
    {
        StepSampling sampling(request, world(), m_pool, m_home);
        sampling.start();
        if (!waitFor([&] { return sampling.report().isOver; }, 20'000))
            qWarning("it did not come to an end");
        return sampling.report();
    }

    RunWorld world() { return {m_clock, m_random, SampleRun::prices(), &SampleRun::variable}; }

    /// Records a run of an agent to its end.
    std::unique_ptr<SampleRun> record(const json& agent, const json& script = {})
    {
        auto run = std::make_unique<SampleRun>(agent, script);
        run->session->recordTo(fileOf(*run));
        run->session->start("Go.");
        if (!run->reach(RunState::Idle) || !run->close().empty())
            qFatal("the run of a test does not end");
        return run;
    }

    static std::filesystem::path fileOf(const SampleRun& run)
    {
        return run.folder->file("run.kymo");
    }

    static SampleRequest
    requestOf(const SampleRun& run, const std::string& effect, std::size_t count)
    {
        SampleRequest request;
        request.recording = QString::fromStdString(fileOf(run).string());
        request.effect = effect;
        request.count = count;
        request.folder = QString::fromStdString((run.folder->path() / "kept").string());
        return request;
    }

    std::unique_ptr<ModelServer> serve(ModelServer::Rule rule)
    {
        auto server = std::make_unique<ModelServer>(std::move(rule));
        if (!server->listen())
            qFatal("no port is to be had");
        return server;
    }

    SystemClock m_clock;
    SystemRandom m_random;
    QObject m_home;
    QThreadPool m_pool;
};

void TestStepSampling::init()
{
    qputenv("KYMO_TEST_SAMPLE", kKey);
}

void TestStepSampling::cleanup()
{
    m_pool.waitForDone();
    qunsetenv("KYMO_TEST_SAMPLE");
}

void TestStepSampling::aScriptAnswersTheSameAndEachGoesOn()
{
    const ExampleAgent example("support", "support");
    auto config = readAgentConfig(example.agent);
    QVERIFY(config);
    std::string answer;
    {
        RunSession session(1, std::move(*config), world());
        session.recordTo(example.record);
        session.start(example.input);
        QVERIFY(reachAnswer(session));
        answer = session.status().result->answer;
        QCOMPARE(closeRun(session), std::string());
    }
    const std::string parent = contentOf(example.record);
    SampleRequest request;
    request.recording = QString::fromStdString(example.record.string());
    request.effect = "support:3.1"; // its second call of the model
    request.count = 8;
    const SampleReport report = sample(request);
    QCOMPARE(report.problem, std::string());
    QVERIFY(report.isScripted);
    QCOMPARE(report.done, std::size_t {8});
    QCOMPARE(report.clusters.size(), std::size_t {1});
    QVERIFY(report.clusters.front().isTool);
    QVERIFY(report.clusters.front().label.starts_with("calculator {\"expression\":"));
    QCOMPARE(report.clusters.front().share.count, std::size_t {8});
    QVERIFY(report.clusters.front().share.low > 0.6);
    QCOMPARE(filesOf(report).size(), std::size_t {8});
    QCOMPARE(contentOf(example.record), parent);

    BranchCache cache;
    tracestore::Job job;
    const auto family = readFamily(example.record, cache, job);
    QVERIFY(family);
    QCOMPARE(family->branches.size(), std::size_t {9});
    for (const Branch& branch : family->branches) {
        if (branch.origin)
            QVERIFY(branch.origin->change.starts_with("sample "));
    }
    // Each has the step as it came now, and goes on to the same end: the refund is made live.
    const std::string file = report.samples[2].file.toStdString();
    QVERIFY(std::ranges::any_of(family->branches, [&](const Branch& branch) {
        return branch.origin && branch.origin->change == "sample 3 of 8" && branch.file == file;
    }));
    QCOMPARE(goOn(file), "ok: " + answer);
}

void TestStepSampling::aScriptStandsWhereItStood()
{
    json script = callScript("calculator", {{"expression", "2+2"}});
    script["rules"][0]["answer"]["text"] = "Call {{call}}: {{result}}";
    const auto run = record(scriptedAgent({{{"name", "calculator"}}}), script);
    const SampleReport report = sample(requestOf(*run, "tester:3.1", 3));
    QCOMPARE(report.problem, std::string());
    QCOMPARE(report.done, std::size_t {3});
    QCOMPARE(report.clusters.size(), std::size_t {1});
    QCOMPARE(report.clusters.front().label, std::string("Call 2: 4"));
    // The run that goes on from there has nothing left but to tell it.
    QCOMPARE(goOn(report.samples[1].file.toStdString()), std::string("ok: Call 2: 4"));
}

void TestStepSampling::theEstimateIsWhatIsThenReported()
{
    json script = sayScript("Done.");
    script["rules"][0]["answer"]["usage"] = {{"input", 80}, {"output", 9}};
    const auto run = record(scriptedAgent(), script);
    SampleRequest request = requestOf(*run, "tester:1.1", 4);
    request.isEstimate = true;
    const SampleReport estimate = sample(request);
    QVERIFY(estimate.estimate);
    QVERIFY(estimate.samples.empty());
    QVERIFY(estimate.estimate->isReported);
    QVERIFY(!estimate.estimate->cost);
    QVERIFY(estimate.estimate->costNote.find("costs nothing") != std::string::npos);
    QCOMPARE(run->folder->count(), std::ptrdiff_t {3}); // agent, script, recording: nothing new
    request.isEstimate = false;
    const SampleReport report = sample(request);
    QCOMPARE(report.done, std::size_t {4});
    for (const StepSample& sample : report.samples) {
        QVERIFY(sample.usage);
        QCOMPARE(sample.usage->inputTotal().value_or(0), estimate.estimate->inputTokens);
        QCOMPARE(sample.usage->output, estimate.estimate->outputTokens);
    }
}

void TestStepSampling::theEstimateTellsTheCost()
{
    const auto server = serve([](const ServedRequest&) { return said("Yes."); });
    const auto run = record(webAgent(*server));
    SampleRequest request = requestOf(*run, "tester:1.1", 10);
    request.isEstimate = true;
    const SampleReport estimate = sample(request);
    QCOMPARE(estimate.problem, std::string());
    QCOMPARE(server->requests().size(), qsizetype {1}); // of the run
    QCOMPARE(estimate.estimate->inputTokens, std::int64_t {3});
    // A dollar and ten for a million tokens; 3 and 2 of them, ten times.
    QCOMPARE(estimate.estimate->cost.value_or(0), (3 * 1.0 + 2 * 10.0) / 1e6 * 10);
    request.isEstimate = false;
    const SampleReport report = sample(request);
    QCOMPARE(report.done, std::size_t {10});
    QVERIFY(report.isCostKnown);
    QVERIFY(std::abs(report.cost - *estimate.estimate->cost) < 1e-12);
    // Of another model no price is known, and that is said.
    request.isEstimate = true;
    request.model = "unheard-of";
    const SampleReport other = sample(request);
    QVERIFY(!other.estimate->cost);
    QVERIFY(other.estimate->costNote.find("unheard-of is not known") != std::string::npos);
    QVERIFY(!other.estimate->isReported);
}

void TestStepSampling::differentAnswersAreClusters()
{
    int calls = 0;
    const auto server = serve([&](const ServedRequest&) {
        ++calls;
        if (calls == 1)
            return said("The run itself.");
        if (calls % 5 == 0)
            return said("I do not know.");
        return calls % 2 == 0 ? called("refund", R"({"amount": 89, "order": 1})")
                              : called("refund", R"({"order":1,"amount":178})");
    });
    const auto run = record(webAgent(*server));
    const SampleReport report = sample(requestOf(*run, "tester:1.1", 10)); // calls 2 to 11
    QCOMPARE(report.problem, std::string());
    QCOMPARE(report.done, std::size_t {10});
    QCOMPARE(report.clusters.size(), std::size_t {3});
    std::map<std::string, std::size_t> counts;
    std::set<std::size_t> members;
    for (const OutcomeCluster& cluster : report.clusters) {
        counts[cluster.label] = cluster.share.count;
        QCOMPARE(cluster.share.of, std::size_t {10});
        QVERIFY(cluster.share.low < cluster.share.share
                && cluster.share.share < cluster.share.high);
        for (const std::size_t member : cluster.members) {
            QCOMPARE(report.samples[member].outcome, cluster.label);
            members.insert(member);
        }
    }
    QCOMPARE(members.size(), std::size_t {10});
    const std::map<std::string, std::size_t> expected {
        {R"(refund {"amount":89,"order":1})", 4}, // 2, 4, 6, 8
        {R"(refund {"amount":178,"order":1})", 4}, // 3, 7, 9, 11
        {"I do not know.", 2}};
    QCOMPARE(counts, expected);
    // What a branch holds is what came.
    for (const StepSample& sample : report.samples) {
        const auto ends = factsOf<EffectEnded>(sample.file.toStdString());
        QCOMPARE(ends.size(), std::size_t {1});
        QCOMPARE(clusterOutcomes({Outcome {.response = ChatResponse {ends[0].output.front()}}})
                     .front()
                     .label,
                 sample.outcome);
    }
}

void TestStepSampling::whatIsBusyIsTriedAgain()
{
    int calls = 0;
    const auto server = serve([&](const ServedRequest&) {
        ++calls;
        return calls > 1 && calls % 2 == 0 ? refusal(429) : said("Yes.");
    });
    const auto run = record(webAgent(*server));
    const SampleReport report = sample(requestOf(*run, "tester:1.1", 5));
    QCOMPARE(report.done, std::size_t {5});
    QCOMPARE(report.failed, std::size_t {0});
    QVERIFY(report.retries >= 4);
    QCOMPARE(report.clusters.size(), std::size_t {1});
    QCOMPARE(report.clusters.front().share.of, std::size_t {5});
    std::uint32_t attempts = 0;
    for (const StepSample& sample : report.samples)
        attempts += sample.attempts;
    QCOMPARE(attempts, static_cast<std::uint32_t>(5 + report.retries));
    QCOMPARE(server->requests().size(), static_cast<qsizetype>(1 + attempts));
}

void TestStepSampling::whatStaysBusyIsNoOutcome()
{
    int calls = 0;
    const auto server
        = serve([&](const ServedRequest&) { return ++calls > 2 ? refusal(503) : said("Yes."); });
    const auto run = record(webAgent(*server));
    SampleRequest request = requestOf(*run, "tester:1.1", 3);
    request.concurrency = 1;
    const SampleReport report = sample(request);
    QCOMPARE(report.problem, std::string());
    QCOMPARE(report.done, std::size_t {1});
    QCOMPARE(report.failed, std::size_t {2});
    QCOMPARE(report.samples[1].state, SampleState::Failed);
    QCOMPARE(report.samples[1].attempts, 5U);
    QVERIFY2(report.samples[1].told.find("failed 5 times") != std::string::npos,
             report.samples[1].told.c_str());
    QCOMPARE(report.clusters.front().share.of, std::size_t {1});
    QCOMPARE(filesOf(report).size(), std::size_t {1});
}

void TestStepSampling::aRequestThatIsRefusedEndsIt()
{
    int calls = 0;
    const auto server
        = serve([&](const ServedRequest&) { return ++calls > 1 ? refusal(401) : said("Yes."); });
    const auto run = record(webAgent(*server));
    SampleRequest request = requestOf(*run, "tester:1.1", 20);
    request.concurrency = 2;
    const SampleReport report = sample(request);
    QVERIFY(report.isOver);
    QVERIFY2(report.problem.starts_with("The provider does not take the request"),
             report.problem.c_str());
    QVERIFY(server->requests().size() <= 3);
    QVERIFY(filesOf(report).empty());
}

void TestStepSampling::itIsCancelledWithinASecond()
{
    int calls = 0;
    const auto server = serve([&](const ServedRequest&) {
        ScriptedAnswer answer = said("Yes.");
        if (++calls > 3)
            answer.pace.delay = Duration {60'000'000'000};
        return answer;
    });
    const auto run = record(webAgent(*server));
    SampleRequest request = requestOf(*run, "tester:1.1", 10);
    request.concurrency = 3;
    StepSampling sampling(request, world(), m_pool, m_home);
    sampling.start();
    QVERIFY(waitFor([&] { return sampling.report().done == 2 && calls == 6; }));
    QElapsedTimer time;
    time.start();
    sampling.cancel();
    QVERIFY(waitFor([&] { return sampling.report().isOver; }));
    QVERIFY(time.elapsed() < 1000);
    QVERIFY(waitFor([&] { return server->abandonedCount() == 3; }));
    const SampleReport& report = sampling.report();
    QVERIFY(report.isCancelled);
    QCOMPARE(report.done, std::size_t {2});
    QCOMPARE(filesOf(report).size(), std::size_t {2}); // what was paid for is kept
    QCOMPARE(report.clusters.front().share.of, std::size_t {2});
}

void TestStepSampling::whatIsChangedIsSentAndRecorded()
{
    const auto server = serve([](const ServedRequest& request) {
        const auto messages = request.chat.messages.pointers();
        return said("System: " + tracestore::plainText(*messages.front()));
    });
    const auto run = record(webAgent(*server));
    SampleRequest request = requestOf(*run, "tester:1.1", 2);
    request.edits = {{"request.system", "Be short."}, {"request.param.temperature", "0.25"}};
    request.model = "large";
    const SampleReport report = sample(request);
    QCOMPARE(report.problem, std::string());
    QCOMPARE(report.done, std::size_t {2});
    QCOMPARE(report.samples[0].outcome, std::string("System: Be short."));
    QCOMPARE(report.model, std::string("large"));
    const ChatRequest sent = server->requests().back().chat;
    QCOMPARE(sent.model, std::string("large"));
    QVERIFY(sent.parameters.find("0.25") != std::string::npos);
    const std::filesystem::path file = report.samples[0].file.toStdString();
    const auto edits = factsOf<EditMade>(file);
    QCOMPARE(edits.size(), std::size_t {3});
    QCOMPARE(edits[0].path, std::string("request.model"));
    QCOMPARE(edits[0].before, std::string("\"small\""));
    const auto intents = factsOf<EffectWanted>(file);
    QCOMPARE(intents.size(), std::size_t {1});
    QCOMPARE(intents[0].name, std::string("large"));
    std::optional<SampleMark> mark;
    for (const auto& fact : factsOf<tracestore::DecisionMade>(file)) {
        if (auto found = sampleMarkOf(tracestore::RunFact(fact)))
            mark = found;
    }
    QVERIFY(mark);
    QCOMPARE(mark->step, std::string("tester:1.1.1"));
    QCOMPARE(mark->source, std::string("run.kymo"));
    QVERIFY(mark->change.find("request.param.temperature") != std::string::npos);
    QCOMPARE(goOn(file), std::string("ok: System: Be short."));
}

void TestStepSampling::keysAreMasked()
{
    int calls = 0;
    const auto server = serve([&](const ServedRequest&) {
        return said(++calls > 1 ? "Key " + std::string(kKey) : "Yes.");
    });
    const auto run = record(webAgent(*server));
    SampleRequest request = requestOf(*run, "tester:1.1", 1);
    request.edits = {{"request.messages[-1].text", std::string("Is it ") + kKey + "?"}};
    const SampleReport report = sample(request);
    QCOMPARE(report.done, std::size_t {1});
    QCOMPARE(report.samples[0].outcome, std::string("Key [secret:KYMO_TEST_SAMPLE]"));
    QVERIFY(server->requests().back().body.contains(kKey)); // as the user wrote it
    const std::string file = contentOf(report.samples[0].file.toStdString());
    QVERIFY(!file.empty());
    QVERIFY(file.find(kKey) == std::string::npos);
}

void TestStepSampling::largeRecordingsKeepSmallOnes()
{
    const auto server = serve([](const ServedRequest&) { return said("Yes."); });
    const auto run = record(webAgent(*server));
    SampleRequest request = requestOf(*run, "tester:1.1", 2);
    request.branchBytes = 1; // as if it were large
    request.edits = {{"request.system", "Be short."}};
    const SampleReport report = sample(request);
    QCOMPARE(report.problem, std::string());
    QCOMPARE(filesOf(report).size(), std::size_t {2});
    QVERIFY(!report.samples[0].isBranch);
    QVERIFY(report.notes.back().starts_with("The recording is large"));
    const std::filesystem::path kept = report.samples[1].file.toStdString();
    QVERIFY(kept.string().starts_with(request.folder.toStdString()));
    const auto branch = branchOfSample(kept);
    QVERIFY2(branch, branch ? "" : branch.error().message.c_str());
    QCOMPARE(branch->parent_path(), run->folder->path());
    QCOMPARE(goOn(*branch), std::string("ok: Yes."));
    QCOMPARE(factsOf<EditMade>(*branch).size(), std::size_t {1});
    // Another file in the place of the recording is not taken for it.
    const auto other = record(webAgent(*server));
    std::filesystem::copy_file(
        fileOf(*other), fileOf(*run), std::filesystem::copy_options::overwrite_existing);
    const auto wrong = branchOfSample(kept);
    QVERIFY(!wrong);
    QVERIFY(wrong.error().message.find("is not the recording") != std::string::npos);
}

void TestStepSampling::aTraceOfOthersIsSentToAnyProvider()
{
    KYMO_NEED_SAMPLES();
    const auto source = samplesDir() / "langfuse" / "pydantic-ai-tools-2025-12-04.trace.json";
    const auto trace = openFiles({source});
    QVERIFY(trace);
    const auto models = std::ranges::count_if((*trace)->preOrder(), [&](tracestore::SpanId span) {
        return (*trace)->kind(span) == SpanKind::Llm;
    });
    QVERIFY(models > 0);
    const auto span = *std::ranges::find_if((*trace)->preOrder(), [&](tracestore::SpanId each) {
        return (*trace)->kind(each) == SpanKind::Llm;
    });
    const TemporaryFolder folder;
    writeFile(folder.file("s.json"), sayScript("Another joke.").dump());
    SampleRequest request;
    request.trace = *trace;
    request.span = span;
    request.file = QString::fromStdString(source.string());
    request.agentText = QString::fromStdString(scriptedAgent().dump());
    request.agentFolder = QString::fromStdString(folder.path().string());
    request.folder = QString::fromStdString((folder.path() / "samples").string());
    request.count = 3;
    const SampleReport report = sample(request);
    QCOMPARE(report.problem, std::string());
    QCOMPARE(report.model, std::string("m"));
    QVERIFY(std::ranges::any_of(report.notes, [](const std::string& note) {
        return note.find("tells of no tools") != std::string::npos;
    }));
    QCOMPARE(report.done, std::size_t {3});
    QCOMPARE(filesOf(report).size(), std::size_t {3});
    const std::filesystem::path file = report.samples[0].file.toStdString();
    const auto kept = openFiles({file});
    QVERIFY2(kept, kept ? "" : kept.error().message.c_str());
    const auto call = std::ranges::find_if((*kept)->preOrder(), [&](tracestore::SpanId each) {
        return (*kept)->kind(each) == SpanKind::Llm;
    });
    QVERIFY(call != (*kept)->preOrder().end());
    const auto then = (*trace)->payloads().detail(span);
    const auto now = (*kept)->payloads().detail(*call);
    QVERIFY(then && now);
    QCOMPARE(now->input.size(), then->input.size());
    QCOMPARE(tracestore::plainText(now->input.front()), tracestore::plainText(then->input.front()));
    QCOMPARE(tracestore::plainText(now->output.front()), std::string("Another joke."));
    // It is marked as what it is, and nothing can go on from it.
    const auto branch = branchOfSample(file);
    QVERIFY(!branch);
    QVERIFY(branch.error().message.find("no recording of a run") != std::string::npos);
    const auto place = sampleFolder(request.folder.toStdString(), source);
    QVERIFY(place && std::filesystem::exists(*place));
    QCOMPARE(file.parent_path(), *place);
}

void TestStepSampling::whatTheTraceDoesNotTellIsSaid()
{
    const TestFolder folder;
    const auto trace = folder.open(R"({"messages":[{"role":"user","content":"Hello"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function",
          "function":{"name":"look","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"a","content":"nothing"},
        {"role":"assistant","content":"Bye"}]})");
    QVERIFY2(trace, trace ? "" : trace.error().message.c_str());
    tracestore::SpanId last;
    for (const tracestore::SpanId span : (*trace)->preOrder()) {
        if ((*trace)->kind(span) == SpanKind::Llm)
            last = span;
    }
    QVERIFY(last.isValid());
    const auto source = readSampleSource(**trace, last, {});
    QVERIFY(source);
    QString all;
    for (const std::string& sentence : source->missing)
        all += QString::fromStdString(sentence) + u'\n';
    QVERIFY2(all.contains(u"No system prompt is recorded"), qPrintable(all));
    QVERIFY2(all.contains(u"which tools the model was offered"), qPrintable(all));
    QVERIFY(!source->call.request.messages.isEmpty());
}

void TestStepSampling::whatMakesNoSenseIsRefused_data()
{
    QTest::addColumn<QString>("effect");
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("says");
    QTest::newRow("no such step") << u"tester:9.1"_s << u""_s << u""_s << u"no step tester:9.1"_s;
    QTest::newRow("no model") << u"tester:2.1"_s << u""_s << u""_s << u"is no call of a model"_s;
    QTest::newRow("no such provider")
        << u"tester:1.1"_s << u"q"_s << u""_s << u"has no provider q. It has p."_s;
    QTest::newRow("an edited provider that is none")
        << u"tester:1.1"_s << u""_s << u"request.provider"_s << u"has no provider 1"_s;
    QTest::newRow("no part of the request")
        << u"tester:1.1"_s << u""_s << u"outcome.result"_s << u"is no part of the request"_s;
    QTest::newRow("no such place")
        << u"tester:1.1"_s << u""_s << u"request.nothing"_s << u"no `nothing`"_s;
}

void TestStepSampling::whatMakesNoSenseIsRefused()
{
    QFETCH(QString, effect);
    QFETCH(QString, provider);
    QFETCH(QString, path);
    QFETCH(QString, says);
    const auto run = record(scriptedAgent({{{"name", "calculator"}}}),
                            callScript("calculator", {{"expression", "2+2"}}));
    SampleRequest request = requestOf(*run, effect.toStdString(), 2);
    request.provider = provider.toStdString();
    if (!path.isEmpty())
        request.edits = {{path.toStdString(), "\"1\""}};
    const SampleReport report = sample(request);
    QVERIFY(report.isOver);
    QVERIFY2(QString::fromStdString(report.problem).contains(says), report.problem.c_str());
    QVERIFY(report.samples.empty());
}

void TestStepSampling::toolsAreReadInAllShapes()
{
    std::vector<std::string> missing;
    const auto tools = offeredTools(
        R"([{"type":"function","function":{"name":"a","description":"A","parameters":{"type":"object"}}},
            {"name":"b","input_schema":{"type":"object"}},
            {"name":"c","inputSchema":{"type":"object"}},
            {"functionDeclarations":[{"name":"d","parametersJsonSchema":{"type":"object"}}]},
            {"toolSpec":{"name":"e","inputSchema":{"json":{"type":"object"}}}},
            {"type":"web_search_20250305","name":"web_search"},
            7, {"description":"nameless"}])",
        missing);
    std::string names;
    for (const ToolDefinition& tool : tools) {
        names += tool.name;
        QCOMPARE(tool.inputSchema, std::string(R"({"type":"object"})"));
    }
    QCOMPARE(names, std::string("abcde"));
    QCOMPARE(tools.front().description, std::string("A"));
    QCOMPARE(missing.size(), std::size_t {2});
    QVERIFY(missing[0].find("web_search") != std::string::npos);
    QVERIFY(missing[1].starts_with("2 tools"));
    missing.clear();
    QVERIFY(offeredTools("no list", missing).empty());
    QCOMPARE(missing.size(), std::size_t {1});
}

void TestStepSampling::theServiceTellsAndCancels()
{
    const auto run = record(scriptedAgent(), sayScript("Done."));
    LocalEngine local(nullptr);
    std::map<SampleId, SampleReport> reports;
    connect(&local, &EngineService::sampled, this, [&](const SampleReport& report) {
        reports[report.id] = report;
    });
    const SampleId first = local.sample(requestOf(*run, "tester:1.1", 3));
    QVERIFY(waitFor([&] { return reports.contains(first) && reports[first].isOver; }));
    QCOMPARE(reports[first].done, std::size_t {3});
    QCOMPARE(filesOf(reports[first]).size(), std::size_t {3});
    writeFile(run->folder->file("s.json"), sayScript("Done.", 60'000).dump());
    const SampleId second = local.sample(requestOf(*run, "tester:1.1", 3));
    QVERIFY(waitFor([&] { return reports.contains(second) && !reports[second].samples.empty(); }));
    QVERIFY(!reports[second].isOver);
    local.cancelSample(second);
    QVERIFY(waitFor([&] { return reports[second].isOver; }));
    QVERIFY(reports[second].isCancelled);
    local.cancelSample(second); // is over already
    local.cancelSample(77);
}

QTEST_GUILESS_MAIN(TestStepSampling)

#include "tst_step_sampling.moc"
