#include "gui/summary/summary_view.h"

#include "gui/context/in_background.h"
#include "gui/context/session_context.h"
#include "gui/summary/summary_delegate.h"
#include "gui/summary/summary_strip.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollBar>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Grouping;
using tracestore::SpanId;

namespace {

    constexpr std::array kGroupings {
        Grouping::Model, Grouping::Tool, Grouping::Agent, Grouping::Session, Grouping::Kind};

    QString tabName(Grouping grouping)
    {
        switch (grouping) {
        case Grouping::Model:
            return SummaryView::tr("Models");
        case Grouping::Tool:
            return SummaryView::tr("Tools");
        case Grouping::Agent:
            return SummaryView::tr("Agents");
        case Grouping::Session:
            return SummaryView::tr("Sessions");
        case Grouping::Kind:
            return SummaryView::tr("Kinds of step");
        }
        return {};
    }

    QString nothingToGroup(Grouping grouping)
    {
        switch (grouping) {
        case Grouping::Model:
            return SummaryView::tr("This trace has no model calls.");
        case Grouping::Tool:
            return SummaryView::tr("This trace has no tool calls.");
        default:
            return SummaryView::tr("This trace has no steps.");
        }
    }

    QString stepsName(SummaryField field)
    {
        switch (field) {
        case SummaryField::Name:
            return SummaryView::tr("all steps");
        case SummaryField::ModelCalls:
            return SummaryView::tr("model calls");
        case SummaryField::ToolCalls:
            return SummaryView::tr("tool calls");
        case SummaryField::Errors:
            return SummaryView::tr("failed steps");
        case SummaryField::Retries:
            return SummaryView::tr("retries");
        case SummaryField::Cost:
            return SummaryView::tr("dearest first");
        case SummaryField::Latency:
        case SummaryField::P50:
        case SummaryField::P90:
        case SummaryField::P99:
            return SummaryView::tr("slowest first");
        default:
            return SummaryView::tr("most tokens first");
        }
    }

} // namespace

SummaryView::SummaryView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new SummaryModel(this))
    , m_strip(new SummaryStrip(context.theme(), this))
    , m_tabs(new QTabBar(this))
    , m_table(new QTableView(this))
    , m_notice(new QLabel(this))
    , m_stepper(new QWidget(this))
    , m_stepLabel(new QLabel(m_stepper))
{
    setObjectName(u"summary"_s);
    setWindowTitle(tr("Summary"));
    setAccessibleName(tr("Summary"));
    setFocusProxy(m_table);
    makeTabs();
    makeTable();
    makeActions();
    makeLayout();
    m_growthPause.setSingleShot(true);
    m_growthPause.setInterval(500);
    connect(&m_growthPause, &QTimer::timeout, this, &SummaryView::takeGrowth);
    connect(&context, &SessionContext::traceGrown, this, [this] {
        m_isOutdated = m_order > 0;
        takeGrowth();
    });
    connect(&context.theme(), &Theme::changed, this, &SummaryView::followTheme);
    followTheme();
    updateStepper();
}

void SummaryView::makeTabs()
{
    m_tabs->setObjectName(u"summaryTabs"_s);
    m_tabs->setAccessibleName(tr("What the figures are grouped by"));
    m_tabs->setDocumentMode(true);
    m_tabs->setExpanding(false);
    m_tabs->setFont(m_context.theme().smallFont());
    const bool hasSessions = m_context.trace()->sessions().size() > 1;
    for (const Grouping grouping : kGroupings) {
        if (grouping == Grouping::Session && !hasSessions)
            continue;
        m_tabs->setTabData(m_tabs->addTab(tabName(grouping)), static_cast<int>(grouping));
    }
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        setGrouping(static_cast<Grouping>(m_tabs->tabData(tab).toInt()));
    });
}

void SummaryView::makeTable()
{
    m_table->setObjectName(u"summaryTable"_s);
    m_table->setAccessibleName(tr("Summary"));
    m_table->setAccessibleDescription(
        tr("Figures by group. Enter goes to the steps behind a figure."));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new SummaryDelegate(m_context.theme(), m_table));
    m_table->setSelectionBehavior(QTableView::SelectRows);
    m_table->setSelectionMode(QTableView::SingleSelection);
    m_table->setEditTriggers(QTableView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setMouseTracking(true);
    m_table->setTabKeyNavigation(false);
    m_table->setCornerButtonEnabled(false);
    m_table->setVerticalScrollMode(QTableView::ScrollPerPixel);
    m_table->setHorizontalScrollMode(QTableView::ScrollPerPixel);
    m_table->installEventFilter(this);
    QHeaderView& rows = *m_table->verticalHeader();
    rows.hide();
    rows.setMinimumSectionSize(metrics::kRowHeight);
    rows.setSectionResizeMode(QHeaderView::Fixed);
    rows.setDefaultSectionSize(metrics::kRowHeight);
    QHeaderView& header = *m_table->horizontalHeader();
    header.setHighlightSections(false);
    header.setMinimumSectionSize(40);
    header.setFont(m_context.theme().smallFont());
    header.setSectionsMovable(true);
    // Sorted by what there is most of; the model knows which column that is.
    header.setSortIndicator(-1, Qt::DescendingOrder);
    header.setSortIndicatorClearable(true);
    m_table->setSortingEnabled(true);
    connect(m_table, &QTableView::clicked, this, &SummaryView::choose);
}

