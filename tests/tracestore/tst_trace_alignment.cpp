#include "tests/support/aligned_traces.h"
#include "tests/support/edited_run.h"
#include "tests/support/opened.h"
#include "tests/support/planted_conversation.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/compare/trace_alignment.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace tracestore;
using namespace tests;

namespace {

/// How well an alignment of an edited run agrees with what is known of the edits.
struct Agreement
{
    std::size_t pairs = 0; ///< steps that are in both
    std::size_t found = 0;
    std::size_t wrong = 0; ///< of these, paired with another one
    std::size_t strangers = 0; ///< steps of one side only that were paired
    std::size_t partings = 0;
    std::size_t exact = 0;
    std::vector<std::string> misses;
};

/// The forms in which two versions of one run may be written down.
ScriptForm formOf(unsigned seed)
{
    ScriptForm form;
    form.hasTurns = seed % 5 != 0;
    form.hasWorkflow = seed % 4 == 1;
    form.hasAgent = seed % 7 != 2;
    form.shuffle = seed % 3;
    form.callName = seed % 2 == 0 ? "chat" : "ChatModel.invoke";
    return form;
}

void judge(unsigned seed, const ScriptForm& formA, const ScriptForm& formB, Agreement& sum)
{
    const EditedRun run = makeEditedRun(seed);
    const ScriptTrace a = traceOf(run.before, formA);
    const ScriptTrace b = traceOf(run.after, formB);
    const TraceAlignment alignment = aligned(*a.trace, *b.trace);
    std::map<int, SpanId> inB;
    for (std::size_t i = 0; i < b.ids.size(); ++i)
        inB[b.ids[i]] = SpanId(i);
    for (const StepPair& pair : alignment.pairs) {
        const int id = pair.a.isValid() ? a.ids[pair.a.index()] : -1;
        if (id < 0)
            continue;
        const auto partner = inB.find(id);
        const bool isInBoth = partner != inB.end();
        const SpanId found = pair.b.isValid() ? pair.b : pair.elsewhere;
        sum.pairs += isInBoth ? 1 : 0;
        sum.found += isInBoth && partner->second == found ? 1 : 0;
        sum.wrong += isInBoth && found.isValid() && partner->second != found ? 1 : 0;
        sum.strangers += !isInBoth && found.isValid() ? 1 : 0;
    }
    ++sum.partings;
    std::vector<int> parting;
    if (alignment.firstDivergence) {
        const StepPair& pair = alignment.pairs[*alignment.firstDivergence];
        parting.push_back(pair.a.isValid() ? a.ids[pair.a.index()] : -2);
        parting.push_back(pair.b.isValid() ? b.ids[pair.b.index()] : -2);
    } else {
        parting.push_back(-1);
    }
    const auto isThere = [&](int id) { return std::ranges::find(parting, id) != parting.end(); };
    if (isThere(run.parting) || (run.partingInAfter >= 0 && isThere(run.partingInAfter))) {
        ++sum.exact;
        return;
    }
    std::string miss = "seed " + std::to_string(seed) + ": they part at "
        + std::to_string(run.parting) + ", found " + std::to_string(parting.front()) + " /";
    for (const std::string& edit : run.edits)
        miss += ' ' + edit + ';';
    sum.misses.push_back(miss);
}

} // namespace

class TestTraceAlignment : public QObject
{
    Q_OBJECT

private slots:
    void theSameIsTheSame();
    void whatPartsThem_data();
    void whatPartsThem();
    void wordsBesideACallAreADifference();
    void retriesAreMarked();
    void anotherCallOfAToolIsNoRetry();
    void anotherModelIsSaidOnce();
    void aChangedPromptIsGiven();
    void theSameQuestionIsOnePair();
    void theForkedStepIsOnePair();
    void aGapIsReadInOrder();
    void agentsArePairedByTheirTask();
    void whatSharesLittleIsSaid();
    void emptyTraces();
    void manySessionsArePaired();
    void branchesShareTheirBeginning();
    void hostileTraces_data();
    void hostileTraces();
    void cancelling();
    void otherFormatsOfARunAreTheSame();
    void triesAtOneTask();
    void editedRunsAreFoundAgain();
};

