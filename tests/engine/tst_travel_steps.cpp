#include "engine/travel/travel_steps.h"
#include "tests/support/opened.h"
#include "tests/support/test_paths.h"
#include "tests/support/trace_maker.h"
#include "tracestore/model/trace_builder.h"

#include <QTest>

#include <random>

using namespace engine;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanRecord;
using tracestore::Timestamp;
using tracestore::TracePtr;

namespace {

constexpr std::array kModes {StepMode::Over, StepMode::Into, StepMode::Out, StepMode::Turn};

std::shared_ptr<const TravelLine> lineOf(const TracePtr& trace)
{
    tracestore::Job job;
    auto line = TravelLine::make(trace, tracestore::SessionId(0), job);
    if (!line)
        qFatal("%s", line.error().message.c_str());
    return *line;
}

/// Makes up runs: agents that call models, tools, composite tools and other agents, with attempts.
class RunMaker
{
public:
    RunMaker(unsigned seed, bool isParallel)
        : m_random(seed)
        , m_isParallel(isParallel)
        , m_builder({.formatId = "made", .formatName = "Made"})
    {
        m_builder.addSession({.key = "s"});
    }

    TracePtr make()
    {
        addAgent({}, "main", 3);
        return m_builder.finish(std::make_shared<tests::FixedPayloads>());
    }

private:
    int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(m_random); }

    SpanId add(SpanId parent, SpanKind kind, const std::string& name, tracestore::AgentId agent)
    {
        SpanRecord record;
        record.session = tracestore::SessionId(0);
        record.kind = kind;
        record.name = name;
        record.parent = parent;
        record.agent = agent;
        record.start = Timestamp {++m_now};
        record.status = tracestore::SpanStatus::Ok;
        return m_builder.addSpan(record);
    }

    void end(SpanId span) { m_builder.columns().end.set(span.index(), ++m_now); }

    void addAgent(SpanId parent, const std::string& name, int depth)
    {
        const auto agent = m_builder.addAgent({.name = name, .origId = name, .role = {}});
        const SpanId span = add(parent, SpanKind::Agent, name, agent);
        const int turns = 1 + upTo(3);
        for (int turn = 0; turn < turns; ++turn) {
            addModel(span, agent);
            const int calls = upTo(3);
            std::vector<SpanId> open;
            for (int call = 0; call < calls; ++call)
                addCall(span, agent, depth, open);
            for (const SpanId each : open)
                end(each);
        }
        end(span);
    }

    /// A model call, perhaps with attempts.
    void addModel(SpanId parent, tracestore::AgentId agent)
    {
        const SpanId whole = add(parent, SpanKind::Llm, "m", agent);
        const int attempts = upTo(4) == 0 ? 2 + upTo(1) : 0;
        SpanId before;
        for (int i = 0; i < attempts; ++i) {
            const SpanId attempt = add(whole, SpanKind::Llm, "m", agent);
            if (before.isValid())
                m_builder.addLink(
                    {.from = attempt, .to = before, .kind = tracestore::LinkKind::RetryOf});
            before = attempt;
            end(attempt);
        }
        end(whole);
    }

    void addCall(SpanId parent, tracestore::AgentId agent, int depth, std::vector<SpanId>& open)
    {
        const int what = upTo(5);
        if (what == 0 && depth > 0) {
            const SpanId handoff = add(parent, SpanKind::Handoff, "helper", agent);
            addAgent(handoff, "helper" + std::to_string(depth), depth - 1);
            end(handoff);
            return;
        }
        const SpanId tool = add(parent, SpanKind::Tool, what == 1 ? "both" : "search", agent);
        for (int part = 0; what == 1 && part < 2; ++part)
            end(add(tool, SpanKind::Tool, "part", agent));
        if (m_isParallel)
            open.push_back(tool); // it ends with the others
        else
            end(tool);
    }

    std::mt19937 m_random;
    bool m_isParallel;
    tracestore::TraceBuilder m_builder;
    std::int64_t m_now = 0;
};

