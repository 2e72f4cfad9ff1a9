#include "engine/runtime/experiment/experiment_session.h"

#include "engine/experiment/experiment_file.h"
#include "engine/runtime/experiment/recorded_result.h"

#include <QFile>
#include <QPointer>

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
}

ExperimentSession::~ExperimentSession() = default;

void ExperimentSession::open()
{
    m_report.state = ExperimentState::Opening;
    m_pool.start([self = QPointer(this), home = &m_home, request = m_request] {
        auto done = std::make_shared<Result<Read>>(read(request));
        QMetaObject::invokeMethod(
            home,
            [self, done] {
                if (self != nullptr)
                    self->take(std::move(*done));
            },
            Qt::QueuedConnection);
    });
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
    m_report.state = ExperimentState::Ready;
    if (!read) {
        m_report.problem = read.error().message;
        return tell();
    }
    m_read = std::move(*read);
    m_report.isRead = true;
    m_report.file = QFile::decodeName(m_read->experiment.file.c_str());
    m_report.folder = QFile::decodeName(m_read->folder.c_str());
    m_report.status = m_read->status;
    m_report.changed = m_read->results;
    tell();
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
    if (!m_read)
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
    m_runner.reset(); // another program may go on with it
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
}

} // namespace engine
