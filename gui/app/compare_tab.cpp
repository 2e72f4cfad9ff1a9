#include "gui/app/compare_tab.h"

#include "engine/runtime/trace_loader.h"
#include "gui/app/loading_page.h"
#include "gui/app/settings.h"
#include "gui/compare/compare_page.h"
#include "gui/compare/compare_words.h"
#include "gui/compare/session_choice.h"
#include "gui/context/in_background.h"
#include "gui/theme/format.h"
#include "tracestore/compare/named_session.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::TraceAlignment;
using tracestore::TracePtr;

namespace {

    /// What the alignment came to, and how long it took.
    struct Aligned
    {
        tracestore::Result<TraceAlignment> alignment;
        qint64 ms = 0;
    };

    QString fileName(const CompareSource& source)
    {
        return QFileInfo(source.path).fileName();
    }

    /// The session, else the file.
    QString nameOf(const CompareSource& source)
    {
        if (!source.title.isEmpty())
            return source.title;
        const auto& sessions = source.trace->sessions();
        const bool isOne = source.session || sessions.size() == 1;
        const tracestore::Session* session = !isOne ? nullptr
            : source.session                        ? &source.trace->session(*source.session)
                                                    : &sessions.front();
        if (session != nullptr && !session->title.empty())
            return singleLine(session->title, 80);
        if (session != nullptr && sessions.size() > 1 && !session->key.empty())
            return singleLine(session->key, 80);
        return source.path.isEmpty() ? CompareTab::tr("run") : fileName(source);
    }

    /// What tells two of the same name apart: the files, the folders, the sessions.
    QString otherNameOf(const CompareSource& source, const CompareSource& other)
    {
        if (source.path != other.path && fileName(source) != fileName(other))
            return fileName(source);
        if (source.path != other.path)
            return QFileInfo(source.path).dir().dirName() + u'/' + fileName(source);
        if (source.session)
            return CompareTab::tr("session %1").arg(source.session->value + 1);
        return {};
    }

} // namespace

CompareTab::CompareTab(OfBoth<CompareSource> sources, const Services& services, QWidget* parent)
    : PageStack(parent)
    , m_sources(std::move(sources))
    , m_services(services)
{
    for (const CompareSide side : kBothSides) {
        auto* loader = new engine::TraceLoader(services.importers, services.prices, this);
        m_loaders[side] = loader;
        connect(loader, &engine::TraceLoader::loaded, this, [this, side](const TracePtr& trace) {
            takeTrace(side, trace);
        });
        connect(loader, &engine::TraceLoader::failed, this, [this](const tracestore::Error& error) {
            // Those that are stopped since the other one has failed say nothing.
            if (error.code != tracestore::ErrorCode::Cancelled)
                showFailure(error);
        });
        connect(
            loader, &engine::TraceLoader::progressed, this, [this](quint64 done, quint64 total) {
                if (auto* page = qobject_cast<LoadingPage*>(currentWidget()))
                    page->setProgress(done, total);
            });
    }
    nameSides();
}

CompareTab::~CompareTab()
{
    stop();
}

void CompareTab::stop()
{
    if (m_job != nullptr)
        m_job->cancel();
    m_job.reset();
    for (const CompareSide side : kBothSides)
        m_loaders[side]->cancel();
}

void CompareTab::nameSides()
{
    for (const CompareSide side : kBothSides) {
        const CompareSource& source = m_sources[side];
        const bool isNamed = source.trace != nullptr || !source.title.isEmpty();
        m_titles[side] = isNamed ? nameOf(source) : fileName(source);
    }
    if (m_titles.a == m_titles.b) {
        const OfBoth<QString> more {otherNameOf(m_sources.a, m_sources.b),
                                    otherNameOf(m_sources.b, m_sources.a)};
        for (const CompareSide side : kBothSides) {
            if (!more[side].isEmpty())
                m_titles[side] = more[side] + u" · "_s + m_titles[side];
        }
    }
    emit renamed();
}

QString CompareTab::title() const
{
    constexpr qsizetype kLong = 24;
    const auto shortened = [](const QString& text) {
        return text.size() > kLong ? QString(text.left(kLong - 1) + u'…') : text;
    };
    if (!m_subject.isEmpty())
        return shortened(m_subject) + u" · "_s + shortened(m_titles.a) + u" ↔ "_s
            + shortened(m_titles.b);
    return u"A %1 ↔ B %2"_s.arg(shortened(m_titles.a), shortened(m_titles.b));
}

void CompareTab::load()
{
    stop();
    m_page = nullptr;
    showWaiting(tr("Opening %1 and %2").arg(m_titles.a, m_titles.b), tr("Reading…"));
    for (const CompareSide side : kBothSides) {
        const bool isSameFile = side == CompareSide::B && m_sources.a.trace == nullptr
            && m_sources.a.path == m_sources.b.path;
        if (m_sources[side].trace == nullptr && !isSameFile)
            read(side);
    }
    goOn();
}

void CompareTab::read(CompareSide side)
{
    tracestore::OpenRequest request;
    request.paths = {QFile::encodeName(m_sources[side].path).toStdString()};
    request.withCompanions = true;
    m_loaders[side]->load(std::move(request));
}

