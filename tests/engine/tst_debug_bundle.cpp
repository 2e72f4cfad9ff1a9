#include "engine/agent/state_hash.h"
#include "engine/bundle/bundle_contents.h"
#include "engine/bundle/debug_bundle.h"
#include "tests/support/run_log.h"
#include "tests/support/same_event.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_text.h"
#include "tracestore/annotation/annotation_store.h"
#include "tracestore/base/hash.h"
#include "tracestore/open_trace.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"
#include "tracestore/recording/run_event_json.h"
#include "tracestore/register_builtins.h"
#include "tracestore/store/byte_source.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace engine;
using namespace tracestore;
using nlohmann::json;

namespace fs = std::filesystem;

/// Bundles: what is in them, and that what is hidden is nowhere.
class TestDebugBundle : public QObject
{
    Q_OBJECT

private slots:
    void rulesAreReadAndWrongOnesExplained();
    void whatHasNoHitStaysByteForByte();
    void aFieldIsHiddenWhereverItsValueStands();
    void jsonInsideOfJsonIsHidden();
    void shortValuesAndNumbers();
    void patternsAndKeys();
    void aTextThatIsANumberIsHiddenAsOne();
    void theSameValueHasTheSamePlaceholder();
    void aBundleWithoutRulesIsTheRecording();
    void whatIsHiddenIsNowhere();
    void hashesOfStatesAreThoseOfTheHiddenStates();
    void aStreamThatWasHiddenIsLeftOut();
    void anInterruptedRunStaysOne();
    void branchesAndSettingsComeBack();
    void aMaskedFamilyIsStillOne();
    void hostileNamesAreNotUnpacked();
    void aForeignTraceIsHiddenInAllItsRecords();
    void theSourceIsNeverWrittenOver();
    void realSamples();
};

namespace {

std::vector<MaskRule> rules(const std::vector<std::string>& written)
{
    auto read = readMaskRules(written);
    return read ? std::move(*read) : std::vector<MaskRule>();
}

std::string ruleError(const std::string& written)
{
    const auto read = readMaskRule(written);
    return read ? std::string() : read.error().message;
}

std::string hidden(TextMask& mask, const std::string& text)
{
    MaskCounts counts;
    return mask.masked(text, counts);
}

/// The recording of the test data: an agent that asks a database about an order of Tom Okafor.
void unpackRecording(const fs::path& to)
{
    Job job;
    const auto packed = ByteSource::open(tests::dataDir() / "kymo" / "version-3.kymo.zst", job);
    QVERIFY(packed);
    const auto bytes = (*packed)->read(0, (*packed)->size());
    QVERIFY(bytes);
    tests::writeFile(to, std::string(*bytes));
}

TracePtr opened(const fs::path& path)
{
    Job job;
    auto trace = openTrace({.paths = {path}}, builtinImporters(), job);
    return trace ? *trace : TracePtr();
}

/// Everything that can be read in a file, its log and its members too.
std::string allTexts(const fs::path& path)
{
    const TracePtr trace = opened(path);
    std::string texts = trace ? tests::fullText(*trace, true) : "(not opened)";
    const auto recording = readRecording(path);
    if (recording)
        for (const RunEvent& event : recording->events) {
            texts += event.agent + event.effect + toJson(event.fact);
            if (const auto* wanted = std::get_if<EffectWanted>(&event.fact))
                for (const Message& message : wanted->input.messages())
                    texts += toJson(message);
        }
    for (const std::string& name : memberNames(path).value_or(std::vector<std::string>()))
        texts += name + readMember(path, name).value_or(std::string());
    return texts;
}

std::string writeBundle(BundleRequest request, const fs::path& to)
{
    Job job;
    const auto bundle = DebugBundle::prepare(std::move(request), job);
    if (!bundle)
        return bundle.error().message;
    const auto written = bundle->write(to, job);
    return written ? std::string() : written.error().message;
}

/// The first event whose state, put together of all before, has another hash than it says.
std::int64_t firstWrongHash(const std::vector<RunEvent>& events)
{
    std::map<std::string, json> states;
    for (const RunEvent& event : events) {
        const auto* changed = std::get_if<StateChanged>(&event.fact);
        if (changed == nullptr)
            continue;
        const json told = json::parse(changed->state);
        json& state = states[event.agent];
        state = changed->isWhole ? told : state.patch(told);
        if (changed->hash != hashOfState(state).toHex())
            return event.number;
    }
    return 0;
}

} // namespace

