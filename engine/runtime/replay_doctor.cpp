#include "engine/runtime/replay_doctor.h"

#include "engine/replay/changed_recording.h"

#include <QMetaObject>

#include <algorithm>

namespace engine {

namespace {

    /// More than a month, less than a day and odd minutes: every part of a date is another one.
    constexpr tracestore::Duration kLater {((37LL * 24 + 5) * 60 + 13) * 60 * 1'000'000'000};

    DoctorFinding findingOf(const ReplayDivergence& divergence)
    {
        return {DoctorFinding::Level::Cause,
                {},
                divergence.effect,
                divergence.event,
                divergence.message,
                {}};
    }

} // namespace

ReplayDoctor::ReplayDoctor(ReplayedRun run)
    : m_run(std::move(run))
    , m_findings(examineRecording(m_run.recorded.events(), m_run.config))
{ }

ReplayDoctor::~ReplayDoctor() = default;

ReplayedRun ReplayDoctor::runOf(std::vector<RunEventPtr> events) const
{
    return {RecordedRun::ofEvents(
                m_run.recorded.file(), std::move(events), m_run.recorded.isComplete()),
            m_run.config,
            m_run.which,
            m_run.tools,
            m_run.changed};
}

void ReplayDoctor::start()
{
    m_asItIs = std::make_unique<ReplayCheck>(runOf(m_run.recorded.events()));
    connect(m_asItIs.get(), &ReplayCheck::finished, this, [this] {
        const ReplayCheckReport& report = m_asItIs->report();
        m_problem = report.problem;
        if (report.isSame())
            return checkOrder();
        if (report.divergence) {
            DoctorFinding finding = findingOf(*report.divergence);
            finding.kind = "divergence";
            finding.wayOut = "The agent or this Kymo is not what it was when this was recorded. "
                             "Replay with `--as-recorded`, or record it anew.";
            m_findings.push_back(std::move(finding));
        }
        finish();
    });
    m_asItIs->start();
}

void ReplayDoctor::checkOrder()
{
    m_reversed
        = std::make_unique<ReplayCheck>(runOf(withParallelReversed(m_run.recorded.events())));
    connect(m_reversed.get(), &ReplayCheck::finished, this, [this] {
        if (const auto& divergence = m_reversed->report().divergence) {
            DoctorFinding finding = findingOf(*divergence);
            finding.kind = "parallel_order";
            finding.what
                = "Where parallel results come in another order, the agent goes on otherwise: "
                + finding.what;
            finding.wayOut = "Look for what they share: a breaker, a cache, a limit. Calls of one "
                             "`lock` run one after another.";
            m_findings.push_back(std::move(finding));
        }
        checkClock();
    });
    m_reversed->start();
}

void ReplayDoctor::checkClock()
{
    m_later
        = std::make_unique<ReplayProbe>(runOf(withTimesShifted(m_run.recorded.events(), kLater)),
                                        ReplayPolicy(),
                                        closedWorld(m_clock, m_random));
    connect(m_later.get(), &ReplayProbe::finished, this, [this] {
        if (const auto& question = m_later->question())
            m_findings.push_back(
                {DoctorFinding::Level::Cause,
                 "clock",
                 question->effect,
                 question->recordedEvent,
                 "At another time of day and year it asks for something else"
                     + (question->path.empty() ? std::string(".")
                                               : ", in `" + question->path + "`: then `"
                                + question->recordedWords + "`, now `" + question->nowWords + "`."),
                 "Let times come by a tool or with the input, or put a normaliser into the "
                 "replay's policy."});
        finish();
    });
    m_later->start();
}

void ReplayDoctor::finish()
{
    std::ranges::stable_sort(m_findings, {}, &DoctorFinding::level);
    emit finished();
}

} // namespace engine
