#include "gui/debug/state_view.h"

#include "gui/debug/run_debugger.h"
#include "gui/debug/run_table.h"
#include "gui/debug/state_model.h"
#include "gui/debug/stop_texts.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>

namespace gui {

using namespace Qt::StringLiterals;

StateView::StateView(RunDebugger& debugger, Theme& theme, QWidget* parent)
    : QTreeView(parent)
    , m_debugger(debugger)
    , m_theme(theme)
    , m_model(new StateModel(theme, this))
    , m_note(new QLabel(this))
{
    setObjectName(u"state"_s);
    setWindowTitle(tr("State"));
    setAccessibleName(tr("State of the agent"));
    setModel(m_model);
    setUniformRowHeights(true);
    setAlternatingRowColors(false);
    setEditTriggers(DoubleClicked | EditKeyPressed);
    setAllColumnsShowFocus(true);
    setFont(theme.codeFont());
    header()->setFont(theme.smallFont());
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(StateModel::ValueColumn, QHeaderView::Stretch);
    const int letter = QFontMetrics(theme.codeFont()).averageCharWidth();
    setColumnWidth(StateModel::KeyColumn, 26 * letter);
    setColumnWidth(StateModel::BeforeColumn, 28 * letter);
    m_note->setObjectName(u"stateNote"_s);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setFont(theme.smallFont());
    m_note->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    m_note->setAutoFillBackground(true);
    m_note->hide();
    auto* copy = new QAction(tr("Copy path"), this);
    copy->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_C);
    copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    copy->setIcon(theme.icon(u"copy"_s));
    copy->setToolTip(tr("Copy the path of the value, as conditions and watches name it"));
    addAction(copy);
    connect(copy, &QAction::triggered, this, &StateView::copyPath);
    connect(
        &theme, &Theme::changed, copy, [copy, &theme] { copy->setIcon(theme.icon(u"copy"_s)); });
    connect(&debugger, &RunDebugger::stepChanged, this, &StateView::takeStep);
    connect(&debugger, &RunDebugger::changed, this, [this] {
        m_model->setEditable(canEdit());
        updateNote();
    });
    connect(&theme, &Theme::changed, this, &StateView::updateNote);
    connect(m_model, &StateModel::editWanted, this, [this](const auto& path, const auto& value) {
        m_debugger.order(engine::EditState {m_agent, path.toStdString(), value.toStdString()});
    });
    takeStep();
}

/// While nothing is told of another agent, what was last known stays in sight.
void StateView::takeStep()
{
    m_model->setEditable(canEdit());
    const auto& step = m_debugger.inspection();
    if (!step)
        return updateNote();
    keepOpen();
    m_agent = step->agent;
    setWindowTitle(m_agent.empty() ? tr("State") : tr("State of %1").arg(singleLine(m_agent, 40)));
    m_model->setState(step->state, step->stateBefore);
    openAgain();
    updateNote();
}

bool StateView::canEdit() const
{
    return m_debugger.isPaused() && !m_debugger.isTravel();
}

void StateView::updateNote()
{
    const bool isWanted = canEdit() && m_model->rowCount() > 0;
    const QString text = m_debugger.isTravel()
        ? (m_model->rowCount() > 0 ? travelNotes(m_debugger.debug()) : QString())
        : isWanted ? stateChangeNote(m_debugger.debug(), m_agent)
                   : QString();
    QPalette colors = palette();
    colors.setColor(QPalette::Window, m_theme.color(ColorRole::Raised));
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::TextDim));
    m_note->setPalette(colors);
    if (text == m_note->text() && m_note->isHidden() == text.isEmpty())
        return;
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
    updateGeometries();
}

/// The rows end above the note. The base class sets the margins of the viewport for its header
/// only, and again whenever that changes the size of the viewport.
void StateView::updateGeometries()
{
    if (m_isFitting)
        return;
    m_isFitting = true;
    QTreeView::updateGeometries();
    if (!m_note->isHidden()) {
        const QRect inside = contentsRect();
        const int height = std::min(m_note->heightForWidth(inside.width()), inside.height() / 2);
        QMargins margins = viewportMargins();
        margins.setBottom(height);
        setViewportMargins(margins);
        m_note->setGeometry(inside.left(), inside.bottom() + 1 - height, inside.width(), height);
    }
    m_isFitting = false;
}

void StateView::keepOpen()
{
    std::vector<QModelIndex> todo {QModelIndex()};
    for (std::size_t i = 0; i < todo.size(); ++i) {
        const QModelIndex parent = todo[i];
        for (int row = 0; row < m_model->rowCount(parent); ++row) {
            const QModelIndex child = m_model->index(row, 0, parent);
            const QString path = child.data(StateModel::PathRole).toString();
            if (isExpanded(child)) {
                m_open.insert(path);
                todo.push_back(child);
            } else if (m_model->hasChildren(child)) {
                m_open.remove(path);
            }
        }
    }
}

/// What was open, and the way to what has changed.
void StateView::openAgain()
{
    constexpr std::size_t kMostOpened = 500;
    std::vector<QModelIndex> todo {QModelIndex()};
    for (std::size_t i = 0; i < todo.size() && todo.size() < kMostOpened; ++i) {
        const QModelIndex parent = todo[i];
        for (int row = 0; row < m_model->rowCount(parent); ++row) {
            const QModelIndex child = m_model->index(row, 0, parent);
            if (!m_model->hasChildren(child))
                continue;
            const bool isWanted = m_open.contains(child.data(StateModel::PathRole).toString())
                || child.data(StateModel::ChangedRole).toBool();
            if (isWanted) {
                expand(child);
                todo.push_back(child);
            }
        }
    }
}

void StateView::copyPath() const
{
    const QString path = currentIndex().data(StateModel::PathRole).toString();
    if (!path.isEmpty())
        QGuiApplication::clipboard()->setText(QString(u"state."_s + path));
}

void StateView::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    if (m_model->rowCount() > 0)
        return;
    const QString notes = travelNotes(m_debugger.debug());
    paintEmptyText(*this,
                   m_theme,
                   !notes.isEmpty() ? notes
                       : m_debugger.isTravel()
                       ? tr("The agent has no state here yet.")
                       : tr("The state of the agent stands here when the run is "
                            "paused: pause it (F6), or set a breakpoint (F9)."));
}

} // namespace gui