void SummaryView::makeActions()
{
    const auto add = [this](const QString& text, const QKeySequence& key, int direction) {
        auto* action = new QAction(text, this);
        action->setShortcut(key);
        action->setToolTip(QString(text + u" ("_s + key.toString(QKeySequence::NativeText) + u')'));
        connect(action, &QAction::triggered, this, [this, direction] { step(direction); });
        return action;
    };
    m_previous = add(tr("Previous step of the figure"), Qt::SHIFT | Qt::Key_F7, -1);
    m_next = add(tr("Next step of the figure"), Qt::Key_F7, 1);
}

void SummaryView::makeLayout()
{
    m_notice->setTextFormat(Qt::PlainText);
    m_notice->setObjectName(u"summaryNotice"_s);
    m_notice->setWordWrap(true);
    m_notice->setContentsMargins(metrics::kMargin, metrics::kMargin, metrics::kMargin, 0);
    m_stepLabel->setTextFormat(Qt::PlainText);
    m_stepLabel->setFont(m_context.theme().smallFont());
    m_stepLabel->setObjectName(u"summarySteps"_s);
    auto* row = new QHBoxLayout(m_stepper);
    row->setContentsMargins(metrics::kMargin, 2, metrics::kMargin, 2);
    row->setSpacing(metrics::kSpacing);
    for (QAction* action : {m_previous, m_next}) {
        auto* button = new QToolButton(m_stepper);
        button->setDefaultAction(action);
        button->setAutoRaise(true);
        button->setIconSize({metrics::kIconSize, metrics::kIconSize});
        button->setAccessibleName(action->toolTip());
        row->addWidget(button);
    }
    row->addWidget(m_stepLabel, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_strip);
    column->addWidget(m_tabs);
    column->addWidget(m_notice);
    column->addWidget(m_table, 1);
    column->addWidget(m_stepper);
}

void SummaryView::followTheme()
{
    const Theme& theme = m_context.theme();
    m_previous->setIcon(theme.icon(u"back"_s));
    m_next->setIcon(theme.icon(u"forward"_s));
    QPalette dim = m_stepLabel->palette();
    dim.setColor(QPalette::WindowText, theme.color(ColorRole::TextDim));
    m_stepLabel->setPalette(dim);
    m_notice->setPalette(dim);
    m_table->viewport()->update();
}

// ---- the figures

void SummaryView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_hasWhole && m_order == 0)
        refresh();
    else
        takeGrowth();
}

void SummaryView::setGrouping(Grouping grouping)
{
    if (grouping == m_grouping && m_order > 0)
        return;
    m_grouping = grouping;
    for (int tab = 0; tab < m_tabs->count(); ++tab) {
        if (m_tabs->tabData(tab).toInt() == static_cast<int>(grouping))
            m_tabs->setCurrentIndex(tab);
    }
    refresh();
}

void SummaryView::refresh()
{
    ++m_order;
    if (const auto known = m_made.find(m_grouping); known != m_made.end()) {
        adopt({.whole = {}, .table = known->second});
        return;
    }
    m_notice->setText(tr("Adding up …"));
    m_notice->show();
    make();
}

/// Makes the sums anew where the trace has grown: those that are shown stay until then.
void SummaryView::takeGrowth()
{
    if (!m_isOutdated || m_isBusy || m_growthPause.isActive() || !isVisible())
        return;
    m_growthPause.start();
    m_isOutdated = false;
    m_hasWhole = false;
    m_made.clear();
    ++m_order;
    make();
}

