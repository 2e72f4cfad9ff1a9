#include "gui/graph/graph_layout.h"

#include "gui/context/in_background.h"
#include "gui/graph/layered_layout.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace gui {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

    /// How long an answer is waited for that nobody wants any more, before the child is killed.
    constexpr auto kPatience = 200ms;

} // namespace

GraphLayout::GraphLayout(QString program, QObject* parent)
    : QObject(parent)
    , m_program(std::move(program))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        dropProcess();
        endWith(LayoutReason::TimedOut);
    });
}

GraphLayout::~GraphLayout()
{
    if (m_process == nullptr)
        return;
    m_process->disconnect(this);
    m_process->kill();
    m_process->waitForFinished(1000); // it is dead: this only reaps it
}

QString GraphLayout::defaultProgram()
{
    const QString here = QCoreApplication::applicationDirPath();
    for (const auto* place : {u"/kymo-layout", u"/../libexec/kymo/kymo-layout"}) {
        const QFileInfo file(here + QStringView(place));
        if (file.isExecutable())
            return file.canonicalFilePath();
    }
    return {};
}

void GraphLayout::request(layout::Request request)
{
    request.id = ++m_newest;
    m_waiting.reset();
    const bool isTooLarge
        = request.nodes.size() > kMaxDotNodes || request.edges.size() > kMaxDotEdges;
    if (isTooLarge || m_program.isEmpty()) {
        layOutOurselves(std::move(request),
                        isTooLarge ? LayoutReason::TooLarge : LayoutReason::Missing);
        return;
    }
    m_waiting = std::move(request);
    if (!m_running)
        startNext();
    else if (m_timer.remainingTimeAsDuration() > kPatience)
        m_timer.start(kPatience);
}

void GraphLayout::startNext()
{
    if (!m_waiting)
        return;
    m_running = std::exchange(m_waiting, std::nullopt);
    m_received.clear();
    if (m_process == nullptr)
        startProcess();
    const std::string bytes = layout::encode(*m_running);
    m_process->write(bytes.data(), static_cast<qint64>(bytes.size()));
    m_timer.start(m_timeLimit);
}

void GraphLayout::startProcess()
{
    m_process = std::make_unique<QProcess>();
    m_process->setStandardErrorFile(QProcess::nullDevice());
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &GraphLayout::readAnswer);
    // Queued: the process must not be destroyed while it tells of its end.
    connect(
        m_process.get(),
        &QProcess::errorOccurred,
        this,
        [this, process = m_process.get()](QProcess::ProcessError error) {
            if (process != m_process.get() || error == QProcess::Timedout)
                return;
            dropProcess();
            endWith(error == QProcess::FailedToStart ? LayoutReason::Missing
                                                     : LayoutReason::Crashed);
        },
        Qt::QueuedConnection);
    connect(
        m_process.get(),
        &QProcess::finished,
        this,
        [this, process = m_process.get()] {
            if (process != m_process.get())
                return;
            dropProcess();
            endWith(LayoutReason::Crashed);
        },
        Qt::QueuedConnection);
    m_process->start(m_program, QStringList());
}

/// Kills without waiting: the process object goes when its end is known.
void GraphLayout::dropProcess()
{
    m_timer.stop();
    if (m_process == nullptr)
        return;
    QProcess* process = m_process.release();
    process->disconnect(this);
    if (process->state() == QProcess::NotRunning) {
        process->deleteLater();
        return;
    }
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    connect(process, &QProcess::errorOccurred, process, &QObject::deleteLater);
    // What is left at the end of the program goes with it.
    process->setParent(QCoreApplication::instance());
    process->kill();
}

void GraphLayout::readAnswer()
{
    m_received += m_process->readAllStandardOutput();
    if (!m_running || m_received.size() < static_cast<qsizetype>(layout::kHeaderSize))
        return;
    const std::string_view bytes(m_received.constData(),
                                 static_cast<std::size_t>(m_received.size()));
    const layout::FrameHeader header = layout::decodeHeader(bytes);
    if (header.status != layout::Status::Ok) {
        dropProcess();
        endWith(LayoutReason::Refused);
        return;
    }
    const std::string_view body = bytes.substr(layout::kHeaderSize);
    if (body.size() < header.bodySize)
        return;
    auto answer = layout::decodeAnswer(body, *m_running);
    if (!answer || body.size() > header.bodySize || answer->id != m_running->id) {
        dropProcess();
        endWith(LayoutReason::Refused);
        return;
    }
    if (answer->status != layout::Status::Ok) {
        endWith(LayoutReason::Refused);
        return;
    }
    m_timer.stop();
    LayoutOutcome outcome {.request = *std::exchange(m_running, std::nullopt),
                           .answer = std::move(*answer)};
    startNext();
    if (outcome.request.id == m_newest)
        emit finished(outcome);
}

/// The child's request has come to nothing.
void GraphLayout::endWith(LayoutReason reason)
{
    m_timer.stop();
    if (reason == LayoutReason::Missing)
        m_program.clear();
    auto lost = std::exchange(m_running, std::nullopt);
    if (m_waiting && m_program.isEmpty())
        layOutOurselves(*std::exchange(m_waiting, std::nullopt), LayoutReason::Missing);
    startNext();
    if (lost && lost->id == m_newest)
        layOutOurselves(std::move(*lost), reason);
}

void GraphLayout::layOutOurselves(layout::Request request, LayoutReason reason)
{
    const auto layOut = [request = std::move(request), reason] {
        return LayoutOutcome {request, layeredLayout(request), LayoutEngine::Layered, reason};
    };
    inBackground(this, layOut, [this](const LayoutOutcome& outcome) {
        if (outcome.request.id == m_newest)
            emit finished(outcome);
    });
}

} // namespace gui