void TestDebugBundle::rulesAreReadAndWrongOnesExplained()
{
    const auto read = readMaskRule("find_customer:result.customer.phone");
    QVERIFY(read);
    QVERIFY(read->kind == MaskRule::Kind::Result);
    QCOMPARE(read->tool, std::string("find_customer"));
    QCOMPARE(read->path, (std::vector<std::string> {"customer", "phone"}));
    QVERIFY(readMaskRule("args.email")->tool.empty());
    QVERIFY(readMaskRule("/a+b/i")->pattern->matches("xAAB"));
    QCOMPARE(readMaskRule("\"Ada Lovelace\"")->text, std::string("Ada Lovelace"));
    for (const char* wrong :
         {"", "email", "args..email", "result", ":args", "/a*/", "/(/", "/abc", "\"x\"", "\"abc"})
        QVERIFY2(!ruleError(wrong).empty(), wrong);
    QVERIFY(ruleError("email").find("args.NAME") != std::string::npos);
}

void TestDebugBundle::whatHasNoHitStaysByteForByte()
{
    TextMask mask(rules({"args.email"}), true);
    mask.learn("t", R"({"email":"ada@shop.example"})", {});
    for (const std::string& text :
         std::initializer_list<std::string> {R"({ "a" : [1.50, "\u0041\/x"],  "b":null })",
                                             "plain ada and shop.example",
                                             "{\"cut\": \"off",
                                             "[1,2",
                                             "",
                                             "{}\n{\"x\": 1}\r\n\n"})
        QCOMPARE(hidden(mask, text), text);
    const std::string hit = R"({ "a" : "ada@shop.example",  "b":null })";
    const std::string masked = R"({ "a" : "[masked:args.email.1]",  "b":null })";
    QCOMPARE(hidden(mask, hit), masked);
}

void TestDebugBundle::aFieldIsHiddenWhereverItsValueStands()
{
    TextMask mask(rules({"args.email", "find:result.people.phone", "pay:args"}), false);
    mask.learn("any", R"({"email":"ada@shop.example","name":"Ada"})", {});
    mask.learn("find", {}, R"({"people":[{"phone":"+49 30 1234"},{"phone":"+49 30 5678"}]})");
    mask.learn("other", {}, R"({"people":[{"phone":"not hidden"}]})");
    mask.learn("pay", R"({"to":{"iban":"DE00 1234"},"notes":["urgent!"]})", {});
    const std::string text
        = hidden(mask, "Ada <ada@shop.example>, +49 30 5678, DE00 1234, urgent!, not hidden");
    QCOMPARE(text,
             std::string("Ada <[masked:args.email.1]>, [masked:find:result.people.phone.2], "
                         "[masked:pay:args.2], [masked:pay:args.1], not hidden"));
}

void TestDebugBundle::jsonInsideOfJsonIsHidden()
{
    TextMask mask(rules({"args.text"}), false);
    mask.learn("t", json {{"text", "line one\nsays \"no\" \\ é"}}.dump(), {});
    json value {{"text", "line one\nsays \"no\" \\ é"}};
    for (int depth = 0; depth < 4; ++depth)
        value = {{"packed", value.dump()}, {"beside", "stays"}};
    const std::string text = hidden(mask, value.dump());
    QVERIFY2(text.find("line one") == std::string::npos, text.c_str());
    QVERIFY(text.find("stays") != std::string::npos);
    QVERIFY(json::accept(text));
    // Lines of JSON, a stream, and JSON that was cut off.
    const std::string line = json {{"a", "line one\nsays \"no\" \\ é"}}.dump();
    for (const std::string& around :
         std::initializer_list<std::string> {line + '\n' + line + '\n',
                                             "data: " + line + "\n\ndata: " + line,
                                             line.substr(0, line.size() - 1)})
        QVERIFY(hidden(mask, around).find("line one") == std::string::npos);
}

