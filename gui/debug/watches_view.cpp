#include "gui/debug/watches_view.h"

#include "gui/context/in_background.h"
#include "gui/context/session_context.h"
#include "gui/debug/debug_table.h"
#include "gui/debug/debug_workspace.h"
#include "gui/debug/numbered_span.h"
#include "gui/debug/watch_delegate.h"
#include "gui/debug/watches_model.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QMenu>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using engine::WatchId;
using engine::WatchValue;
using tracestore::SpanId;

namespace {

    constexpr int kEvaluateMs = 60;

} // namespace

WatchesView::WatchesView(SessionContext& context, DebugWorkspace& workspace, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_workspace(workspace)
    , m_model(new WatchesModel(workspace, context.trace(), this))
    , m_table(new DebugTable(context.theme(), -1, this))
{
    setObjectName(u"watches"_s);
    setWindowTitle(tr("Watches"));
    setFocusProxy(m_table);
    setUpTable();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table);
    auto* add = new QAction(tr("Add watch"), this);
    add->setToolTip(tr("Watch an expression: a field such as args.amount, or a condition"));
    connect(add, &QAction::triggered, this, &WatchesView::addWatch);
    addAction(add);
    const auto updateIcon = [this, add] { add->setIcon(m_context.theme().icon(u"add"_s)); };
    updateIcon();
    connect(&context.theme(), &Theme::changed, add, updateIcon);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kEvaluateMs);
    connect(&m_pause, &QTimer::timeout, this, &WatchesView::evaluate);
    connect(&m_evaluator, &WatchEvaluator::finished, this, &WatchesView::takeValues);
    connect(&context, &SessionContext::selectionChanged, this, &WatchesView::evaluateSoon);
    connect(&workspace, &DebugWorkspace::watchesChanged, this, &WatchesView::evaluateSoon);
    connect(&context, &SessionContext::traceGrown, this, [this] {
        m_model->setTrace(m_context.trace());
        evaluateSoon();
    });
}

/// An expression that is being written is taken when its line goes: while all of this is there.
WatchesView::~WatchesView()
{
    delete m_table;
}

void WatchesView::setUpTable()
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Watches"));
    m_table->setItemDelegate(new WatchDelegate(m_context.theme(), m_table));
    m_table->setShares({28, 34, 20, 18});
    connect(m_table, &DebugTable::removed, this, &WatchesView::removeSelected);
    connect(m_table, &DebugTable::moved, this, &WatchesView::move);
    connect(m_table, &DebugTable::edited, this, &WatchesView::editCurrent);
    connect(m_table, &DebugTable::menuRequested, this, &WatchesView::showMenu);
    connect(m_table->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            &WatchesView::chosen);
    connect(m_table, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        SpanId span;
        if (const QVariant at = index.data(SpanRole); at.isValid()) {
            span.value = at.toUInt();
            m_context.reveal(span);
        } else if (m_model->at(index.row()) == nullptr) {
            addWatch();
        }
    });
}

void WatchesView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_values == nullptr)
        loadValues();
    evaluateSoon();
}

/// Counts the values that can be offered, off the GUI thread.
void WatchesView::loadValues()
{
    m_values = std::make_shared<tracestore::CompletionValues>();
    const auto count = [trace = m_context.trace()] {
        return std::make_shared<tracestore::CompletionValues>(*trace);
    };
    inBackground(this, count, [this](const std::shared_ptr<tracestore::CompletionValues>& values) {
        m_values = values;
        static_cast<WatchDelegate*>(m_table->itemDelegate())->setValues(*values);
    });
}

// ---- values

void WatchesView::evaluateSoon()
{
    if (!m_isRun && isVisible() && !m_pause.isActive())
        m_pause.start();
}

void WatchesView::evaluate()
{
    const SpanId step = m_context.selected();
    if (m_isRun || !step.isValid() || m_workspace.setup().watches.empty())
        return;
    m_evaluator.evaluate(m_workspace.setup().watches, m_context.trace(), step);
}

/// What has changed at the very step stands out.
void WatchesView::takeValues(const std::vector<WatchAtStep>& values)
{
    if (m_isRun)
        return;
    std::vector<std::pair<WatchId, WatchesModel::Value>> shown;
    for (const WatchAtStep& one : values)
        shown.emplace_back(one.id,
                           WatchesModel::Value {.value = one.value,
                                                .problem = one.problem,
                                                .before = one.before,
                                                .changedAt = one.changedAt,
                                                .isNew = !one.before.empty()
                                                    && one.changedAt == m_context.selected()});
    m_model->setValues(std::move(shown));
    emit evaluated();
}

