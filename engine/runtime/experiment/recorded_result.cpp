#include "engine/runtime/experiment/recorded_result.h"

#include "engine/branch/branch_origin.h"
#include "engine/replay/recorded_run.h"
#include "engine/runtime/run_figure_counter.h"

#include <optional>
#include <set>

namespace engine {

using tracestore::fail;
using tracestore::Result;
using tracestore::Timestamp;

namespace {

    constexpr double kNsInSecond = 1e9;

    /// What the figures of a run do not tell.
    class ResultWatch
    {
    public:
        void take(const tracestore::RunEvent& event)
        {
            if (const auto* started = std::get_if<tracestore::AgentStarted>(&event.fact)) {
                if (started->caller.empty() && !m_start)
                    m_start = event.time;
            } else if (const auto* ended = std::get_if<tracestore::AgentEnded>(&event.fact)) {
                static_cast<void>(ended);
                if (event.agent.find('/') == std::string::npos)
                    m_end = event.time;
            } else if (const auto* wanted = std::get_if<tracestore::EffectWanted>(&event.fact)) {
                begin(event, *wanted);
            } else if (const auto* outcome = std::get_if<tracestore::EffectEnded>(&event.fact)) {
                end(event, *outcome);
            }
        }

        void addTo(std::map<std::string, double>& metrics) const
        {
            metrics[metric::kToolErrors] = static_cast<double>(m_toolErrors);
            if (m_start && m_end)
                metrics[metric::kLatency]
                    = static_cast<double>((*m_end - *m_start).ns) / kNsInSecond;
            if (m_firstToken)
                metrics[metric::kFirstToken] = static_cast<double>(m_firstToken->ns) / kNsInSecond;
        }

        /// Every call of a model whose provider is paid has a cost.
        [[nodiscard]] bool isCostKnown() const { return m_isCostKnown; }

    private:
        void begin(const tracestore::RunEvent& event, const tracestore::EffectWanted& wanted)
        {
            if (wanted.kind == EffectKind::Tool)
                m_tools.insert(event.effect);
            if (wanted.kind == EffectKind::Model)
                m_models[event.effect] = event.time;
        }

        void end(const tracestore::RunEvent& event, const tracestore::EffectEnded& ended)
        {
            if (m_tools.erase(event.effect) > 0)
                m_toolErrors += ended.status == OutcomeStatus::Error ? 1 : 0;
            const auto call = m_models.find(event.effect);
            if (call == m_models.end())
                return;
            if (ended.firstToken && !m_hasFirst)
                m_firstToken = *ended.firstToken - call->second;
            m_hasFirst = true;
            const bool isPaid
                = ended.origin == OutcomeOrigin::Live && ended.status == OutcomeStatus::Ok;
            m_isCostKnown = m_isCostKnown && (!isPaid || ended.cost.has_value());
            m_models.erase(call);
        }

        std::optional<Timestamp> m_start;
        std::optional<Timestamp> m_end;
        std::optional<tracestore::Duration> m_firstToken;
        std::set<std::string> m_tools; ///< under way
        std::map<std::string, Timestamp> m_models; ///< the same, with their start
        std::int64_t m_toolErrors = 0;
        bool m_hasFirst = false;
        bool m_isCostKnown = true;
    };

    void addFigures(const RunFigures& figures, bool isCostKnown, std::map<std::string, double>& to)
    {
        const auto add = [&](const char* name, std::optional<std::int64_t> count) {
            if (count)
                to[name] = static_cast<double>(*count);
        };
        add(metric::kTokensIn, figures.tokens.inputTotal());
        add(metric::kTokensOut, figures.tokens.output);
        add(metric::kTokensCached, figures.tokens.cacheRead);
        add(metric::kSteps, figures.modelCalls + figures.toolCalls);
        add(metric::kModelCalls, figures.modelCalls);
        add(metric::kToolCalls, figures.toolCalls);
        add(metric::kErrors, figures.errors);
        add(metric::kRetries, figures.retries);
        add(metric::kCacheHits, figures.cacheHits);
        if (figures.cost && isCostKnown)
            to[metric::kCost] = *figures.cost;
    }

} // namespace

Result<RecordedResult> readRecordedResult(const std::filesystem::path& recording)
{
    const auto run = RecordedRun::readWhole(recording);
    if (!run)
        return fail(run.error());
    RecordedResult read {.result = {}, .isComplete = false, .runKey = {}};
    read.runKey = recordingKey(*run->events().front());
    read.result.isScripted = run->started().isScripted;
    RunFigureCounter figures;
    ResultWatch watch;
    for (const RunEventPtr& event : run->events()) {
        figures.onEvent(event);
        watch.take(*event);
        if (const auto* ended = std::get_if<tracestore::RunEnded>(&event->fact)) {
            read.isComplete = ended->status != OutcomeStatus::Cancelled;
            read.result.status = ended->status;
            read.result.answer = ended->answer;
            read.result.reason = ended->reason;
        }
    }
    addFigures(figures.figures(), watch.isCostKnown(), read.result.metrics);
    watch.addTo(read.result.metrics);
    return read;
}

SpendingEstimate estimateFirst(const Experiment& experiment, const std::vector<PlannedRun>& rest)
{
    constexpr std::size_t kEnough = 20;
    std::vector<RunResult> recorded;
    for (const ExperimentTask& task : experiment.tasks) {
        if (task.recording.empty() || recorded.size() >= kEnough)
            continue;
        if (auto read = readRecordedResult(task.recording))
            recorded.push_back(std::move(read->result));
    }
    return estimateRest(experiment, rest, recorded, true);
}

} // namespace engine
