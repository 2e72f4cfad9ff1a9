#include "gui/app/run_tab.h"

#include "gui/agents/run_bar.h"
#include "gui/agents/run_texts.h"
#include "gui/app/settings.h"
#include "gui/app/trace_page.h"
#include "gui/context/session_context.h"
#include "gui/debug/console_model.h"
#include "gui/debug/numbered_span.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"

#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::EngineService;
using engine::RunId;
using tracestore::SpanColumns;
using tracestore::SpanId;
using tracestore::TracePtr;

namespace {

    constexpr int kTickMs = 250;
    constexpr int kMostLines = 2000;

    std::optional<tracestore::Timestamp> latestTime(const tracestore::Trace& trace)
    {
        std::int64_t latest = SpanColumns::kNoTime;
        const SpanColumns& columns = trace.columns();
        for (std::size_t i = 0; i < trace.spanCount(); ++i)
            latest = std::max({latest, columns.start[i], columns.end[i]});
        if (latest == SpanColumns::kNoTime)
            return {};
        return tracestore::Timestamp {latest};
    }

} // namespace

RunTab::RunTab(RunId run, const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_run(run)
    , m_services(services)
    , m_debugger(new RunDebugger(*services.engine, run, this))
    , m_console(new ConsoleModel(services.theme, this))
    , m_bar(new RunBar(services.theme, this))
    , m_stack(new QStackedWidget(this))
    , m_waiting(new QLabel(waitingText()))
    , m_lines(new QPlainTextEdit(this))
{
    m_status.id = run;
    m_status.state = engine::RunState::Starting;
    m_waiting->setAlignment(Qt::AlignCenter);
    m_waiting->setTextFormat(Qt::PlainText);
    m_waiting->setWordWrap(true);
    m_stack->addWidget(m_waiting);
    m_lines->setObjectName(u"runConsoleText"_s);
    m_lines->setReadOnly(true);
    m_lines->setMaximumBlockCount(kMostLines);
    m_lines->setFixedHeight(140);
    m_lines->setFont(services.theme.codeFont());
    m_lines->setAccessibleName(tr("Console of the run"));
    m_lines->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_bar);
    column->addWidget(m_stack, 1);
    column->addWidget(m_lines);
    // Else the keyboard begins at Stop.
    setFocusPolicy(Qt::StrongFocus);
    m_bar->setStatus(m_status);
    m_ticker.setInterval(kTickMs);
    connect(&m_ticker, &QTimer::timeout, this, &RunTab::updateNow);
    connect(&m_bar->consoleButton(), &QToolButton::toggled, this, &RunTab::showConsole);
    connectDebugger();
    listen();
}

/// What the service tells of this run.
void RunTab::listen()
{
    EngineService* engine = m_services.engine;
    connect(m_bar, &RunBar::stopRequested, this, &RunTab::stopRequested);
    connect(m_bar, &RunBar::said, this, [this, engine](const QString& text) {
        engine->say(m_run, text);
    });
    connect(m_bar, &RunBar::answered, this, [this, engine](const auto& effect, const auto& text) {
        engine->answer(m_run, effect, text);
    });
    connect(engine, &EngineService::statusChanged, this, [this](const auto& status) {
        if (status.id == m_run)
            takeStatus(status);
    });
    connect(engine, &EngineService::traceGrown, this, [this](RunId of, const TracePtr& trace) {
        if (of == m_run)
            takeTrace(trace);
    });
    connect(engine,
            &EngineService::textGrown,
            this,
            [this](RunId of, const std::string& effect, const QString& text) {
                if (of == m_run)
                    takeText(effect, text);
            });
    connect(engine, &EngineService::logged, this, [this](RunId of, const QString& line) {
        if (of == m_run)
            takeLine(line);
    });
}

RunTab::RunTab(RunId run, const Services& services, TracePage* page, QWidget* parent)
    : RunTab(run, services, parent)
{
    page->addRunViews(*m_debugger, *m_console);
    page->restoreLayout(m_services.settings.runLayout());
    showPage(page);
    findEffects();
}

RunTab::~RunTab()
{
    m_services.engine->disconnect(this);
    // Before the run that it waits for.
    delete m_home.tab;
    // The views go before what they show.
    delete m_stack;
    m_services.engine->close(m_run);
}

QString RunTab::title() const
{
    if (isTravel())
        return m_home.title;
    const QString name = singleLine(m_status.agent, 40);
    const QString agent = name.isEmpty() ? tr("Agent") : name;
    const QString shown = !m_branch.isEmpty()
        ? tr("%1 · branch %2").arg(agent, singleLine(m_branch.toStdString(), 40))
        : m_status.replay ? tr("%1 · replay %2").arg(agent).arg(m_run)
        : m_listenName.isEmpty()
        ? tr("%1 · run %2").arg(agent).arg(m_run)
        : tr("%1 · attached to %2").arg(agent, singleLine(m_listenName.toStdString(), 40));
    return m_status.isScripted ? QString(shown + u" · "_s + tr("script")) : shown;
}

void RunTab::setListenName(const QString& name)
{
    m_listenName = QFileInfo(name).completeBaseName();
}

bool RunTab::isActive() const
{
    return isRunActive(m_status.state) && !isTravel();
}

void RunTab::takeStatus(const engine::RunStatus& status)
{
    const bool isOver = isRunActive(m_status.state) && !isRunActive(status.state);
    m_status = status;
    if (isOver && m_page != nullptr)
        m_page->context().annotations().book().settle();
    m_bar->setStatus(status);
    if (m_page == nullptr)
        m_waiting->setText(waitingText());
    if (!isRunActive(status.state)) {
        m_speaker.clear();
        m_unplaced.clear();
    }
    if (isTravel())
        return takeTravelStatus();
    takeReplayStatus();
    if (isRunClockOn(status.state))
        m_ticker.start();
    else
        m_ticker.stop();
    updateNow();
    markStop();
    emit statusChanged();
}