void SummaryView::make()
{
    m_isBusy = true;
    const auto make = [trace = m_context.trace(), grouping = m_grouping, needsWhole = !m_hasWhole] {
        Made made;
        if (needsWhole)
            made.whole = tracestore::wholeTrace(*trace);
        made.table = std::make_shared<const SummaryTable>(
            SummaryTable {grouping, tracestore::groupSpans(*trace, grouping)});
        return made;
    };
    inBackground(this, make, [this, order = m_order](const Made& made) {
        if (order != m_order)
            return;
        m_isBusy = false;
        m_made[made.table->grouping] = made.table;
        adopt(made);
        takeGrowth();
    });
}

void SummaryView::adopt(const Made& made)
{
    if (made.whole) {
        m_strip->setWhole(*made.whole);
        m_hasWhole = true;
    }
    const bool isSame = m_model->rowCount() > 0 && m_model->grouping() == made.table->grouping;
    const QModelIndex current = m_table->currentIndex();
    const QString name = isSame && current.isValid() ? nameAt(current.row()) : QString();
    const QPoint place(m_table->horizontalScrollBar()->value(),
                       m_table->verticalScrollBar()->value());
    m_model->setTable(made.table);
    m_notice->setText(nothingToGroup(m_grouping));
    m_notice->setVisible(m_model->rowCount() == 0);
    sizeColumns();
    if (m_model->rowCount() == 0)
        return;
    int row = 0;
    for (int i = 0; isSame && i < m_model->rowCount(); ++i)
        row = nameAt(i) == name ? i : row;
    const int column = isSame ? std::clamp(current.column(), 0, m_model->columnCount() - 1) : 0;
    m_table->setCurrentIndex(m_model->index(row, column));
    if (!isSame)
        return;
    m_table->horizontalScrollBar()->setValue(place.x());
    m_table->verticalScrollBar()->setValue(place.y());
}

QString SummaryView::nameAt(int row) const
{
    return groupName(m_model->at(row), m_model->grouping());
}

void SummaryView::sizeColumns()
{
    constexpr int kMostRowsLookedAt = 300;
    constexpr int kForSortArrow = 12;
    constexpr int kMostOfName = 260;
    const QFontMetrics metrics(m_context.theme().smallFont());
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const QString title
            = m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        int width = metrics.horizontalAdvance(title) + kForSortArrow;
        const int bar = SummaryDelegate::barWidth(static_cast<int>(m_model->field(column)));
        for (int row = 0; row < std::min(m_model->rowCount(), kMostRowsLookedAt); ++row) {
            const QString text = m_model->index(row, column).data().toString();
            width = std::max(width, metrics.horizontalAdvance(text) + bar + (bar > 0 ? 8 : 0));
        }
        width += 2 * metrics::kMargin;
        const bool isName = m_model->field(column) == SummaryField::Name;
        m_table->setColumnWidth(column, isName ? std::clamp(width, 120, kMostOfName) : width);
    }
}

// ---- the steps behind them

bool SummaryView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_table || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        choose(m_table->currentIndex());
        return true;
    }
    if (key->matches(QKeySequence::Copy)) {
        if (m_table->currentIndex().isValid())
            QGuiApplication::clipboard()->setText(m_model->rowText(m_table->currentIndex().row()));
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void SummaryView::choose(const QModelIndex& cell)
{
    if (!cell.isValid())
        return;
    const tracestore::Trace& trace = *m_context.trace();
    const tracestore::SpanGroup& group = m_model->at(cell.row());
    const SummaryField field = m_model->field(cell.column());
    m_steps = stepsBehind(trace, group, m_model->grouping(), field);
    m_at = firstStepBehind(trace, group, m_steps, field);
    m_stepsOf = QString(groupName(group, m_model->grouping()) + u", "_s + stepsName(field));
    if (!m_steps.empty())
        m_context.reveal(m_steps[m_at]);
    updateStepper();
}

void SummaryView::step(int direction)
{
    if (m_steps.empty())
        return;
    const std::size_t count = m_steps.size();
    m_at = direction > 0 ? (m_at + 1) % count : (m_at + count - 1) % count;
    m_context.reveal(m_steps[m_at]);
    updateStepper();
}

void SummaryView::updateStepper()
{
    m_previous->setEnabled(m_steps.size() > 1);
    m_next->setEnabled(m_steps.size() > 1);
    m_stepLabel->setText(stepText());
}

QString SummaryView::stepText() const
{
    if (m_stepsOf.isEmpty())
        return tr("Click a figure to go to the steps behind it; F7 goes to the next of them");
    if (m_steps.empty())
        return tr("%1: none").arg(m_stepsOf);
    return tr("%1 of %2 · %3")
        .arg(formatCount(static_cast<std::int64_t>(m_at) + 1),
             formatCount(static_cast<std::int64_t>(m_steps.size())),
             m_stepsOf);
}

} // namespace gui