namespace {

using Kind = ScriptStep::Kind;

/// Steps of a script in short: `said`, and `tool name argument result`.
class Story
{
public:
    Story& user(const std::string& text)
    {
        m_script.push_back({.id = m_next++, .kind = Kind::Turn, .said = text});
        return *this;
    }

    Story& says(const std::string& text = {})
    {
        m_script.push_back({.id = m_next++, .kind = Kind::Call, .said = text});
        return *this;
    }

    Story& tool(const std::string& name, const std::string& argument, const std::string& result)
    {
        m_script.push_back({.id = m_next++,
                            .kind = Kind::Tool,
                            .name = name,
                            .arguments = {{"of", '"' + argument + '"'}},
                            .result = result});
        return *this;
    }

    Story& fails(const std::string& name, const std::string& argument)
    {
        tool(name, argument, "Error: no answer");
        m_script.back().isFailed = true;
        return *this;
    }

    Story& agent(const std::string& name, const std::string& task, const Story& inside)
    {
        m_script.push_back({.id = m_next++, .kind = Kind::Agent, .name = name, .said = task});
        m_script.back().inside = inside.m_script;
        return *this;
    }

    [[nodiscard]] TracePtr trace(const ScriptForm& form = {}) const
    {
        return traceOf(m_script, form).trace;
    }

private:
    Script m_script;
    int m_next = 0;
};

/// A line for each row that differs: `~ tool search: arguments output`, `+ llm chat`, with `!` in
/// front of that at which they part, `g` behind what is made good and `given` behind what no agent
/// did.
QString differences(const Trace& a, const Trace& b)
{
    const TraceAlignment alignment = aligned(a, b);
    QString text;
    for (std::size_t row = 0; row < alignment.pairs.size(); ++row) {
        const StepPair& pair = alignment.pairs[row];
        if (pair.state == PairState::Equal)
            continue;
        const Trace& trace = pair.a.isValid() ? a : b;
        const SpanId span = pair.a.isValid() ? pair.a : pair.b;
        const char* sign = pair.state == PairState::OnlyA ? "-"
            : pair.state == PairState::OnlyB              ? "+"
                                                          : "~";
        std::string line = alignment.firstDivergence == row ? "!" : "";
        line += sign;
        line += ' ' + std::string(toWord(trace.kind(span)));
        if (trace.kind(span) != SpanKind::Llm)
            line += ' ' + std::string(trace.name(span));
        for (const PairChange change : changesOf(pair.changes))
            line += ' ' + std::string(toWord(change));
        line += pair.isMadeGood ? " g" : pair.isGiven ? " given" : "";
        text += (text.isEmpty() ? QString() : QStringLiteral("; ")) + QString::fromStdString(line);
    }
    return text;
}

/// Looks, edits, tests, answers.
Story usual()
{
    return Story()
        .user("Please mend the reader of files")
        .says("I look at the folder first.")
        .tool("list", "src", "reader.py writer.py")
        .says("Now the reader.")
        .tool("read", "src/reader.py", "def read(): pass")
        .says("It returns nothing, which I change.")
        .tool("edit", "src/reader.py return", "done")
        .says("Do the tests pass now?")
        .tool("test", "all", "12 passed")
        .says("The reader returns what it reads; all tests pass.");
}

} // namespace

void TestTraceAlignment::theSameIsTheSame()
{
    const TracePtr a = usual().trace();
    const TracePtr b = usual().trace({.hasWorkflow = true, .shuffle = 3, .callName = "llm.call"});
    const TraceAlignment alignment = aligned(*a, *b);
    QCOMPARE(differences(*a, *b), QStringLiteral("+ workflow pipeline g"));
    QVERIFY(!alignment.firstDivergence);
    QCOMPARE(alignment.shared, 1.0);
    QVERIFY(!alignment.sharesLittle);
    QCOMPARE(alignment.equal, a->spanCount());
    for (const StepPair& pair : alignment.pairs) {
        if (pair.a.isValid() && pair.b.isValid())
            QVERIFY(pair.confidence > 0.9F);
    }
}

