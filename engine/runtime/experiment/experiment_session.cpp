#include "engine/runtime/experiment/experiment_session.h"

#include "engine/experiment/experiment_file.h"
#include "engine/runtime/experiment/recorded_result.h"

#include <QDir>
#include <QFile>
#include <QPointer>

#include <algorithm>
#include <map>
#include <utility>

namespace engine {

namespace fs = std::filesystem;

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr int kTellMs = 200;

    fs::path fsPath(const QString& path)
    {
        return QFile::encodeName(path).toStdString();
    }

} // namespace

ExperimentSession::ExperimentSession(
    ExperimentId id, ExperimentRequest request, RunWorld world, QThreadPool& pool, QObject& home)
    : m_request(std::move(request))
    , m_world(std::move(world))
    , m_pool(pool)
    , m_home(home)
{
    m_report.id = id;
    m_report.file = m_request.file;
    m_report.folder = m_request.folder;
    m_soon.setSingleShot(true);
    m_soon.setInterval(kTellMs);
    connect(&m_soon, &QTimer::timeout, this, &ExperimentSession::tell);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &ExperimentSession::load);
    connect(&m_watch, &FileWatch::changed, this, [this] {
        m_isStale = m_runner == nullptr;
        readSoon();
    });
}

ExperimentSession::~ExperimentSession() = default;

void ExperimentSession::open()
{
    m_report.state = ExperimentState::Opening;
    load();
}

void ExperimentSession::load()
{
    if (m_runner != nullptr)
        return;
    watchFiles();
    m_isReading = true;
    m_readTime.start();
    m_pool.start(
        [self = QPointer(this), home = &m_home, request = m_request, reading = ++m_reading] {
            auto done = std::make_shared<Result<Read>>(read(request));
            QMetaObject::invokeMethod(
                home,
                [self, done, reading] {
                    if (self != nullptr && self->m_reading == reading)
                        self->take(std::move(*done));
                },
                Qt::QueuedConnection);
        });
}

/// As they are now: what is written while they are read is read next.
void ExperimentSession::watchFiles()
{
    const QString beside = QFile::decodeName(folderOf(fsPath(m_request.file)).c_str());
    const QDir folder(m_request.folder.isEmpty() ? beside : m_request.folder);
    QStringList files {folder.filePath(QLatin1String(kExperimentName)),
                       folder.filePath(QLatin1String(kResultsName))};
    if (!m_request.file.isEmpty())
        files << m_request.file;
    m_watch.watch(files);
    m_isStale = false;
}

void ExperimentSession::readSoon()
{
    if (!m_isStale || m_isReading || m_runner != nullptr || m_again.isActive())
        return;
    // The machine has the experiment itself to run.
    constexpr int kPauseForTime = 3;
    constexpr qint64 kLongest = 60'000;
    m_again.start(static_cast<int>(
        std::clamp<qint64>(m_readDuration * kPauseForTime, FileWatch::kIntervalMs, kLongest)));
}

Result<ExperimentSession::Read> ExperimentSession::read(const ExperimentRequest& request)
{
    Read read;
    read.folder = fsPath(request.folder);
    if (request.file.isEmpty()) {
        auto there = readExperimentFolder(read.folder);
        if (!there)
            return fail(std::move(there).error());
        read.experiment = std::move(there->experiment);
        read.shard = there->shard;
    } else {
        auto experiment = readExperiment(fsPath(request.file));
        if (!experiment)
            return fail(std::move(experiment).error());
        read.experiment = std::move(*experiment);
        if (read.folder.empty())
            read.folder = folderOf(fsPath(request.file));
        if (const auto there = readExperimentFolder(read.folder))
            read.shard = there->shard;
        if (auto fits = checkExperimentFolder(read.folder, read.experiment, read.shard); !fits)
            return fail(std::move(fits).error());
    }
    auto results = readResults(read.folder);
    if (!results)
        return fail(std::move(results).error());
    read.results = std::move(*results);
    read.status = statusOf(read.experiment, read.shard, read.results, readCutOffs(read.folder));
    if (read.results.empty())
        read.status.rest = estimateFirst(read.experiment, planRuns(read.experiment, read.shard));
    return read;
}

