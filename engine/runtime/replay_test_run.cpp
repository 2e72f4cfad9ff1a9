#include "engine/runtime/replay_test_run.h"

#include "engine/replay/recorded_facts.h"
#include "tracestore/query/query_engine.h"

#include <algorithm>
#include <map>
#include <re2/re2.h>
#include <set>

namespace engine {

/// Keeps what the verdicts need of a run.
class ReplayTestRun::Watcher : public RunObserver
{
public:
    Watcher()
        : trace("test")
    { }

    void onEvent(const RunEventPtr& event) override
    {
        trace.add(event);
        const auto* wanted = std::get_if<tracestore::EffectWanted>(&event->fact);
        if (wanted == nullptr || wanted->kind != EffectKind::Tool
            || !m_calls.insert(callOfEffect(event->effect)).second)
            return;
        ++counts[wanted->name];
        order.push_back(wanted->name);
    }

    tracestore::RunTrace trace;
    std::map<std::string, std::int64_t> counts; ///< calls, by tool
    std::vector<std::string> order;

private:
    std::set<std::string> m_calls;
};

ReplayTestRun::ReplayTestRun(ReplayTest test, ReplayedRun run, RunWorld world)
    : m_test(std::move(test))
    , m_watcher(std::make_shared<Watcher>())
    , m_probe(
          std::make_unique<ReplayProbe>(std::move(run), m_test.policy, std::move(world), m_watcher))
{
    connect(m_probe.get(), &ReplayProbe::finished, this, [this] {
        judge();
        emit finished();
    });
}

ReplayTestRun::~ReplayTestRun() = default;

void ReplayTestRun::start()
{
    m_probe->start();
}

bool ReplayTestRun::hasPassed() const
{
    return std::ranges::all_of(m_verdicts,
                               [](const TestVerdict& verdict) { return verdict.problem.empty(); });
}

void ReplayTestRun::add(std::string name, bool holds, std::string found)
{
    m_verdicts.push_back({std::move(name), holds ? std::string() : std::move(found)});
}

void ReplayTestRun::judge()
{
    std::string problem = m_probe->status().problem;
    if (const auto& question = m_probe->question()) {
        problem = question->text;
        if (!question->path.empty())
            problem += " In `" + question->path + "`: recorded is `" + question->recordedWords
                + "`, now it is `" + question->nowWords + "`.";
    } else if (!m_probe->status().questions.empty()) {
        problem = "The user is asked what is not recorded: "
            + m_probe->status().questions.front().question.question;
    }
    const bool isReplayed = problem.empty();
    add("is replayed", isReplayed, problem);
    if (!isReplayed)
        return; // what follows would only tell of it again
    judgeEnd();
    judgeTools();
    judgeOrder();
    judgeSteps();
    judgeBudget();
}

void ReplayTestRun::judgeEnd()
{
    const AgentResult result = m_probe->status().result.value_or(AgentResult {});
    const std::string status(toWord(result.status));
    if (!m_test.status.empty())
        add("ends with " + m_test.status,
            status == m_test.status,
            "It ended with " + status + ". " + result.reason);
    if (!m_test.answer.empty())
        add("answers as expected",
            RE2::PartialMatch(result.answer, m_test.answer),
            "The answer does not match `" + m_test.answer + "`: " + result.answer);
}

void ReplayTestRun::judgeTools()
{
    for (const ReplayTest::Tool& tool : m_test.tools) {
        const std::int64_t count = m_watcher->counts[tool.name];
        add("calls " + tool.name + " (" + tool.count.toText() + ')',
            tool.count.fits(count),
            "It was called " + std::to_string(count) + (count == 1 ? " time." : " times."));
    }
}

void ReplayTestRun::judgeOrder()
{
    if (m_test.order.empty())
        return;
    auto at = m_watcher->order.begin();
    for (const std::string& tool : m_test.order) {
        at = std::find(at, m_watcher->order.end(), tool);
        if (at == m_watcher->order.end())
            return add("calls tools in order",
                       false,
                       "There is no call of " + tool + " behind those that come before it.");
        ++at;
    }
    add("calls tools in order", true, {});
}

void ReplayTestRun::judgeSteps()
{
    const tracestore::TracePtr trace = m_watcher->trace.snapshot();
    for (const ReplayTest::Steps& steps : m_test.steps) {
        const std::string name = steps.query + " (" + steps.count.toText() + ')';
        const auto parsed = tracestore::Query::parse(steps.query);
        if (!parsed.query) {
            add(name, false, parsed.error->message);
            continue;
        }
        tracestore::Job job;
        const auto found = tracestore::spansOf(*parsed.query, *trace, job);
        const auto count = found ? static_cast<std::int64_t>(found->size()) : 0;
        add(name,
            found && steps.count.fits(count),
            found ? "It finds " + std::to_string(count) + (count == 1 ? " step." : " steps.")
                  : found.error().message);
    }
}

void ReplayTestRun::judgeBudget()
{
    const RunFigures& figures = m_probe->status().figures;
    const auto judgeMost
        = [this](const char* what, std::optional<std::int64_t> most, std::int64_t count) {
              if (most)
                  add("takes at most " + std::to_string(*most) + ' ' + what,
                      count <= *most,
                      "It took " + std::to_string(count) + '.');
          };
    judgeMost("model calls", m_test.mostModelCalls, figures.modelCalls);
    judgeMost("tool calls", m_test.mostToolCalls, figures.toolCalls);
    judgeMost("tokens", m_test.mostTokens, figures.tokens.total().value_or(0));
    if (m_test.mostCost)
        add("costs at most " + std::to_string(*m_test.mostCost) + " USD",
            figures.cost.value_or(0) <= *m_test.mostCost,
            "It cost " + std::to_string(figures.cost.value_or(0)) + " USD.");
}

} // namespace engine
