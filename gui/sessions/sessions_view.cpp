#include "gui/sessions/sessions_view.h"

#include "gui/context/session_context.h"
#include "gui/sessions/sessions_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/tinted_icon.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanStatus;

SessionsView::SessionsView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new SessionsModel(context, this))
    , m_table(new SessionsTable(context, *m_model, this))
    , m_text(new QLineEdit(this))
    , m_summary(new QLabel(this))
    , m_nothing(new QLabel(this))
    , m_failed(addToggle(
          u"onlyFailed"_s, u"status-error"_s, tr("Only sessions that failed or missed their goal")))
    , m_withErrors(addToggle(
          u"onlyWithErrors"_s, u"status-warning"_s, tr("Only sessions in which a step failed")))
{
    setObjectName(u"sessions"_s);
    setWindowTitle(tr("Sessions"));
    setAccessibleName(tr("Sessions"));
    setFocusProxy(m_table);
    m_text->setObjectName(u"sessionsFilter"_s);
    m_text->setPlaceholderText(tr("Title, key or error  (/)"));
    m_text->setAccessibleName(tr("Filter sessions"));
    m_text->setClearButtonEnabled(true);
    m_text->setMaximumWidth(320);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setFont(context.theme().smallFont());
    m_nothing->setTextFormat(Qt::PlainText);
    m_nothing->setObjectName(u"nothingListed"_s);
    m_nothing->setContentsMargins(metrics::kMargin, metrics::kMargin, metrics::kMargin, 0);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    bar->setSpacing(metrics::kSpacing);
    bar->addWidget(m_text, 100);
    bar->addWidget(m_failed);
    bar->addWidget(m_withErrors);
    bar->addStretch(1);
    bar->addWidget(m_summary);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_nothing);
    column->addWidget(m_table, 1);
    makeActions();

    connect(m_text, &QLineEdit::textChanged, this, &SessionsView::applyFilter);
    connect(m_text, &QLineEdit::returnPressed, m_table, qOverload<>(&QWidget::setFocus));
    connect(m_table, &SessionsTable::openRequested, this, &SessionsView::open);
    connect(m_table, &SessionsTable::firstErrorRequested, this, &SessionsView::openFirstError);
    connect(m_model, &QAbstractItemModel::modelReset, this, &SessionsView::updateSummary);
    connect(&context, &SessionContext::traceGrown, m_table, &SessionsTable::takeGrowth);
    connect(&context.theme(), &Theme::changed, this, &SessionsView::followTheme);
    updateSummary();
    followTheme();
}

QToolButton*
SessionsView::addToggle(const QString& name, const QString& icon, const QString& toolTip)
{
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setCheckable(true);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setIconSize(kSmallIconBesideText);
    button->setFont(m_context.theme().smallFont());
    button->setToolTip(toolTip);
    button->setAccessibleName(toolTip);
    connect(button, &QToolButton::toggled, this, &SessionsView::applyFilter);
    m_icons.emplaceBack(button, icon);
    return button;
}