void CompareTab::takeTrace(CompareSide side, const TracePtr& trace)
{
    m_sources[side].trace = trace;
    CompareSource& other = m_sources[otherSide(side)];
    if (other.trace == nullptr && other.path == m_sources[side].path)
        other.trace = trace;
    goOn();
}

/// As far as what is known allows.
void CompareTab::goOn()
{
    if (m_sources.a.trace == nullptr || m_sources.b.trace == nullptr)
        return;
    for (const CompareSide side : kBothSides) {
        CompareSource& source = m_sources[side];
        if (source.named.empty())
            continue;
        const auto found = tracestore::findSession(*source.trace, source.named);
        if (!found)
            return showFailure(found.error());
        source.session = *found;
        source.named.clear();
    }
    nameSides();
    if (needsChoice())
        chooseSessions();
    else
        align();
}

bool CompareTab::needsChoice() const
{
    const auto isOpen = [](const CompareSource& source) {
        return !source.isAll && !source.session && source.trace->sessions().size() > 1;
    };
    return isOpen(m_sources.a) || isOpen(m_sources.b);
}

void CompareTab::chooseSessions()
{
    m_page = nullptr;
    const auto& [a, b] = m_sources;
    if (a.trace == nullptr || b.trace == nullptr)
        return;
    const auto firstOfA = a.session ? a.session : tracestore::SessionId(0);
    const auto firstOfB = b.session ? b.session : counterpartOf(a.trace, firstOfA, b.trace);
    auto* choice
        = new SessionChoice({{a.trace, fileName(a), firstOfA}, {b.trace, fileName(b), firstOfB}},
                            m_services.theme,
                            this);
    connect(choice, &SessionChoice::compareRequested, this, [this, choice] {
        for (const CompareSide side : kBothSides) {
            const std::optional<ChosenSession> chosen = choice->chosen(side);
            m_sources[side].session = chosen ? chosen->session : std::nullopt;
            m_sources[side].isAll = !m_sources[side].session;
            m_sources[side].title.clear();
        }
        nameSides();
        align();
    });
    setOnly(choice);
}

void CompareTab::setSource(CompareSide side, const CompareSource& source)
{
    m_sources[side] = source;
    m_subject.clear();
    nameSides();
    load();
}

void CompareTab::takeSwap()
{
    std::swap(m_sources.a, m_sources.b);
    std::swap(m_titles.a, m_titles.b);
    emit renamed();
}

void CompareTab::align()
{
    showWaiting(tr("Comparing %1 and %2").arg(m_titles.a, m_titles.b),
                tr("What the steps of both say is read and compared…"));
    m_job = std::make_shared<tracestore::Job>();
    const auto work = [job = m_job, a = m_sources.a, b = m_sources.b] {
        QElapsedTimer timer;
        timer.start();
        auto alignment
            = tracestore::alignTraces({a.trace.get(), a.session}, {b.trace.get(), b.session}, *job);
        return std::make_shared<Aligned>(Aligned {std::move(alignment), timer.elapsed()});
    };
    inBackground(this, work, [this, job = m_job](const std::shared_ptr<Aligned>& aligned) {
        if (job != m_job)
            return;
        m_job.reset();
        if (!aligned->alignment)
            return showFailure(aligned->alignment.error());
        m_alignedIn = aligned->ms;
        showPage(std::make_shared<const TraceAlignment>(*std::move(aligned->alignment)));
    });
}

void CompareTab::showPage(const AlignmentPtr& alignment)
{
    OfBoth<ComparedSide> sides;
    for (const CompareSide side : kBothSides)
        sides[side] = {
            m_sources[side].trace, m_sources[side].session, m_sources[side].path, m_titles[side]};
    m_page = new ComparePage(std::move(sides), alignment, m_services.theme, this);
    m_page->setShownMetrics(m_services.settings.comparedMetrics());
    m_page->resize(size());
    setOnly(m_page);
    emit opened();
}

void CompareTab::showFailure(const tracestore::Error& error)
{
    stop();
    m_page = nullptr;
    const bool isCancelled = error.code == tracestore::ErrorCode::Cancelled;
    const QString reason = isCancelled ? tr("You stopped it before the two were compared.")
                                       : visibleText(toText(error.message));
    auto* failure = new FailurePage(tr("The comparison"), reason, {}, m_services.theme, this);
    connect(failure, &FailurePage::retryRequested, this, &CompareTab::load);
    connect(failure, &FailurePage::openRequested, this, &CompareTab::otherRequested);
    connect(failure, &FailurePage::closeRequested, this, &CompareTab::closeRequested);
    setOnly(failure);
    emit failed();
}

void CompareTab::showWaiting(const QString& title, const QString& text)
{
    auto* page = new LoadingPage(title, m_services.theme, this);
    page->setWork(title, text);
    connect(page, &LoadingPage::cancelRequested, this, [this] {
        showFailure({tracestore::ErrorCode::Cancelled, "Cancelled.", {}});
    });
    setOnly(page);
}

} // namespace gui