void TestTraceAlignment::whatPartsThem_data()
{
    QTest::addColumn<TracePtr>("b");
    QTest::addColumn<QString>("found");
    const auto row = [](const char* name, const Story& b, const char* found) {
        QTest::newRow(name) << b.trace() << QString::fromUtf8(found);
    };
    const auto begun = [] {
        return Story()
            .user("Please mend the reader of files")
            .says("I look at the folder first.")
            .tool("list", "src", "reader.py writer.py");
    };
    const auto ended = [](Story story) {
        return story.says("It returns nothing, which I change.")
            .tool("edit", "src/reader.py return", "done")
            .says("Do the tests pass now?")
            .tool("test", "all", "12 passed")
            .says("The reader returns what it reads; all tests pass.");
    };
    row("other words before the same call",
        ended(begun()
                  .says("Let me open this reader.")
                  .tool("read", "src/reader.py", "def read(): pass")),
        "~ llm output g");
    row("other arguments",
        ended(begun().says("Now the reader.").tool("read", "src/writer.py", "def write(): pass")),
        "!~ llm arguments; ~ tool read arguments output");
    row("another result, and the same after it",
        ended(begun().says("Now the reader.").tool("read", "src/reader.py", "def read(): ...")),
        "~ tool read output g");
    row("one step more",
        ended(begun()
                  .says("What about the tests?")
                  .tool("list", "tests", "test_reader.py")
                  .says("Now the reader.")
                  .tool("read", "src/reader.py", "def read(): pass")),
        "+ llm g; + tool list g");
    row("another order",
        ended(Story()
                  .user("Please mend the reader of files")
                  .says("Now the reader.")
                  .tool("read", "src/reader.py", "def read(): pass")
                  .says("I look at the folder first.")
                  .tool("list", "src", "reader.py writer.py")),
        "~ llm order g; ~ tool list order g");
    row("a call that fails and is not done again",
        ended(begun().says("Now the reader.").fails("read", "src/reader.py")),
        "!~ tool read output status");
    row("other words at the end",
        Story(begun())
            .says("Now the reader.")
            .tool("read", "src/reader.py", "def read(): pass")
            .says("It returns nothing, which I change.")
            .tool("edit", "src/reader.py return", "done")
            .says("Do the tests pass now?")
            .tool("test", "all", "12 passed")
            .says("I could not find out what is wrong."),
        "!~ llm output");
    row("ends early",
        begun().says("Now the reader.").tool("read", "src/reader.py", "def read(): pass"),
        "!- llm; - tool edit; - llm; - tool test; - llm");
}

void TestTraceAlignment::whatPartsThem()
{
    QFETCH(TracePtr, b);
    QFETCH(QString, found);
    QCOMPARE(differences(*usual().trace(), *b), found);
}

/// Of a call that was made without a word one knows that nothing was said.
void TestTraceAlignment::wordsBesideACallAreADifference()
{
    const auto talk = [](const std::string& said) {
        Conversation conversation;
        conversation.user("It arrived broken.");
        conversation.tool("refund", R"({"order":7})", "done", said);
        return conversation.trace();
    };
    const TracePtr silent = talk({});
    const TracePtr spoken = talk("You are right, I refund everything.");
    const TraceAlignment alignment = aligned(*spoken, *silent);
    QCOMPARE(alignment.changed, std::size_t {1});
    QCOMPARE(aligned(*silent, *spoken).changed, std::size_t {1});
    QCOMPARE(aligned(*silent, *silent).changed, std::size_t {0});
}