void SessionsView::makeActions()
{
    const auto add = [this](const QString& icon, const QString& text, const QKeySequence& key) {
        auto* action = new QAction(text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(QString(text + u" ("_s + key.toString(QKeySequence::NativeText) + u')'));
        addAction(action);
        m_icons.emplaceBack(action, icon);
        return action;
    };
    QAction* error = add(u"next-error"_s, tr("First error of the session"), Qt::Key_E);
    connect(error, &QAction::triggered, this, [this] {
        if (m_table->currentIndex().isValid())
            openFirstError(m_table->currentIndex().row());
    });
    m_compare = add(u"compare"_s, tr("Compare the two selected sessions"), Qt::Key_C);
    m_compare->setObjectName(u"compareSelected"_s);
    m_compare->setEnabled(false);
    connect(m_compare, &QAction::triggered, this, &SessionsView::compare);
    connect(m_table, &SessionsTable::compareRequested, this, &SessionsView::compare);
    const auto updateCompare
        = [this] { m_compare->setEnabled(m_table->selectionModel()->selectedRows().size() == 2); };
    connect(m_table->selectionModel(),
            &QItemSelectionModel::selectionChanged,
            m_compare,
            updateCompare);
    connect(m_model, &QAbstractItemModel::modelReset, m_compare, updateCompare);
    QAction* search = add(u"search"_s, tr("Filter"), Qt::Key_Slash);
    connect(
        search, &QAction::triggered, m_text, [this] { m_text->setFocus(Qt::ShortcutFocusReason); });
    auto* clear = new QShortcut(Qt::Key_Escape, this);
    clear->setContext(Qt::WidgetWithChildrenShortcut);
    connect(clear, &QShortcut::activated, this, &SessionsView::clearFilter);
}

void SessionsView::followTheme()
{
    const Theme& theme = m_context.theme();
    for (const auto& [object, icon] : m_icons) {
        if (auto* action = qobject_cast<QAction*>(object))
            action->setIcon(theme.icon(icon));
        else if (auto* button = qobject_cast<QToolButton*>(object))
            button->setIcon(theme.icon(
                icon, icon == "status-error"_L1 ? ColorRole::Error : ColorRole::Warning));
    }
    QPalette dim = m_summary->palette();
    dim.setColor(QPalette::WindowText, theme.color(ColorRole::TextDim));
    m_summary->setPalette(dim);
    m_nothing->setPalette(dim);
}

void SessionsView::applyFilter()
{
    m_model->setFilter({m_text->text(), m_failed->isChecked(), m_withErrors->isChecked()});
}

void SessionsView::clearFilter()
{
    m_text->clear();
    m_failed->setChecked(false);
    m_withErrors->setChecked(false);
    m_table->setFocus();
}

void SessionsView::updateSummary()
{
    const auto& all = m_model->sessions();
    const auto count
        = [&](auto is) { return static_cast<std::int64_t>(std::ranges::count_if(all, is)); };
    const std::int64_t failed
        = count([](const SessionRow& row) { return row.outcome == SpanStatus::Error; });
    const std::int64_t withErrors
        = count([](const SessionRow& row) { return row.totals.errors > 0; });
    m_failed->setText(tr("Failed %1").arg(formatCount(failed)));
    m_failed->setEnabled(failed > 0 || m_failed->isChecked());
    m_withErrors->setText(tr("With errors %1").arg(formatCount(withErrors)));
    m_withErrors->setEnabled(withErrors > 0 || m_withErrors->isChecked());
    const QString total = formatCount(std::ssize(all));
    const int listed = m_model->rowCount();
    m_summary->setText(listed == static_cast<int>(all.size())
                           ? tr("%1 sessions").arg(total)
                           : tr("%1 of %2 sessions").arg(formatCount(listed), total));
    m_nothing->setVisible(listed == 0);
    m_nothing->setText(all.empty()
                           ? tr("This trace has no sessions.")
                           : tr("No session is like that. Escape shows all of them again."));
}

QString SessionsView::summary() const
{
    return m_summary->text();
}

void SessionsView::open(int row)
{
    const SessionRow& session = m_model->at(row);
    if (session.first.isValid())
        m_context.reveal(session.first);
    else
        m_context.setSession(session.session);
    emit sessionOpened();
}

/// The one that stands above the other is A.
void SessionsView::compare()
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (rows.size() != 2)
        return;
    std::ranges::sort(rows, {}, &QModelIndex::row);
    emit compareRequested(m_model->at(rows.front().row()).session,
                          m_model->at(rows.back().row()).session);
}

void SessionsView::openFirstError(int row)
{
    const SessionRow& session = m_model->at(row);
    if (!session.firstError.isValid())
        return;
    m_context.reveal(session.firstError);
    emit sessionOpened();
}

} // namespace gui
