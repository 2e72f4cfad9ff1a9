#include "engine/cli/batch_runner.h"

#include "engine/cli/unattended.h"

namespace engine::cli {
namespace {

    /// An id as the name of a file.
    std::string fileName(const std::string& id)
    {
        constexpr std::size_t kLongest = 100;
        std::string name = id.substr(0, kLongest);
        for (char& c : name) {
            const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
            c = isPlain ? c : '_';
        }
        if (name.empty() || name.front() == '.')
            name.insert(0, 1, '_');
        return name;
    }

} // namespace

BatchRunner::BatchRunner(Plan plan, RunWorld world)
    : m_plan(std::move(plan))
    , m_world(std::move(world))
{
    // A batch is one user of its services: limits hold for the sum of its runs.
    if (m_world.shared == nullptr)
        m_world.shared = std::make_shared<SharedPolicyState>();
}

BatchRunner::~BatchRunner() = default;

void BatchRunner::start()
{
    QMetaObject::invokeMethod(this, &BatchRunner::startMore, Qt::QueuedConnection);
}

void BatchRunner::stop()
{
    m_isStopping = true;
    for (const auto& [run, work] : m_works)
        close(run);
    startMore();
}

void BatchRunner::startMore()
{
    while (!m_isStopping && m_works.size() < m_plan.concurrency && m_next < m_plan.inputs.size())
        startNext();
    if (m_works.empty())
        emit finished();
}

void BatchRunner::startNext()
{
    const RunId run = ++m_last;
    Work& work = m_works[run];
    work.input = m_plan.inputs[m_next++];
    work.session = std::make_unique<RunSession>(run, m_plan.agent, m_world);
    connect(work.session.get(), &RunSession::statusChanged, this, [this, run] { onStatus(run); });
    if (!m_plan.recordFolder.empty())
        work.session->recordTo(recordFile(work.input.id));
    work.session->start(work.input.input);
}

/// A name that no recording has: that of a run that was interrupted may be there.
std::filesystem::path BatchRunner::recordFile(const std::string& id)
{
    const std::string wanted = fileName(id);
    std::string name = wanted + ".kymo";
    for (int number = 2;
         m_recordNames.contains(name) || std::filesystem::exists(m_plan.recordFolder / name);
         ++number)
        name = wanted + '-' + std::to_string(number) + ".kymo";
    m_recordNames.insert(name);
    return m_plan.recordFolder / name;
}

void BatchRunner::onStatus(RunId run)
{
    const auto found = m_works.find(run);
    if (found == m_works.end())
        return;
    const RunStatus& status = found->second.session->status();
    // From the event loop: the session is still telling.
    if (status.state == RunState::Idle || status.state == RunState::Ended)
        QMetaObject::invokeMethod(
            this, [this, run] { close(run); }, Qt::QueuedConnection);
    for (const RunQuestion& asked : status.questions)
        QMetaObject::invokeMethod(
            this,
            [this, run, asked] {
                const auto work = m_works.find(run);
                if (work != m_works.end()) // one that is answered already is not found
                    static_cast<void>(
                        work->second.session
                            ->answer(asked.effect, unattendedAnswer(asked.question, m_plan.allowed))
                            .has_value());
            },
            Qt::QueuedConnection);
}

void BatchRunner::close(RunId run)
{
    const auto work = m_works.find(run);
    if (work == m_works.end() || std::exchange(work->second.isClosing, true))
        return;
    work->second.session->close([this, run](const tracestore::Result<void>&) {
        // It is the session that is speaking.
        QMetaObject::invokeMethod(
            this, [this, run] { onClosed(run); }, Qt::QueuedConnection);
    });
}

void BatchRunner::onClosed(RunId run)
{
    const auto work = m_works.find(run);
    const BatchInput input = work->second.input;
    const RunStatus status = work->second.session->status();
    m_works.erase(work);
    // What was stopped is not done: it is run when the batch goes on.
    if (status.result && status.result->status != OutcomeStatus::Cancelled)
        emit ended(input, status);
    startMore();
}

} // namespace engine::cli
