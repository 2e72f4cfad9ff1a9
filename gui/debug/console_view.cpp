#include "gui/debug/console_view.h"

#include "gui/debug/console_filter.h"
#include "gui/debug/console_order.h"
#include "gui/debug/run_debugger.h"
#include "gui/debug/run_table.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QMenu>
#include <QScrollBar>
#include <QVBoxLayout>

#include <utility>

namespace gui {

using namespace Qt::StringLiterals;
using LineKind = ConsoleModel::Kind;

namespace {

    /// A list that says what it is for while it is empty.
    class ConsoleList : public QListView
    {
    public:
        explicit ConsoleList(const Theme& theme)
            : m_theme(theme)
        { }

    protected:
        void paintEvent(QPaintEvent* event) override
        {
            QListView::paintEvent(event);
            if (model() != nullptr && model()->rowCount() == 0)
                paintEmptyText(*this,
                               m_theme,
                               ConsoleView::tr("Log points, servers of tools and problems write "
                                               "here. Below, expressions like args.amount or "
                                               "cost.session > 0.5 are evaluated at a stop."));
        }

    private:
        const Theme& m_theme;
    };

} // namespace

QString ExpressionLine::take()
{
    const QString text = this->text().trimmed();
    clear();
    m_typed.clear();
    if (!text.isEmpty() && (m_history.isEmpty() || m_history.back() != text))
        m_history << text;
    m_place = m_history.size();
    return text;
}

void ExpressionLine::step(int by)
{
    const qsizetype place = std::clamp<qsizetype>(m_place + by, 0, m_history.size());
    if (place == m_place)
        return;
    if (m_place == m_history.size())
        m_typed = text();
    m_place = place;
    setText(place == m_history.size() ? m_typed : m_history[place]);
}

void ExpressionLine::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Up)
        step(-1);
    else if (event->key() == Qt::Key_Down)
        step(1);
    else
        QLineEdit::keyPressEvent(event);
}

ConsoleView::ConsoleView(RunDebugger& debugger, ConsoleModel& model, Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_debugger(debugger)
    , m_theme(theme)
    , m_model(model)
    , m_filter(new ConsoleFilter(this))
    , m_list(new ConsoleList(theme))
    , m_find(new QLineEdit(this))
    , m_input(new ExpressionLine(this))
{
    setObjectName(u"console"_s);
    setWindowTitle(tr("Console"));
    setAccessibleName(tr("Console of the run"));
    m_filter->setSourceModel(&m_model);
    m_list->setModel(m_filter);
    m_list->setObjectName(u"consoleLines"_s);
    m_list->setAccessibleName(tr("Lines of the console"));
    m_list->setUniformItemSizes(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setFrameShape(QFrame::NoFrame);
    makeRows();
    addActions();
    connect(m_input, &QLineEdit::returnPressed, this, &ConsoleView::evaluate);
    connect(m_find, &QLineEdit::textChanged, m_filter, &ConsoleFilter::setWanted);
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& line) {
        const QString effect = line.data(ConsoleModel::EffectRole).toString();
        if (!effect.isEmpty())
            m_debugger.reveal(effect.toStdString());
    });
    // The newest line stays in sight where it was.
    connect(m_filter, &QAbstractItemModel::rowsAboutToBeInserted, this, [this] {
        const QScrollBar* bar = m_list->verticalScrollBar();
        m_isAtEnd = bar->value() == bar->maximum();
    });
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, [this] {
        if (m_isAtEnd)
            m_list->scrollToBottom();
    });
    connect(&theme, &Theme::changed, this, &ConsoleView::followTheme);
    connect(&debugger, &RunDebugger::changed, this, [this] {
        if (m_debugger.isTravel())
            m_input->setPlaceholderText(
                tr("Expression: args.amount – or go to where one is true: first, last, next, "
                   "previous EXPR – or changes: back, change EXPR"));
    });
    connect(&debugger, &RunDebugger::stopped, this, &ConsoleView::tellStop);
    followTheme();
}