void TestDebugBundle::shortValuesAndNumbers()
{
    TextMask mask(rules({"args.land", "args.order", "args.count", "args.isNew"}), false);
    mask.learn("t", R"({"land":"DE","order":104299,"count":7,"isNew":true})", {});
    const std::string call = R"({"land":"DE","n":104299,"m":1042991,"count":7,"t":"DEAL"})";
    const std::string masked = R"({"land":"[masked:args.land.1]","n":"[masked:args.order.1]",)"
                               R"("m":1042991,"count":7,"t":"DEAL"})";
    QCOMPARE(hidden(mask, call), masked);
    QCOMPARE(hidden(mask, "order 104299, not 1042991"),
             std::string("order [masked:args.order.1], not 1042991"));
    MaskCounts counts;
    const std::string state = R"({"spent":104299,"said":"{\"order\":104299}"})";
    const std::string without
        = R"({"spent":104299,"said":"{\"order\":\"[masked:args.order.1]\"}"})";
    QCOMPARE(mask.maskedButNumbers(state, counts), without);
    QCOMPARE(mask.tooShort().at("args.count"), std::uint64_t {1});
    QCOMPARE(mask.tooShort().at("args.isNew"), std::uint64_t {1});
}

void TestDebugBundle::patternsAndKeys()
{
    TextMask mask(rules({R"(/[a-z]+@[a-z.]+/)", "\"Ada Lovelace\""}), true);
    mask.addSecret("SHOP_TOKEN", "correct horse battery");
    const std::string key = "sk-ant-abcdefghij0123456789xyz";
    MaskCounts counts;
    const std::string text
        = mask.masked(R"({"a":"x@y.example and z@y.example and x@y.example","b":")" + key
                          + R"(","c":"Ada Lovelace: correct horse battery"})",
                      counts);
    const std::string expected
        = R"({"a":"[masked:rule 1.1] and [masked:rule 1.2] and [masked:rule 1.1]",)"
          R"("b":"[secret:Anthropic key]","c":"[masked:rule 2.1]: [secret:SHOP_TOKEN]"})";
    QCOMPARE(text, expected);
    QCOMPARE(counts.at("/[a-z]+@[a-z.]+/"), std::uint64_t {3});
    QCOMPARE(counts.at("Anthropic key"), std::uint64_t {1});
    TextMask open({}, false);
    QCOMPARE(hidden(open, key), key);
}

void TestDebugBundle::aTextThatIsANumberIsHiddenAsOne()
{
    TextMask mask(rules({"\"1042\"", "\"42\""}), false);
    const std::string text = R"({"order":1042,"n":42,"said":"order 1042, not 10423","m":10423})";
    const std::string masked = R"({"order":"[masked:rule 1.1]","n":42,)"
                               R"("said":"order [masked:rule 1.1], not 10423","m":10423})";
    QCOMPARE(hidden(mask, text), masked);
}

void TestDebugBundle::theSameValueHasTheSamePlaceholder()
{
    TextMask mask(rules({"args.a", "args.b"}), false);
    mask.learn("t", R"({"a":"one value","b":"one value"})", {});
    mask.learn("t", R"({"a":"another value"})", {});
    QCOMPARE(hidden(mask, "one value, another value, one value"),
             std::string("[masked:args.a.1], [masked:args.a.2], [masked:args.a.1]"));
    // The longer of two that begin alike.
    mask.learn("t", R"({"b":"one value more"})", {});
    QCOMPARE(hidden(mask, "one value more"), std::string("[masked:args.b.1]"));
}