void TestTraceAlignment::retriesAreMarked()
{
    const Story once = Story()
                           .user("Find the order")
                           .says("I search.")
                           .tool("search", "order 7", "found")
                           .says("Here it is.");
    const Story tried = Story()
                            .user("Find the order")
                            .says("I search.")
                            .fails("search", "order 7")
                            .says("Once more.")
                            .tool("search", "order 7", "found")
                            .says("Here it is.");
    const TracePtr a = once.trace();
    const TracePtr b = tried.trace();
    const TraceAlignment alignment = aligned(*a, *b);
    QVERIFY(!alignment.firstDivergence);
    std::size_t retries = 0;
    for (const StepPair& pair : alignment.pairs)
        retries += pair.reason == PairReason::Retry && pair.isMadeGood ? 1 : 0;
    QCOMPARE(retries, std::size_t {2});
    QCOMPARE(alignment.onlyB, std::size_t {2});
}

/// A shell is called for anything: the next command is no other try of one that failed.
void TestTraceAlignment::anotherCallOfAToolIsNoRetry()
{
    const auto end = [](Story story) {
        return story.says("Now the history.")
            .tool("shell", "git log --oneline", "three commits")
            .says("And the notes.")
            .tool("shell", "cat notes.txt", "buy milk")
            .says("There are three commits.");
    };
    const TracePtr a = end(Story().user("What is new?")).trace();
    const TracePtr b = end(Story()
                               .user("What is new?")
                               .says("I build it first.")
                               .fails("shell", "make everything please"))
                           .trace();
    const TraceAlignment alignment = aligned(*a, *b);
    QCOMPARE(alignment.onlyB, std::size_t {2});
    for (const StepPair& pair : alignment.pairs)
        QVERIFY(pair.reason != PairReason::Retry);
    QVERIFY(!alignment.firstDivergence);
}

void TestTraceAlignment::anotherModelIsSaidOnce()
{
    const auto run = [](const char* model) {
        Conversation conversation;
        conversation.setModel(model);
        conversation.user("How far is it?");
        conversation.tool("measure", "{}", "12 km", "I measure it.");
        conversation.tool("measure", R"({"again":true})", "12 km", "To be sure.");
        conversation.answer("It is 12 km.");
        return conversation.trace();
    };
    const TracePtr a = run("model-a");
    const TracePtr b = run("model-b");
    const TraceAlignment alignment = aligned(*a, *b);
    QCOMPARE(differences(*a, *b), QStringLiteral("~ llm model given"));
    std::size_t pairs = 0;
    for (const StepPair& pair : alignment.pairs)
        pairs += pair.has(PairChange::Model) ? 1 : 0;
    QCOMPARE(pairs, std::size_t {1});
}

/// Nobody makes good what the user changed; nor do runs part at it that do the same.
void TestTraceAlignment::aChangedPromptIsGiven()
{
    const auto run = [](const char* instructions, const char* tools) {
        Conversation conversation;
        conversation.offer(tools);
        conversation.system(instructions);
        conversation.user("How far is it?");
        conversation.tool("measure", "{}", "12 km", "I measure it.");
        conversation.answer("It is 12 km.");
        return conversation.trace();
    };
    const char* tools = R"([{"name":"measure"}])";
    const char* more = R"([{"name":"measure"},{"name":"guess"}])";
    const TracePtr a = run("Be brief.", tools);
    QCOMPARE(differences(*a, *run("Be brief and kind.", tools)),
             QStringLiteral("~ llm configuration instructions given"));
    QCOMPARE(differences(*a, *run("Be brief.", more)),
             QStringLiteral("~ llm configuration offer given"));
}

/// A call that answers a user stands for the one that was asked the same, not for one behind it
/// that says the same in the end.
void TestTraceAlignment::theSameQuestionIsOnePair()
{
    const std::string question = "What do 3 books at 14 and 2 at 9 dollars cost together?";
    Conversation guesses;
    guesses.user(question);
    const SpanId guess = guesses.answer("Together the books cost 58 dollars.");
    const TracePtr a = guesses.trace();
    Conversation calculates;
    calculates.user(question);
    const SpanId tool = calculates.tool("calculate", R"({"expression":"3*14+2*9"})", "60");
    calculates.answer("Together the books cost 60 dollars.");
    const TracePtr b = calculates.trace();
    const TraceAlignment alignment = aligned(*a, *b);
    const auto pair = std::ranges::find(alignment.pairs, guess, &StepPair::a);
    QVERIFY(pair != alignment.pairs.end());
    QCOMPARE(pair->b, Conversation::callOf(tool));
    QCOMPARE(pair->reason, PairReason::SameQuestion);
    QCOMPARE(alignment.firstDivergence, std::optional<std::size_t>(pair - alignment.pairs.begin()));
}