void ConsoleView::makeRows()
{
    m_input->setObjectName(u"consoleInput"_s);
    m_input->setPlaceholderText(tr("Expression: args.amount, state.plan, cost.session > 0.5"));
    m_input->setAccessibleName(tr("Expression to evaluate"));
    m_find->setObjectName(u"consoleFind"_s);
    m_find->setPlaceholderText(tr("Filter"));
    m_find->setAccessibleName(tr("Show only lines with this text"));
    m_find->setClearButtonEnabled(true);
    m_find->setMaximumWidth(180);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(
        metrics::kSpacing, metrics::kSpacing, metrics::kSpacing, metrics::kSpacing);
    row->setSpacing(metrics::kSpacing);
    row->addWidget(m_input, 1);
    row->addWidget(m_find);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_list, 1);
    column->addLayout(row);
    setFocusProxy(m_input);
}

void ConsoleView::addActions()
{
    auto* kinds = new QAction(m_theme.icon(u"filter"_s), tr("Kinds"), this);
    kinds->setData(u"filter"_s);
    kinds->setToolTip(tr("Which kinds of lines are shown"));
    auto* menu = new QMenu(this);
    addKind(*menu, LineKind::Log, tr("Log points"));
    addKind(*menu, LineKind::Note, tr("What the debugger did"));
    addKind(*menu, LineKind::Problem, tr("Problems"));
    addKind(*menu, LineKind::Tools, tr("Servers of tools"));
    addKind(*menu, LineKind::Value, tr("Evaluations"));
    menu->addSeparator();
    connect(menu->addAction(tr("Clear")), &QAction::triggered, &m_model, &ConsoleModel::clear);
    kinds->setMenu(menu);
    addAction(kinds);
    auto* copy = new QAction(m_theme.icon(u"copy"_s), tr("Copy lines"), this);
    copy->setData(u"copy"_s);
    copy->setToolTip(tr("Copy the selected lines, or all that are shown"));
    connect(copy, &QAction::triggered, this, &ConsoleView::copy);
    addAction(copy);
    m_icons = {kinds, copy};
}

void ConsoleView::addKind(QMenu& menu, LineKind kind, const QString& text)
{
    QAction* action = menu.addAction(text);
    action->setCheckable(true);
    action->setChecked(true);
    connect(action, &QAction::toggled, this, [this, kind](bool isShown) {
        m_filter->setShown(kind, isShown);
        // What was asked goes with what came of it.
        if (kind == LineKind::Value)
            m_filter->setShown(LineKind::Asked, isShown);
    });
}

void ConsoleView::followTheme()
{
    m_list->setFont(m_theme.codeFont());
    m_input->setFont(m_theme.codeFont());
    m_find->setFont(m_theme.smallFont());
    for (QAction* action : std::as_const(m_icons))
        action->setIcon(m_theme.icon(action->data().toString()));
}

void ConsoleView::evaluate()
{
    const QString expression = m_input->take();
    if (expression.isEmpty())
        return;
    m_model.add(LineKind::Asked, expression);
    m_list->scrollToBottom();
    if (const auto order = m_debugger.isTravel() ? consoleOrder(expression) : std::nullopt) {
        m_tellsStop = true;
        m_debugger.order(*order);
    } else
        m_debugger.evaluate(expression.toStdString());
}

/// Where an order that was typed has led.
void ConsoleView::tellStop()
{
    const auto& stop = m_debugger.debug().stop;
    if (std::exchange(m_tellsStop, false) && stop)
        m_model.add(LineKind::Value, singleLine(stop->text, 300), stop->effect);
}

void ConsoleView::copy() const
{
    QStringList lines;
    const bool isAll = !m_list->selectionModel()->hasSelection();
    for (int row = 0; row < m_filter->rowCount(); ++row) {
        const QModelIndex line = m_filter->index(row, 0);
        if (isAll || m_list->selectionModel()->isSelected(line))
            lines << line.data().toString();
    }
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

} // namespace gui