void TestDebugBundle::aBundleWithoutRulesIsTheRecording()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("odd.kymo");
    auto writer = RecordingWriter::create(file);
    QVERIFY(writer);
    for (const RunEvent& event : tests::makeOddRun())
        QVERIFY((*writer)->append(event));
    QVERIFY((*writer)->close());
    QCOMPARE(writeBundle({.file = file, .hidesKeys = false}, folder.file("b.kymo")), std::string());
    const auto before = readRecording(file);
    const auto after = readRecording(folder.file("b.kymo"));
    QVERIFY(before && after);
    QVERIFY(after->isComplete);
    QCOMPARE(after->events.size(), before->events.size());
    for (std::size_t i = 0; i < before->events.size(); ++i)
        QVERIFY2(tests::isSame(after->events[i], before->events[i]), std::to_string(i + 1).c_str());
    // A bundle says what its file was called, not where it lay.
    std::string expected = tests::fullText(*opened(file), true);
    expected.replace(expected.find(file.string()), file.string().size(), "odd.kymo");
    QVERIFY(tests::fullText(*opened(folder.file("b.kymo")), true) == expected);
}

void TestDebugBundle::whatIsHiddenIsNowhere()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("run.kymo");
    unpackRecording(file);
    QVERIFY(allTexts(file).find("Tom Okafor") != std::string::npos);
    BundleRequest request {.file = file};
    request.rules = rules({"\"Tom Okafor\"", "orders:args"});
    request.setup = R"({"kymo_breakpoints":1,"x":"Tom Okafor"})";
    Annotation note {.key = "n", .text = "why Tom Okafor?"};
    note.step = StepAddress {3, "orders of Tom Okafor", "", "bad-arguments:2.1.1"};
    request.annotations = {note};
    Job job;
    const auto bundle = DebugBundle::prepare(std::move(request), job);
    QVERIFY2(bundle, bundle ? "" : bundle.error().message.c_str());
    QVERIFY(bundle->places().size() > 5);
    for (const MaskedPlace& place : bundle->places())
        QVERIFY(place.where.find("Okafor") == std::string::npos);
    QVERIFY(!fs::exists(folder.file("b.kymo")));
    QVERIFY(bundle->write(folder.file("b.kymo"), job));
    const std::string texts = allTexts(folder.file("b.kymo"));
    QVERIFY(texts.find("Okafor") == std::string::npos);
    QVERIFY(texts.find("FROM orders") == std::string::npos);
    QVERIFY(texts.find("[masked:rule 1.1]") != std::string::npos);
    const auto notes = AnnotationStore(folder.file("b.kymo"), folder.path() / "none").read();
    QVERIFY(notes);
    QCOMPARE(notes->annotations.at(0).text, std::string("why [masked:rule 1.1]?"));
    QCOMPARE(notes->annotations.at(0).step->name, std::string("orders of [masked:rule 1.1]"));
}

void TestDebugBundle::hashesOfStatesAreThoseOfTheHiddenStates()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("run.kymo");
    unpackRecording(file);
    QCOMPARE(firstWrongHash(readRecording(file)->events), std::int64_t {0});
    BundleRequest request {.file = file};
    request.rules = rules({"\"Tom Okafor\"", "\"order 1042\"", "orders:result"});
    QCOMPARE(writeBundle(std::move(request), folder.file("b.kymo")), std::string());
    const auto after = readRecording(folder.file("b.kymo"));
    QVERIFY(after);
    QCOMPARE(firstWrongHash(after->events), std::int64_t {0});
    std::size_t changed = 0;
    const auto before = readRecording(file);
    for (std::size_t i = 0; i < after->events.size(); ++i)
        changed += toJson(after->events[i].fact) != toJson(before->events[i].fact) ? 1 : 0;
    QVERIFY(changed > 10);
}