/// From the end: what has changed has done so lately.
SpanId WatchesView::spanOf(const std::string& effect) const
{
    if (effect.empty())
        return {};
    const tracestore::Trace& trace = *m_context.trace();
    if (const SpanId numbered = numberedSpan(effect); numbered.isValid())
        return numbered.index() < trace.spanCount() ? numbered : SpanId();
    for (std::size_t i = trace.spanCount(); i-- > 0;) {
        if (trace.origId(SpanId(i)) == effect)
            return SpanId(i);
    }
    return {};
}

void WatchesView::setValues(const std::vector<WatchValue>& values)
{
    m_isRun = true;
    m_evaluator.cancel();
    std::vector<std::pair<WatchId, WatchesModel::Value>> shown;
    for (const WatchValue& one : values)
        shown.emplace_back(one.id,
                           WatchesModel::Value {.value = one.value,
                                                .problem = one.problem,
                                                .before = one.before,
                                                .changedAt = spanOf(one.changedStep),
                                                .event = one.changedAt,
                                                .isNew = one.isNew});
    m_model->setValues(std::move(shown));
}

void WatchesView::leaveRun()
{
    m_isRun = false;
    evaluateSoon();
}

const engine::Watch* WatchesView::watchInHand() const
{
    const engine::Watch* current = m_model->at(m_table->currentIndex().row());
    return current != nullptr ? current : m_model->at(0);
}

// ---- what is done with them

void WatchesView::addWatch()
{
    const QModelIndex last
        = m_model->index(m_model->rowCount() - 1, WatchesModel::ExpressionColumn);
    m_table->setFocus();
    m_table->setCurrentIndex(last);
    m_table->edit(last);
}

void WatchesView::editCurrent()
{
    if (m_table->currentIndex().isValid())
        m_table->edit(m_table->currentIndex().siblingAtColumn(WatchesModel::ExpressionColumn));
}

void WatchesView::removeSelected()
{
    const int row = m_table->currentIndex().row();
    m_workspace.removeWatches(m_table->selectedIds());
    m_table->setCurrentIndex(
        m_model->index(std::min(row, m_model->rowCount() - 1), WatchesModel::ExpressionColumn));
}

void WatchesView::moveUp()
{
    move(-1);
}

void WatchesView::moveDown()
{
    move(1);
}

void WatchesView::move(int by)
{
    const int row = m_table->currentIndex().row();
    const engine::Watch* watch = m_model->at(row);
    if (watch == nullptr || m_model->at(row + by) == nullptr)
        return;
    m_workspace.moveWatch(watch->id, static_cast<std::size_t>(row + by));
    m_table->setCurrentIndex(m_model->index(row + by, WatchesModel::ExpressionColumn));
}

void WatchesView::showMenu(QPoint global)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Add watch"), this, &WatchesView::addWatch);
    if (m_model->at(m_table->currentIndex().row()) != nullptr) {
        menu->addAction(tr("Edit\tEnter"), this, &WatchesView::editCurrent);
        menu->addAction(tr("Move up\tAlt+Up"), this, &WatchesView::moveUp);
        menu->addAction(tr("Move down\tAlt+Down"), this, &WatchesView::moveDown);
        menu->addAction(tr("Remove\tDelete"), this, &WatchesView::removeSelected);
        addTravel(*menu, *m_model->at(m_table->currentIndex().row()));
    }
    menu->popup(global);
}

/// Where its value changed, and where it is true.
void WatchesView::addTravel(QMenu& menu, const engine::Watch& watch)
{
    using Which = engine::GoToHit::Which;
    if (!m_canTravel)
        return;
    menu.addSeparator();
    const auto add = [&](const QString& text, const engine::DebugOrder& order) {
        menu.addAction(text, this, [this, order] { emit travelWanted(order); });
    };
    const auto changed = [&](bool isBack) {
        return engine::GoToChange {.watch = watch.id, .expression = {}, .isBack = isBack};
    };
    add(tr("To last change\tCtrl+F7"), changed(true));
    add(tr("To next change\tCtrl+Shift+F7"), changed(false));
    menu.addSeparator();
    add(tr("First time it is true or known"), engine::GoToHit {watch.expression, Which::First});
    add(tr("Previous time"), engine::GoToHit {watch.expression, Which::Previous});
    add(tr("Next time"), engine::GoToHit {watch.expression, Which::Next});
    add(tr("Last time"), engine::GoToHit {watch.expression, Which::Last});
}

} // namespace gui