void ExperimentSession::take(Result<Read> read)
{
    m_isReading = false;
    m_readDuration = m_readTime.elapsed();
    m_report.isRead = read.has_value();
    m_report.problem = read ? std::string() : read.error().message;
    m_report.isBudgetUsed = false;
    if (read) {
        std::vector<RunResult> results = std::exchange(
            read->results, m_read ? std::move(m_read->results) : std::vector<RunResult>());
        m_read = std::move(*read);
        m_report.file = QFile::decodeName(m_read->experiment.file.c_str());
        m_report.folder = QFile::decodeName(m_read->folder.c_str());
        m_report.status = m_read->status;
        tellResults(std::move(results));
    }
    tell();
    readSoon();
}

/// What is new since it was told last; all of it where some of that is gone.
void ExperimentSession::tellResults(std::vector<RunResult> results)
{
    std::map<RunKey, const RunResult*> before;
    for (const RunResult& result : m_read->results)
        before.emplace(result.key, &result);
    std::vector<RunResult> changed;
    for (const RunResult& result : results) {
        const auto found = before.find(result.key);
        if (found == before.end() || *found->second != result)
            changed.push_back(result);
        if (found != before.end())
            before.erase(found);
    }
    m_report.isAnew = !before.empty();
    m_report.changed = m_report.isAnew ? results : std::move(changed);
    m_read->results = std::move(results);
}

void ExperimentSession::order(ExperimentOrder order)
{
    switch (order) {
    case ExperimentOrder::Run:
        m_runner != nullptr ? m_runner->goOn() : run(false);
        break;
    case ExperimentOrder::Trial:
        if (m_runner == nullptr)
            run(true);
        break;
    case ExperimentOrder::Pause:
        if (m_runner != nullptr)
            m_runner->pause();
        break;
    default:
        if (m_runner != nullptr)
            m_runner->stop();
    }
    tellSoon();
}

void ExperimentSession::run(bool isTrial)
{
    if (!m_report.isRead)
        return;
    m_report.problem.clear();
    m_report.isBudgetUsed = false;
    m_runner = std::make_unique<ExperimentRunner>(ExperimentPlan {.experiment = m_read->experiment,
                                                                  .folder = m_read->folder,
                                                                  .shard = m_read->shard,
                                                                  .isTrial = isTrial},
                                                  m_world);
    if (const auto opened = m_runner->open(); !opened) {
        m_report.problem = opened.error().message;
        m_runner.reset();
        return tell();
    }
    // A reading that is under way knows less than the runner.
    ++m_reading;
    m_isReading = false;
    tellResults(m_runner->results());
    connect(
        m_runner.get(), &ExperimentRunner::resultChanged, this, [this](const RunResult& result) {
            m_report.changed.push_back(result);
            tellSoon();
        });
    connect(m_runner.get(),
            &ExperimentRunner::finished,
            this,
            &ExperimentSession::onFinished,
            Qt::QueuedConnection);
    m_runner->start();
}

void ExperimentSession::onFinished()
{
    m_report.status = m_runner->status();
    m_report.problem = m_runner->problem();
    m_report.isBudgetUsed = m_runner->isBudgetUsed();
    m_read->results = m_runner->results();
    m_runner.reset(); // another program may go on with it
    watchFiles();
    tell();
}

void ExperimentSession::tellSoon()
{
    if (!m_soon.isActive())
        m_soon.start();
}

void ExperimentSession::tell()
{
    m_report.underWay = m_runner == nullptr ? 0 : m_runner->underWay();
    if (m_runner != nullptr) {
        m_report.status = m_runner->status();
        switch (m_runner->state()) {
        case ExperimentRunner::State::Paused:
            m_report.state = ExperimentState::Paused;
            break;
        case ExperimentRunner::State::Stopping:
            m_report.state = ExperimentState::Stopping;
            break;
        default:
            m_report.state = ExperimentState::Running;
        }
    } else {
        m_report.state = ExperimentState::Ready;
    }
    emit reported(m_report);
    m_report.changed.clear();
    m_report.isAnew = false;
}

} // namespace engine