void TestDebugBundle::aStreamThatWasHiddenIsLeftOut()
{
    tests::RunLog log;
    log.add(RunStarted {.name = "a", .input = "go"});
    log.add(AgentStarted {.name = "a"}, "a");
    for (const char* effect : {"a:1.1.1", "a:2.1.1"}) {
        log.add(EffectWanted {.kind = EffectKind::Model, .name = "m"}, "a", effect);
        EffectEnded ended;
        const bool isFirst = std::string(effect) == "a:1.1.1";
        ended.output = {{.role = Role::Assistant,
                         .parts = {TextPart {isFirst ? "I asked Ada Lovelace." : "Done."}}}};
        ended.raw = isFirst ? "data: {\"d\":\"I asked Ada Lo\"}\n\ndata: {\"d\":\"velace.\"}\n"
                            : "data: {\"d\":\"Do\"}\n\ndata: {\"d\":\"ne.\"}\n";
        log.add(ended, "a", effect);
    }
    const tests::TemporaryFolder folder;
    auto writer = RecordingWriter::create(folder.file("run.kymo"));
    for (const RunEvent& event : log.events())
        QVERIFY((*writer)->append(event));
    QVERIFY((*writer)->close());
    BundleRequest request {.file = folder.file("run.kymo")};
    request.rules = rules({"\"Ada Lovelace\""});
    QCOMPARE(writeBundle(std::move(request), folder.file("b.kymo")), std::string());
    const std::string texts = allTexts(folder.file("b.kymo"));
    QVERIFY(texts.find("velace") == std::string::npos);
    QVERIFY(texts.find("left out") != std::string::npos);
    // The other is as it came.
    QVERIFY(texts.find("\\\"ne.\\\"") != std::string::npos);
}

void TestDebugBundle::anInterruptedRunStaysOne()
{
    const tests::TemporaryFolder folder;
    {
        auto writer = RecordingWriter::create(folder.file("run.kymo"));
        for (const RunEvent& event : tests::makeConversation(3))
            QVERIFY((*writer)->append(event));
        QVERIFY((*writer)->commit());
    }
    QCOMPARE(writeBundle({.file = folder.file("run.kymo")}, folder.file("b.kymo")), std::string());
    const auto read = readRecording(folder.file("b.kymo"));
    QVERIFY(read);
    QVERIFY(!read->isComplete);
    auto again = RecordingWriter::resume(folder.file("b.kymo"));
    QVERIFY2(again, again ? "" : again.error().message.c_str());
    for (const RunEvent& event :
         tests::makeTurn(static_cast<std::int64_t>(read->events.size()) + 1))
        QVERIFY((*again)->append(event));
    QVERIFY((*again)->close());
    QVERIFY(readBundle(folder.file("b.kymo"))->isBundle);
}