/// What stands where the views will be.
QString RunTab::waitingText() const
{
    if (m_status.state == engine::RunState::Ended)
        return tr("Nothing was run.");
    if (!m_status.waitsFor.empty())
        return tr("The agent waits for %1.").arg(visibleText(toText(m_status.waitsFor)));
    return tr("The agent starts …");
}

void RunTab::takeTrace(const TracePtr& trace)
{
    // A run that is resumed tells its past anew before it goes on.
    if (m_page != nullptr && trace->spanCount() < m_page->context().trace()->spanCount())
        return;
    if (m_isLent || (m_page != nullptr && !isVisible())) {
        m_unseen = trace;
        return;
    }
    if (m_page == nullptr && trace->spanCount() == 0)
        return; // empty views tell less than why there is nothing
    showTrace(trace);
}

void RunTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_isLent)
        return;
    if (const TracePtr unseen = std::exchange(m_unseen, nullptr); unseen != nullptr)
        showTrace(unseen);
}

void RunTab::showTrace(const TracePtr& trace)
{
    if (const auto latest = latestTime(*trace); latest != m_latest) {
        m_latest = latest;
        m_sinceLatest.start();
    }
    if (m_page == nullptr || !m_page->grow(trace, now())) {
        TracePage* before = m_page;
        auto* page = new TracePage(
            trace, m_services.theme, &m_services.settings, m_services.workspace, this);
        // Docks take their sizes from that of the page when it is first shown.
        page->resize(m_stack->size());
        const QByteArray kept = m_services.settings.runLayout();
        if (before == nullptr && kept.isEmpty())
            page->restoreLayout(m_services.settings.pageLayout());
        page->addRunViews(*m_debugger, *m_console);
        page->restoreLayout(before == nullptr ? kept : before->layoutState());
        if (before != nullptr)
            page->goOnFrom(*before);
        showPage(page);
        emit opened();
        if (before != nullptr)
            before->deleteLater();
    }
    m_bar->setErrors(m_page->context().totals().errors);
    findEffects();
    markStop();
    emit grown();
}

void RunTab::showPage(TracePage* page)
{
    m_page = page;
    m_stack->setCurrentIndex(m_stack->addWidget(page));
    if (hasFocus())
        page->views().first()->setFocus();
    m_spans.clear();
    m_spansKnown = 0;
    m_lines->hide();
    if (m_services.notes != nullptr && !m_status.recordFile.isEmpty())
        page->context().annotations().setBook(
            m_services.notes->book(QFile::encodeName(m_status.recordFile).toStdString()));
    connect(&page->context(), &SessionContext::selectionChanged, this, &RunTab::chooseSelected);
    m_bar->setErrors(page->context().totals().errors);
    updateNow();
}

/// Spans bear the names of the effects that they show.
void RunTab::findEffects()
{
    const tracestore::Trace& trace = *m_page->context().trace();
    for (; m_spansKnown < trace.spanCount(); ++m_spansKnown) {
        const SpanId span(m_spansKnown);
        m_spans[std::string(trace.origId(span))] = span;
    }
    for (auto text = m_unplaced.begin(); text != m_unplaced.end();) {
        const SpanId span = spanOf(text->first);
        if (span.isValid())
            m_page->context().addLiveText(span, text->second);
        text = span.isValid() ? m_unplaced.erase(text) : std::next(text);
    }
}

/// The attempt where it has a span of its own, else the call.
SpanId RunTab::spanOf(const std::string& effect) const
{
    if (const SpanId numbered = numberedSpan(effect); numbered.isValid())
        return numbered.index() < m_page->context().trace()->spanCount() ? numbered : SpanId();
    if (const auto found = m_spans.find(effect); found != m_spans.end())
        return found->second;
    const std::size_t dot = effect.rfind('.');
    const auto call
        = dot == std::string::npos ? m_spans.end() : m_spans.find(effect.substr(0, dot));
    return call == m_spans.end() ? SpanId() : call->second;
}

void RunTab::takeText(const std::string& effect, const QString& text)
{
    if (effect != m_speaker)
        m_speech.clear();
    m_speaker = effect;
    constexpr qsizetype kMostKept = 4000;
    m_speech = QString(m_speech + text).right(kMostKept);
    m_bar->setSpeech(m_speech);
    const SpanId span = m_page == nullptr ? SpanId() : spanOf(effect);
    if (span.isValid())
        m_page->context().addLiveText(span, text);
    else
        m_unplaced[effect] += text;
}

void RunTab::takeLine(const QString& line)
{
    m_lines->appendPlainText(visibleText(line));
    m_bar->setConsoleLines(++m_consoleLines);
}

/// The clock of the run is not asked: what has passed since its last word is added to that.
std::optional<tracestore::Timestamp> RunTab::now()
{
    if (!isRunClockOn(m_status.state) || !m_latest || isTravel())
        return {};
    // Time stands still with the run.
    const auto isRunning = [](const engine::PendingStep& step) { return !isHeld(step); };
    const bool isStill
        = m_debugger->isPaused() && std::ranges::none_of(m_debugger->debug().pending, isRunning);
    if (isStill)
        m_sinceLatest.start();
    const qint64 passed = isStill ? 0 : m_sinceLatest.nsecsElapsed();
    return tracestore::Timestamp {m_latest->ns + passed};
}

void RunTab::updateNow()
{
    const auto time = now();
    if (m_page != nullptr && (isVisible() || !time))
        m_page->context().setNow(time);
}

} // namespace gui