/// A branch and the recording that it was forked from share what was recorded once; the step that
/// comes next is the one that was forked, whatever later one it resembles.
void TestTraceAlignment::theForkedStepIsOnePair()
{
    const std::string search = R"({"parameters":["lamp"],"sql":"SELECT cents WHERE name = ?"})";
    Conversation parent;
    parent.recordAt(5'000);
    parent.user("What does a lamp cost?");
    parent.tool("products", search, "[]");
    const SpanId forked = parent.tool("products", search, "[]");
    parent.tool("products", search, "[]");
    parent.tool("products", search, "[]");
    const auto asked = parent.details()[Conversation::callOf(forked).index()].output;
    const TracePtr a = parent.trace();
    const auto branchAt = [&](std::int64_t time) {
        Conversation branch;
        branch.recordAt(time);
        branch.user("What does a lamp cost?");
        branch.tool("products", search, "[]");
        const SpanId edited = branch.tool("products", R"({"sql":"SELECT cents"})", "[[12],[5]]");
        // The model asked for what it had asked for: the user changed it.
        branch.details()[Conversation::callOf(edited).index()].output = asked;
        branch.answer("We have no lamps.");
        return branch.trace();
    };
    const TracePtr b = branchAt(5'000);
    const TraceAlignment alignment = aligned(*a, *b);
    const auto pair = std::ranges::find(alignment.pairs, forked, &StepPair::a);
    QVERIFY(pair != alignment.pairs.end());
    QCOMPARE(pair->b, forked);
    QCOMPARE(pair->state, PairState::Changed);
    QCOMPARE(alignment.firstDivergence, std::optional<std::size_t>(pair - alignment.pairs.begin()));
    // Another run has the same ids, and was recorded at another time: its steps are told by what
    // they are like.
    const TracePtr other = branchAt(9'000'000);
    const TraceAlignment apart = aligned(*a, *other);
    const auto last = std::ranges::find(apart.pairs, forked, &StepPair::a);
    QVERIFY(last != apart.pairs.end());
    QVERIFY(!last->b.isValid());
}

void TestTraceAlignment::aGapIsReadInOrder()
{
    const TracePtr a = Story().says("one").tool("x", "1", "r").says("end").trace();
    const TracePtr b = Story().says("one").tool("y", "something else", "q").says("end").trace();
    const TraceAlignment alignment = aligned(*a, *b);
    std::vector<PairState> states;
    for (const StepPair& pair : alignment.pairs)
        states.push_back(pair.state);
    // The agent and the call, then what A does, then what B does, then the end.
    QCOMPARE(states,
             (std::vector {PairState::Equal,
                           PairState::Changed,
                           PairState::OnlyA,
                           PairState::OnlyB,
                           PairState::Equal}));
    QCOMPARE(alignment.pairs[2].depth, std::uint32_t {1});
    QCOMPARE(alignment.firstDivergence, std::optional<std::size_t>(1));
}

void TestTraceAlignment::agentsArePairedByTheirTask()
{
    const auto worker = [](const std::string& topic, const std::string& answer) {
        return Story()
            .says("I read about " + topic)
            .tool("read", topic, "a page on " + topic)
            .says(answer);
    };
    const TracePtr a = Story()
                           .says("Two helpers.")
                           .agent("helper", "what do whales eat", worker("whales", "krill"))
                           .agent("helper", "how do owls hear", worker("owls", "with their faces"))
                           .says("done")
                           .trace();
    const TracePtr b = Story()
                           .says("Two helpers.")
                           .agent("helper", "how do owls hear", worker("owls", "with their ears"))
                           .agent("helper", "what do whales eat", worker("whales", "krill"))
                           .says("done")
                           .trace();
    const TraceAlignment alignment = aligned(*a, *b);
    QCOMPARE(alignment.onlyA + alignment.onlyB, std::size_t {0});
    QCOMPARE(alignment.changed, std::size_t {1});
    QVERIFY(alignment.firstDivergence);
    const StepPair& first = alignment.pairs[*alignment.firstDivergence];
    QCOMPARE(a->kind(first.a), SpanKind::Llm);
    QVERIFY(first.has(PairChange::Output));
}

void TestTraceAlignment::whatSharesLittleIsSaid()
{
    const EditedRun one = makeEditedRun(3);
    const EditedRun other = makeEditedRun(4);
    const TracePtr a = traceOf(one.before, {}).trace;
    const TracePtr b = traceOf(other.before, {}).trace;
    const TraceAlignment alignment = aligned(*a, *b);
    QVERIFY(alignment.sharesLittle);
    QVERIFY(alignment.firstDivergence);
    // What looks alike there is chance.
    for (const StepPair& pair : alignment.pairs) {
        QVERIFY(!pair.isMadeGood);
        QVERIFY(pair.reason != PairReason::Retry);
    }
}

void TestTraceAlignment::emptyTraces()
{
    const TracePtr none = builderWithSession().finish(std::make_shared<FixedPayloads>());
    const TracePtr some = usual().trace();
    QVERIFY(aligned(*none, *none).pairs.empty());
    QVERIFY(!aligned(*none, *none).firstDivergence);
    const TraceAlignment added = aligned(*none, *some);
    QCOMPARE(added.onlyB, some->spanCount());
    QVERIFY(added.firstDivergence);
    QCOMPARE(aligned(*some, *none).onlyA, some->spanCount());
}

void TestTraceAlignment::manySessionsArePaired()
{
    const auto traceWith = [](const std::vector<std::string>& keys) {
        TraceBuilder builder({.formatId = "test", .formatName = "Test"});
        auto payloads = std::make_shared<WrittenPayloads>();
        for (const std::string& key : keys) {
            SpanRecord record;
            record.session = builder.addSession({.key = key});
            record.kind = SpanKind::Tool;
            const std::string name = "tool of " + key;
            record.name = name;
            builder.addSpan(record);
            payloads->details.push_back({.toolArguments = '"' + key + '"'});
        }
        return builder.finish(payloads);
    };
    const TracePtr a = traceWith({"one", "two", "three"});
    const TracePtr b = traceWith({"three", "one", "four"});
    const TraceAlignment alignment = aligned(*a, *b);
    QCOMPARE(alignment.equal, std::size_t {2});
    Job job;
    const auto single = alignTraces({.trace = a.get(), .session = SessionId(2)},
                                    {.trace = b.get(), .session = SessionId(0)},
                                    job);
    QVERIFY(single.has_value());
    QCOMPARE(single->pairs.size(), std::size_t {1});
    QCOMPARE(single->equal, std::size_t {1});
}

void TestTraceAlignment::branchesShareTheirBeginning()
{
    TraceBuilder builder = builderWithSession();
    auto payloads = std::make_shared<WrittenPayloads>();
    const BranchId active = builder.addBranch({.name = "active"});
    const BranchId left = builder.addBranch({.name = "left", .parent = active, .isActive = false});
    const auto add = [&](BranchId branch, const std::string& said) {
        SpanRecord record;
        record.session = SessionId(0);
        record.kind = SpanKind::Llm;
        record.name = "chat";
        record.branch = branch;
        payloads->details.push_back(
            {.output = {{.role = Role::Assistant, .parts = {TextPart {said}}}}});
        return builder.addSpan(record);
    };
    add(active, "both begin like this");
    const SpanId fork = add(active, "and then comes this");
    add(left, "an idea that was given up");
    add(active, "the way it really went");
    add(active, "to its end");
    Trace::Data data = builder.data();
    data.branches[left.index()].forkedAt = fork;
    data.payloads = payloads;
    const Trace trace(std::move(data));
    Job job;
    const auto alignment
        = alignTraces({&trace, SessionId(0), active}, {&trace, SessionId(0), left}, job);
    QVERIFY(alignment.has_value());
    QCOMPARE(alignment->equal, std::size_t {2});
    QCOMPARE(alignment->onlyA + alignment->onlyB + 2 * alignment->changed, std::size_t {3});
    QCOMPARE(alignment->firstDivergence, std::optional<std::size_t>(2));
}

void TestTraceAlignment::hostileTraces_data()
{
    QTest::addColumn<TracePtr>("a");
    QTest::addColumn<TracePtr>("b");
    constexpr std::size_t kMany = 100'000;
    const auto made = [](std::size_t count, bool isChain, auto nameOf) {
        TraceBuilder builder = builderWithSession();
        SpanId last;
        for (std::size_t i = 0; i < count; ++i) {
            SpanRecord record;
            record.session = SessionId(0);
            record.kind = i % 2 == 0 ? SpanKind::Llm : SpanKind::Tool;
            const std::string name = nameOf(i);
            record.name = name;
            record.parent = isChain ? last : SpanId();
            last = builder.addSpan(record);
        }
        return builder.finish(std::make_shared<FixedPayloads>());
    };
    const auto same = [](std::size_t) { return std::string("tool"); };
    const auto different = [](std::size_t i) { return "tool " + std::to_string(i); };
    const auto other = [](std::size_t i) { return "other " + std::to_string(i); };
    const auto few = [](std::size_t i) { return "tool " + std::to_string(i * i % 7); };
    const auto fewOthers = [](std::size_t i) { return "tool " + std::to_string(i * i * i % 11); };
    QTest::newRow("a chain") << made(kMany, true, different) << made(kMany, true, different);
    QTest::newRow("chains of other things")
        << made(kMany, true, few) << made(kMany, true, fewOthers);
    QTest::newRow("one level, all the same")
        << made(kMany, false, same) << made(kMany - 999, false, same);
    QTest::newRow("one level, nothing in common")
        << made(kMany, false, different) << made(kMany, false, other);
    QTest::newRow("one level, a few sorts")
        << made(kMany, false, few) << made(kMany, false, fewOthers);
    QTest::newRow("much and little") << made(kMany, false, few) << made(10, false, few);
    TraceBuilder agents = builderWithSession();
    SpanId above;
    for (std::size_t i = 0; i < kMany; ++i) {
        SpanRecord record;
        record.session = SessionId(0);
        record.kind = SpanKind::Agent;
        record.name = "agent";
        record.parent = i % 3 == 0 ? SpanId() : above;
        above = agents.addSpan(record);
    }
    const TracePtr nested = agents.finish(std::make_shared<FixedPayloads>());
    QTest::newRow("agents in agents") << nested << nested;
}

void TestTraceAlignment::hostileTraces()
{
    QFETCH(TracePtr, a);
    QFETCH(TracePtr, b);
    const TraceAlignment alignment = aligned(*a, *b);
    std::vector<bool> seenA(a->spanCount());
    std::vector<bool> seenB(b->spanCount());
    for (const StepPair& pair : alignment.pairs) {
        if (pair.a.isValid()) {
            QVERIFY(!seenA[pair.a.index()]);
            seenA[pair.a.index()] = true;
        }
        if (pair.b.isValid()) {
            QVERIFY(!seenB[pair.b.index()]);
            seenB[pair.b.index()] = true;
        }
    }
    QVERIFY(std::ranges::all_of(seenA, [](bool seen) { return seen; }));
    QVERIFY(std::ranges::all_of(seenB, [](bool seen) { return seen; }));
    QCOMPARE(alignment.equal + alignment.changed + alignment.onlyA + alignment.onlyB,
             alignment.pairs.size());
    if (a == b)
        QCOMPARE(alignment.equal, a->spanCount());
}

void TestTraceAlignment::cancelling()
{
    const TracePtr trace = makeAgentTrace(200);
    Job job;
    job.cancel();
    const auto alignment = alignTraces({.trace = trace.get()}, {.trace = trace.get()}, job);
    QVERIFY(!alignment);
    QVERIFY(alignment.error().code == ErrorCode::Cancelled);
}

void TestTraceAlignment::otherFormatsOfARunAreTheSame()
{
    KYMO_NEED_SAMPLES();
    const auto open = [](const char* file) {
        auto trace = openFiles({samplesDir() / file});
        if (!trace)
            qFatal("%s", trace.error().message.c_str());
        return *trace;
    };
    const TracePtr eval = open("inspect/log_formats.eval");
    const TracePtr json = open("inspect/log_formats.json");
    QCOMPARE(differences(*eval, *json), QString());
    // The same round trip, recorded by two instrumentations.
    const TracePtr one = open("captured/openinference/011_v1_traces.json");
    const TracePtr other = open("captured/traceloop/012_v1_traces.json");
    const TraceAlignment alignment = aligned(*one, *other);
    QVERIFY(!alignment.firstDivergence);
    QCOMPARE(alignment.onlyA + alignment.onlyB, std::size_t {0});
}

void TestTraceAlignment::triesAtOneTask()
{
    KYMO_NEED_SAMPLES();
    // Four tries of one model at the first task; what a reader finds is written beside it.
    const auto trace = openFiles({samplesDir() / "chat-messages/tau-bench-gpt-4o-airline.json"});
    QVERIFY(trace.has_value());
    Job job;
    const auto alignment = alignTraces({.trace = trace->get(), .session = SessionId(0)},
                                       {.trace = trace->get(), .session = SessionId(100)},
                                       job);
    QVERIFY(alignment.has_value());
    // Both find the flights by the same calls, and book them.
    std::map<std::string, int> calls;
    for (const StepPair& pair : alignment->pairs) {
        const bool isCall = pair.a.isValid() && (*trace)->kind(pair.a) == SpanKind::Tool;
        if (isCall && pair.state == PairState::Equal)
            ++calls[std::string((*trace)->name(pair.a))];
    }
    QCOMPARE(calls["get_user_details"], 1);
    QCOMPARE(calls["search_direct_flight"], 1);
    QCOMPARE(calls["search_onestop_flight"], 1);
    QCOMPARE(calls["book_reservation"], 2);
    // They part where one names the price of all and the other that of each flight, which has to
    // be summed up then.
    QVERIFY(alignment->firstDivergence.has_value());
    const StepPair& first = alignment->pairs[*alignment->firstDivergence];
    QCOMPARE((*trace)->kind(first.a), SpanKind::Llm);
    QVERIFY(first.has(PairChange::Output));
    QVERIFY(!first.has(PairChange::Arguments));
}

void TestTraceAlignment::editedRunsAreFoundAgain()
{
    Agreement sum;
    for (unsigned seed = 1; seed <= 1000; ++seed)
        judge(seed, formOf(seed), formOf(seed * 7 + 3), sum);
    const double found = static_cast<double>(sum.found) / static_cast<double>(sum.pairs);
    const double wrong = static_cast<double>(sum.wrong) / static_cast<double>(sum.pairs);
    const double exact = static_cast<double>(sum.exact) / static_cast<double>(sum.partings);
    for (std::size_t i = 0; i < std::min<std::size_t>(sum.misses.size(), 20); ++i)
        qInfo("%s", sum.misses[i].c_str());
    qInfo("%zu pairs of steps: %.3f %% found, %.3f %% paired with another, %zu that are new "
          "paired; first divergence exact in %.1f %%",
          sum.pairs,
          100 * found,
          100 * wrong,
          sum.strangers,
          100 * exact);
    QVERIFY(found >= 0.99);
    QVERIFY(wrong <= 0.01);
    QVERIFY(exact >= 0.95);
}

QTEST_GUILESS_MAIN(TestTraceAlignment)
#include "tst_trace_alignment.moc"