void TestDebugBundle::branchesAndSettingsComeBack()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("run.kymo");
    const fs::path branch = folder.file("run.fork.kymo");
    unpackRecording(file);
    fs::copy_file(file, branch);
    DebugSetup setup;
    setup.breakpoints.push_back({});
    setup.breakpoints.back().id = 1;
    setup.watches.push_back({});
    setup.watches.back().id = 1;
    setup.watches.back().expression = "spent.tokens";
    tracestore::Annotation found {.key = "found", .kind = tracestore::AnnotationKind::Fact};
    found.name = "found";
    found.text = "Tom Okafor was right";
    QVERIFY(tracestore::AnnotationStore(branch, folder.path() / "notes").apply({found}));
    BundleRequest request {.file = file, .branches = {branch}};
    request.notesFolder = folder.path() / "notes";
    request.setup = toJsonText(setup);
    const std::string policy = R"({"tools":{"refund":"blocked"}})";
    request.replayPolicy = policy;
    request.rules = rules({"\"Tom Okafor\""});
    QCOMPARE(writeBundle(std::move(request), folder.file("b.kymo")), std::string());
    const auto held = readBundle(folder.file("b.kymo"));
    QVERIFY2(held, held ? "" : held.error().message.c_str());
    QVERIFY(held->isBundle);
    QCOMPARE(held->traceName, std::string("run.kymo"));
    QCOMPARE(held->branches, std::vector<std::string> {"run.fork.kymo"});
    QVERIFY(held->setup);
    QCOMPARE(held->setup->watches.size(), std::size_t {1});
    QCOMPARE(held->replayPolicy, policy);
    const auto trace = unpackBundle(folder.file("b.kymo"), folder.path() / "out");
    QVERIFY2(trace, trace ? "" : trace.error().message.c_str());
    QCOMPARE(*trace, folder.path() / "out" / "run.kymo");
    for (const char* name : {"run.kymo", "run.fork.kymo"}) {
        const auto read = readRecording(folder.path() / "out" / name);
        QVERIFY(read);
        QCOMPARE(read->events.size(), std::size_t {35});
        QVERIFY(read->isComplete);
        QVERIFY(allTexts(folder.path() / "out" / name).find("Okafor") == std::string::npos);
    }
    const auto notes
        = tracestore::AnnotationStore(folder.path() / "out" / "run.fork.kymo", folder.path())
              .read();
    QVERIFY(notes);
    QCOMPARE(notes->annotations.size(), std::size_t {1});
    const std::string& text = notes->annotations[0].text;
    QVERIFY2(text.ends_with("] was right"), text.c_str());
    // Nothing is replaced.
    const auto again = unpackBundle(folder.file("b.kymo"), folder.path() / "out");
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Invalid);
    QVERIFY(!readBundle(file)->isBundle);
    QVERIFY(!unpackBundle(file, folder.path() / "out2"));
}

/// Forks name the first recording of their family by a hash of its first event.
void TestDebugBundle::aMaskedFamilyIsStillOne()
{
    const auto keyOf = [](const RunEvent& first) {
        return contentHash(std::to_string(first.time.ns) + '\n' + toJson(first.fact)).toHex();
    };
    const tests::TemporaryFolder folder;
    tests::RunLog log;
    log.add(RunStarted {.name = "a", .input = "ask Ada Lovelace"});
    const std::string root = keyOf(log.events()[0]);
    for (const char* name : {"run.kymo", "run.fork.kymo"}) {
        auto writer = RecordingWriter::create(folder.file(name));
        for (const RunEvent& event : log.events())
            QVERIFY((*writer)->append(event));
        QVERIFY((*writer)->close());
        log.add(DecisionMade {
            "debugger", "branch", "Forked.", json {{"root", root}, {"up_to", 1}}.dump()});
    }
    BundleRequest request {.file = folder.file("run.kymo"),
                           .branches = {folder.file("run.fork.kymo")}};
    request.rules = rules({"\"Ada Lovelace\""});
    QCOMPARE(writeBundle(std::move(request), folder.file("b.kymo")), std::string());
    QVERIFY(unpackBundle(folder.file("b.kymo"), folder.path() / "out"));
    const auto main = readRecording(folder.path() / "out" / "run.kymo");
    const auto fork = readRecording(folder.path() / "out" / "run.fork.kymo");
    QVERIFY(main && fork);
    const std::string masked = keyOf(main->events.at(0));
    QVERIFY(masked != root);
    const auto& details = std::get<DecisionMade>(fork->events.at(1).fact).details;
    QVERIFY2(details.find(masked) != std::string::npos, details.c_str());
    QVERIFY(details.find(root) == std::string::npos);
}