/// What holds of any trace: one moves on, to steps, and comes to an end.
void checkAnyTrace(const TravelLine& line)
{
    const std::size_t apart = std::max<std::size_t>(1, line.count() / 2'000);
    for (std::size_t from = 0; from < line.count(); from += apart) {
        for (const StepMode mode : kModes) {
            const auto next = nextStep(line, from, mode);
            QVERIFY(!next || (*next > from && *next < line.count()));
            QVERIFY(!next || std::ranges::binary_search(line.steps(), *next));
            const auto before = previousStep(line, from, mode);
            QVERIFY(!before || *before < from);
            QVERIFY(!before || std::ranges::binary_search(line.steps(), *before)
                    || line.moments()[*before].kind == TraceMoment::Kind::Begin);
        }
    }
}

/// From one end to the other, each way.
void checkBothWays(const TravelLine& line)
{
    for (const StepMode mode : kModes) {
        std::size_t count = 0;
        for (auto at = std::optional<std::size_t>(0); at && count <= line.count(); ++count)
            at = nextStep(line, *at, mode);
        QVERIFY(count <= line.steps().size() + 1);
        count = 0;
        for (auto at = std::optional(line.count() - 1); at && count <= line.count(); ++count)
            at = previousStep(line, *at, mode);
        QVERIFY(count <= line.steps().size() + 1);
    }
}

} // namespace

class TestTravelSteps : public QObject
{
    Q_OBJECT

private slots:
    void theModesMeanTheSameBothWays();
    void aStepAndAStepBackReturn();
    void parallelCallsAreGoneThroughBothWays();
    void samplesAreGoneThroughBothWays_data();
    void samplesAreGoneThroughBothWays();
    void whatIsOpenIsWhatHasBegunAndNotEnded();
};

namespace {

/// `main` asks a model, hands off to `helper` (a model call in two attempts, a composite tool of
/// two parts), asks a model again.
TracePtr smallRun()
{
    tracestore::TraceBuilder builder({.formatId = "made", .formatName = "Made"});
    builder.addSession({.key = "s"});
    std::int64_t now = 0;
    const auto add = [&](SpanId parent, SpanKind kind, const char* name) {
        SpanRecord record;
        record.session = tracestore::SessionId(0);
        record.kind = kind;
        record.name = name;
        record.parent = parent;
        record.start = Timestamp {++now};
        return builder.addSpan(record);
    };
    const auto end = [&](SpanId span) { builder.columns().end.set(span.index(), ++now); };
    const SpanId main = add({}, SpanKind::Agent, "main");
    const SpanId first = add(main, SpanKind::Llm, "m1");
    end(first);
    const SpanId handoff = add(main, SpanKind::Handoff, "to helper");
    const SpanId helper = add(handoff, SpanKind::Agent, "helper");
    const SpanId whole = add(helper, SpanKind::Llm, "m2");
    const SpanId a1 = add(whole, SpanKind::Llm, "m2.1");
    end(a1);
    const SpanId a2 = add(whole, SpanKind::Llm, "m2.2");
    end(a2);
    builder.addLink({.from = a2, .to = a1, .kind = tracestore::LinkKind::RetryOf});
    end(whole);
    const SpanId both = add(helper, SpanKind::Tool, "both");
    end(add(both, SpanKind::Tool, "part1"));
    end(add(both, SpanKind::Tool, "part2"));
    end(both);
    end(helper);
    end(handoff);
    end(add(main, SpanKind::Llm, "m3"));
    end(main);
    return builder.finish(std::make_shared<tests::FixedPayloads>());
}

} // namespace

void TestTravelSteps::theModesMeanTheSameBothWays()
{
    const TracePtr trace = smallRun();
    const auto line = lineOf(trace);
    const auto nameAt = [&](std::optional<std::size_t> position) {
        return position ? std::string(trace->name(line->moments()[*position].span)) : "-";
    };
    const auto at = [&](std::string_view name) {
        for (const std::uint32_t position : line->steps()) {
            if (nameAt(position) == name)
                return std::size_t {position};
        }
        qFatal("there is no such step");
    };
    // over, into, out, turn; the same back
    const auto led = [&](std::string_view from) {
        std::string text;
        for (const StepMode mode : kModes)
            text += nameAt(nextStep(*line, at(from), mode)) + ' ';
        text += "| ";
        for (const StepMode mode : kModes)
            text += nameAt(previousStep(*line, at(from), mode)) + ' ';
        return text;
    };
    QCOMPARE(led("m1"), std::string("to helper to helper - m3 | - - - - "));
    QCOMPARE(led("to helper"), std::string("m3 m2.1 - m3 | m1 m1 - m1 "));
    QCOMPARE(led("m2.1"), std::string("both m2.2 m3 m3 | to helper to helper to helper m1 "));
    QCOMPARE(led("m2.2"), std::string("both both m3 m3 | m2.1 m2.1 to helper m2.1 "));
    QCOMPARE(led("both"), std::string("m3 part1 m3 m3 | m2.1 m2.2 to helper m2.1 "));
    QCOMPARE(led("part1"), std::string("part2 part2 m3 m3 | both both both m2.1 "));
    QCOMPARE(led("part2"), std::string("m3 m3 m3 m3 | part1 part1 both m2.1 "));
    QCOMPARE(led("m3"), std::string("- - - - | to helper part2 - m1 "));
}

