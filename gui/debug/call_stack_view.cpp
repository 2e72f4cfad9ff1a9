#include "gui/debug/call_stack_view.h"

#include "gui/debug/call_stack_model.h"
#include "gui/debug/run_debugger.h"
#include "gui/theme/theme.h"

#include <QHeaderView>
#include <QScopedValueRollback>

namespace gui {

using namespace Qt::StringLiterals;

CallStackView::CallStackView(RunDebugger& debugger, Theme& theme, QWidget* parent)
    : RunTable(theme, parent)
    , m_debugger(debugger)
    , m_model(new CallStackModel(theme, this))
{
    setObjectName(u"callStack"_s);
    setWindowTitle(tr("Call Stack"));
    setAccessibleName(tr("Call stack of agents"));
    setEmptyText(tr("No agent is at work. While a run goes on its agents stand here, the innermost "
                    "first."));
    setModel(m_model);
    horizontalHeader()->setStretchLastSection(true);
    const int letter = QFontMetrics(theme.smallFont()).averageCharWidth();
    setColumnWidth(CallStackModel::NameColumn, 30 * letter);
    setColumnWidth(CallStackModel::PlaceColumn, 14 * letter);
    connect(&debugger, &RunDebugger::changed, this, &CallStackView::takeStatus);
    connect(&debugger, &RunDebugger::stepChanged, this, &CallStackView::takeStatus);
    connect(this, &RunTable::rowActivated, this, &CallStackView::go);
    takeStatus();
}

void CallStackView::takeStatus()
{
    const QScopedValueRollback following(m_isFollowing, true);
    const std::string kept = m_model->effectAt(currentRow());
    const bool wasFrame = m_model->isFrame(currentRow());
    m_model->setStatus(m_debugger.debug(), m_debugger.isAlive());
    const engine::PendingStep* step = m_debugger.step();
    const int row = m_model->rowOf(step == nullptr ? std::string() : step->effect);
    // An agent that one has gone to stays current.
    const bool stays = wasFrame && m_model->effectAt(currentRow()) == kept;
    if (row >= 0 && !stays)
        setCurrentIndex(m_model->index(row, 0));
}

void CallStackView::go(int row)
{
    if (const std::string effect = m_model->effectAt(row); !effect.empty())
        m_debugger.reveal(effect);
}

void CallStackView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    RunTable::currentChanged(current, previous);
    if (!m_isFollowing && current.isValid())
        go(current.row());
}

} // namespace gui