void TestDebugBundle::hostileNamesAreNotUnpacked()
{
    const tests::TemporaryFolder folder;
    KymoExtras extras;
    extras.members = {{kAboutMember, R"({"format":"kymo-bundle","trace":"../../evil.kymo"})"},
                      {"branch/../up.kymo", "x"},
                      {"branch//tmp/abs.kymo", "x"},
                      {"branch/.hidden.kymo", "x"},
                      {"branch/run.sh", "x"}};
    Job job;
    tests::RunLog log;
    log.add(RunStarted {.name = "a", .input = "go"});
    SavedRun run {"run.kymo", {std::make_shared<const RunEvent>(log.events()[0])}};
    QVERIFY(saveRecording(run, extras, folder.file("b.kymo"), job));
    const auto held = readBundle(folder.file("b.kymo"));
    QVERIFY(held);
    QVERIFY(held->branches.empty());
    const auto trace = unpackBundle(folder.file("b.kymo"), folder.path() / "out");
    QVERIFY(trace);
    QCOMPARE(*trace, folder.path() / "out" / "trace.kymo");
    extras.members[0].content = R"({"format":7,"trace":[]})";
    QVERIFY(saveRecording(run, extras, folder.file("c.kymo"), job));
    QCOMPARE(readBundle(folder.file("c.kymo")).error().code, ErrorCode::Corrupt);
}

void TestDebugBundle::aForeignTraceIsHiddenInAllItsRecords()
{
    const tests::TemporaryFolder folder;
    const fs::path file = tests::examplesDir() / "weather.otlp.json";
    const TracePtr trace = opened(file);
    QVERIFY(trace);
    const std::string before = tests::fullText(*trace, true);
    QVERIFY(before.find("Oslo") != std::string::npos);
    BundleRequest request {.file = file, .trace = trace};
    request.rules = rules({"/Oslo/"});
    Job job;
    const auto bundle = DebugBundle::prepare(std::move(request), job);
    QVERIFY(bundle);
    QVERIFY(!bundle->places().empty());
    QVERIFY(bundle->write(folder.file("b.kymo"), job));
    const std::string after = allTexts(folder.file("b.kymo"));
    QVERIFY(after.find("Oslo") == std::string::npos);
    QVERIFY(after.find("[masked:rule 1.1]") != std::string::npos);
    QCOMPARE(opened(folder.file("b.kymo"))->spanCount(), trace->spanCount());
}

void TestDebugBundle::theSourceIsNeverWrittenOver()
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.file("run.kymo");
    unpackRecording(file);
    const std::string before = tests::contentOf(file);
    QVERIFY(!writeBundle({.file = file}, file).empty());
    QVERIFY(tests::contentOf(file) == before);
}

void TestDebugBundle::realSamples()
{
    KYMO_NEED_SAMPLES();
    const tests::TemporaryFolder folder;
    const ImporterRegistry importers = builtinImporters();
    std::map<std::string, int> formats;
    for (const auto& entry : fs::recursive_directory_iterator(tests::samplesDir())) {
        if (!entry.is_regular_file() || entry.file_size() > (256U << 10U))
            continue;
        Job job;
        const auto trace = openTrace({.paths = {entry.path()}}, importers, job);
        if (!trace || (*trace)->spanCount() == 0 || ++formats[(*trace)->origin().formatId] > 1)
            continue;
        BundleRequest request {.file = entry.path(), .trace = *trace};
        request.rules = rules({"/[aeiou]{2,}/"});
        QCOMPARE(writeBundle(std::move(request), folder.file("b.kymo")), std::string());
        const TracePtr after = opened(folder.file("b.kymo"));
        QVERIFY2(after, entry.path().c_str());
        QCOMPARE(after->spanCount(), (*trace)->spanCount());
        for (const SpanId span : after->preOrder()) {
            QVERIFY(after->payloads().detail(span));
            const auto raw = after->payloads().raw(span);
            QVERIFY2(!raw || raw->find("ou") == std::string::npos, entry.path().c_str());
        }
    }
    QVERIFY2(formats.size() >= 8, std::to_string(formats.size()).c_str());
}

QTEST_GUILESS_MAIN(TestDebugBundle)

#include "tst_debug_bundle.moc"
