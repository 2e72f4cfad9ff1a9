#include "gui/debug/pending_view.h"

#include "gui/debug/pending_model.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/stop_texts.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>

namespace gui {

using namespace Qt::StringLiterals;

PendingView::PendingView(RunDebugger& debugger, Theme& theme, QWidget* parent)
    : RunTable(theme, parent)
    , m_debugger(debugger)
    , m_theme(theme)
    , m_model(new PendingModel(theme, this))
    , m_goOn(add(u"play"_s, tr("Go on with this step alone"), Qt::CTRL | Qt::Key_Return))
    , m_answer(add(u"kind-message"_s, tr("Answer instead…"), {}))
    , m_cancel(add(u"cancel"_s, tr("Give this step up"), Qt::Key_Delete))
{
    setObjectName(u"pending"_s);
    setWindowTitle(tr("Pending"));
    setAccessibleName(tr("Pending steps"));
    setEmptyText(tr("Nothing is under way. Steps that are held or running stand here; Pause (F6) "
                    "holds the next one."));
    setModel(m_model);
    horizontalHeader()->setStretchLastSection(true);
    const QFontMetrics metrics(theme.smallFont());
    const auto setWidth = [&](int column, int letters) {
        setColumnWidth(column, letters * metrics.averageCharWidth());
    };
    setWidth(PendingModel::StepColumn, 24);
    setWidth(PendingModel::StateColumn, 15);
    setWidth(PendingModel::TimeColumn, 9);
    setWidth(PendingModel::AgentColumn, 18);
    setWidth(PendingModel::ReachColumn, 15);
    connect(m_goOn, &QAction::triggered, this, &PendingView::goOn);
    connect(m_cancel, &QAction::triggered, this, &PendingView::cancel);
    connect(m_answer, &QAction::triggered, &debugger, &RunDebugger::answerRequested);
    connect(&debugger, &RunDebugger::changed, this, &PendingView::takeStatus);
    connect(&debugger, &RunDebugger::stepChanged, this, &PendingView::takeStatus);
    connect(this, &RunTable::rowActivated, this, [this](int row) {
        if (!m_model->isDone(row))
            m_debugger.reveal(m_model->effectAt(row));
    });
    connect(&theme, &Theme::changed, this, &PendingView::updateIcons);
    m_ticker.setInterval(500);
    connect(&m_ticker, &QTimer::timeout, this, [this] {
        if (isVisible())
            m_model->tick();
    });
    takeStatus();
}

QAction* PendingView::add(const QString& icon, const QString& text, const QKeySequence& key)
{
    auto* action = new QAction(m_theme.icon(icon), text, this);
    action->setData(icon);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    const QString keys = key.toString(QKeySequence::NativeText);
    action->setToolTip(keys.isEmpty() ? text : QString(text + u"  ("_s + keys + u')'));
    addAction(action);
    return action;
}

void PendingView::updateIcons()
{
    for (QAction* action : {m_goOn, m_answer, m_cancel})
        action->setIcon(m_theme.icon(action->data().toString()));
}

void PendingView::takeStatus()
{
    const QScopedValueRollback following(m_isFollowing, true);
    m_model->setStatus(m_debugger.debug(), m_debugger.isAlive());
    const engine::PendingStep* step = m_debugger.step();
    const int row = step == nullptr ? -1 : m_model->rowOf(step->effect);
    if (row >= 0 && row != currentRow())
        setCurrentIndex(m_model->index(row, 0));
    if (m_debugger.isAlive() && !m_debugger.debug().pending.empty())
        m_ticker.start();
    else
        m_ticker.stop();
    updateActions();
}

void PendingView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    RunTable::currentChanged(current, previous);
    if (!m_isFollowing && current.isValid() && !m_model->isDone(current.row()))
        m_debugger.reveal(m_model->effectAt(current.row()));
    updateActions();
}

void PendingView::updateActions()
{
    const engine::PendingStep* step
        = pendingStep(m_debugger.debug(), m_model->effectAt(currentRow()));
    const bool isPending = step != nullptr && m_debugger.isAlive() && !m_debugger.isTravel()
        && !m_model->isDone(currentRow());
    const bool isBetween = isPending && step->stage == engine::PendingStep::Stage::HeldBetween;
    m_goOn->setEnabled(isPending && isHeld(*step));
    m_answer->setEnabled(isPending && isHeld(*step) && !isBetween);
    m_cancel->setEnabled(isPending && !isBetween);
}

void PendingView::goOn()
{
    m_debugger.order(engine::ContinueRun {m_model->effectAt(currentRow())});
}

void PendingView::cancel()
{
    m_debugger.order(engine::CancelStep {m_model->effectAt(currentRow())});
}

void PendingView::contextMenuEvent(QContextMenuEvent* event)
{
    if (currentRow() < 0)
        return;
    QMenu menu(this);
    menu.addActions({m_goOn, m_answer, m_cancel});
    menu.exec(event->globalPos());
}

} // namespace gui