void TestTravelSteps::aStepAndAStepBackReturn()
{
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const TracePtr trace = RunMaker(seed, false).make();
        const auto line = lineOf(trace);
        checkAnyTrace(*line);
        checkBothWays(*line);
        const auto& steps = line->steps();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const std::size_t from = steps[i];
            const SpanId span = line->moments()[from].span;
            const SpanId call = line->call(span);
            // Into goes through all steps, and back.
            const auto into = nextStep(*line, from, StepMode::Into);
            QCOMPARE(into,
                     i + 1 < steps.size() ? std::optional<std::size_t>(steps[i + 1])
                                          : std::nullopt);
            if (into)
                QCOMPARE(previousStep(*line, *into, StepMode::Into), std::optional(from));
            // Over stays with the agent, and comes back to the beginning of the call.
            const auto over = nextStep(*line, from, StepMode::Over);
            if (over && line->frame(line->moments()[*over].span) == line->frame(span))
                QCOMPARE(previousStep(*line, *over, StepMode::Over),
                         std::optional(line->beginOfCall(call)));
            const auto back = previousStep(*line, from, StepMode::Over);
            if (back && line->frame(line->moments()[*back].span) == line->frame(span)
                && line->beginOfCall(call) == from)
                QCOMPARE(nextStep(*line, *back, StepMode::Over), std::optional(from));
            // Out leads behind the call that out back leads to.
            const auto out = nextStep(*line, from, StepMode::Out);
            const auto caller = previousStep(*line, from, StepMode::Out);
            if (out && caller)
                QCOMPARE(nextStep(*line, *caller, StepMode::Over), out);
            // From turn to turn of an agent.
            const auto turn = nextStep(*line, from, StepMode::Turn);
            if (turn && trace->kind(span) == SpanKind::Llm
                && line->agentFrame(line->moments()[*turn].span) == line->agentFrame(span))
                QCOMPARE(previousStep(*line, *turn, StepMode::Turn),
                         std::optional(line->beginOfCall(call)));
        }
    }
}

void TestTravelSteps::parallelCallsAreGoneThroughBothWays()
{
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const auto line = lineOf(RunMaker(seed, true).make());
        checkAnyTrace(*line);
        checkBothWays(*line);
    }
}

void TestTravelSteps::samplesAreGoneThroughBothWays_data()
{
    QTest::addColumn<QString>("path");
    if (tests::samplesDir().empty())
        return;
    // A folder for each format.
    for (const auto& format : std::filesystem::directory_iterator(tests::samplesDir())) {
        if (format.is_directory())
            QTest::newRow(format.path().filename().c_str())
                << QString::fromStdString(format.path().string());
    }
}

void TestTravelSteps::samplesAreGoneThroughBothWays()
{
    KYMO_NEED_SAMPLES();
    QFETCH(QString, path);
    constexpr std::uintmax_t kMostBytes = 20'000'000;
    std::size_t gone = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(path.toStdString())) {
        if (!file.is_regular_file() || file.file_size() > kMostBytes || gone >= 5)
            continue;
        const auto opened = tests::openFiles({file.path()});
        if (!opened || (*opened)->spanCount() == 0)
            continue;
        ++gone;
        for (std::size_t i = 0; i < std::min<std::size_t>(3, (*opened)->sessions().size()); ++i) {
            tracestore::Job job;
            const auto line = TravelLine::make(*opened, tracestore::SessionId(i), job);
            QVERIFY(line.has_value());
            if ((*line)->count() == 0)
                continue;
            checkAnyTrace(**line);
            if ((*line)->count() < 5'000)
                checkBothWays(**line);
        }
    }
    if (gone == 0)
        QSKIP("There is no small trace of this format.");
}

void TestTravelSteps::whatIsOpenIsWhatHasBegunAndNotEnded()
{
    const auto line = lineOf(RunMaker(7, true).make());
    for (std::size_t position = 0; position < line->count(); ++position) {
        std::vector<SpanId> expected;
        for (std::size_t i = 0; i < position; ++i) {
            const TraceMoment& moment = line->moments()[i];
            const bool isKept = moment.kind == TraceMoment::Kind::Begin
                && (line->isStep(moment.span) || line->trace().kind(moment.span) == SpanKind::Agent)
                && *line->end(moment.span) >= position;
            if (isKept)
                expected.push_back(moment.span);
        }
        QCOMPARE(line->openAt(position), expected);
    }
}

QTEST_GUILESS_MAIN(TestTravelSteps)
#include "tst_travel_steps.moc"
