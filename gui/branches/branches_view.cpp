#include "gui/branches/branches_view.h"

#include "gui/context/session_context.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Branch;

namespace {

    constexpr int kPulseMs = 1500;

    std::filesystem::path pathOf(const QString& file)
    {
        return QFile::encodeName(file).toStdString();
    }

} // namespace

BranchesView::BranchesView(SessionContext& context, std::filesystem::path sidecars, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_reader(new FamilyReader(std::move(sidecars), this))
    , m_model(new BranchesModel(this))
    , m_table(new BranchesTable(context, *m_model, this))
    , m_text(new QLineEdit(this))
    , m_summary(new QLabel(this))
    , m_hint(new QLabel(this))
{
    setObjectName(u"branches"_s);
    setWindowTitle(tr("Branches"));
    setAccessibleName(tr("Branches"));
    setFocusProxy(m_table);
    m_text->setObjectName(u"branchesFilter"_s);
    m_text->setPlaceholderText(tr("Name, change, note or answer  (/)"));
    m_text->setAccessibleName(tr("Filter branches"));
    m_text->setClearButtonEnabled(true);
    m_text->setMaximumWidth(320);
    for (QLabel* label : {m_summary, m_hint})
        label->setTextFormat(Qt::PlainText);
    m_hint->setObjectName(u"branchesHint"_s);
    m_hint->setWordWrap(true);
    m_hint->setContentsMargins(
        metrics::kMargin, metrics::kMargin, metrics::kMargin, metrics::kMargin);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    bar->addWidget(m_text, 100);
    bar->addStretch(1);
    bar->addWidget(m_summary);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_hint);
    column->addWidget(m_table, 1);
    makeActions();
    m_pulse.setInterval(kPulseMs);
    connect(&m_pulse, &QTimer::timeout, m_reader, &FamilyReader::read);
    connect(m_reader, &FamilyReader::changed, this, &BranchesView::takeFamily);
    connect(m_reader, &FamilyReader::failed, this, [this](const QString& problem) {
        m_failure = problem;
        showHint();
    });
    connect(m_text, &QLineEdit::textChanged, this, &BranchesView::applyFilter);
    connect(m_text, &QLineEdit::returnPressed, m_table, qOverload<>(&QWidget::setFocus));
    connect(m_model, &BranchesModel::written, this, &BranchesView::keep);
    connect(m_table, &BranchesTable::openRequested, this, [this](int row) {
        emit openRequested(branchFile(m_model->at(row)));
    });
    connect(m_table, &BranchesTable::menuRequested, this, &BranchesView::openMenu);
    connect(m_table->selectionModel(),
            &QItemSelectionModel::selectionChanged,
            this,
            &BranchesView::updateActions);
    connect(&context.theme(), &Theme::changed, this, &BranchesView::followTheme);
    followTheme();
    showHint();
}

QAction*
BranchesView::addViewAction(const QString& icon, const QString& text, const QKeySequence& key)
{
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(QString(text + u" ("_s + key.toString(QKeySequence::NativeText) + u')'));
    addAction(action);
    m_icons.emplaceBack(action, icon);
    return action;
}

void BranchesView::makeActions()
{
    m_compare = addViewAction(
        u"compare"_s, tr("Compare two selected branches, or one with its parent"), Qt::Key_C);
    m_compare->setObjectName(u"compareBranches"_s);
    connect(m_compare, &QAction::triggered, this, &BranchesView::compare);
    m_showArchived = addViewAction(u"unfold"_s, tr("Show archived branches"), Qt::Key_A);
    m_showArchived->setObjectName(u"showArchived"_s);
    m_showArchived->setCheckable(true);
    connect(m_showArchived, &QAction::toggled, this, &BranchesView::applyFilter);
    QAction* filter = addViewAction(u"search"_s, tr("Filter"), Qt::Key_Slash);
    connect(
        filter, &QAction::triggered, m_text, [this] { m_text->setFocus(Qt::ShortcutFocusReason); });
    auto* archive = new QShortcut(Qt::Key_Delete, m_table);
    archive->setContext(Qt::WidgetShortcut);
    connect(archive, &QShortcut::activated, this, &BranchesView::toggleArchived);
    auto* clear = new QShortcut(Qt::Key_Escape, this);
    clear->setContext(Qt::WidgetWithChildrenShortcut);
    connect(clear, &QShortcut::activated, this, &BranchesView::clearFilter);
    updateActions();
}

void BranchesView::followTheme()
{
    const Theme& theme = m_context.theme();
    for (const auto& [action, icon] : std::as_const(m_icons))
        action->setIcon(theme.icon(icon));
    m_summary->setFont(theme.smallFont());
    QPalette dim = m_summary->palette();
    dim.setColor(QPalette::WindowText, theme.color(ColorRole::TextDim));
    m_summary->setPalette(dim);
    showHint();
    m_table->viewport()->update();
}

void BranchesView::setRecording(const QString& file, const QString& reason)
{
    m_recording = file;
    m_reason = reason;
    m_reader->setRecording(reason.isEmpty() ? file : QString());
    showHint();
    if (isVisible())
        refresh();
}

void BranchesView::refresh()
{
    m_reader->read();
}

void BranchesView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
    m_pulse.start();
}

void BranchesView::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_pulse.stop();
}

void BranchesView::takeFamily()
{
    QStringList selected;
    for (const int row : selectedRows())
        selected << branchFile(m_model->at(row));
    const QString current = m_table->currentIndex().data(BranchesModel::FileRole).toString();
    const bool isFirst = m_model->rowCount() == 0;
    const int before = m_model->rowCount();
    m_model->setReading(m_reader->reading(), m_recording);
    m_table->sizeColumns(m_wanted);
    const int row = m_model->rowOf(isFirst || current.isEmpty() ? m_recording : current);
    const bool isOther = before != m_model->rowCount() || !m_table->currentIndex().isValid();
    if (row >= 0 && isOther) {
        m_table->setCurrentIndex(m_model->index(row, BranchesModel::NameColumn));
        for (const QString& file : std::as_const(selected)) {
            if (const int one = m_model->rowOf(file); one >= 0)
                m_table->selectionModel()->select(m_model->index(one, 0),
                                                  QItemSelectionModel::Select
                                                      | QItemSelectionModel::Rows);
        }
    }
    showHint();
    updateActions();
}

QString BranchesView::hint() const
{
    return m_hint->text();
}

/// What there is, and how to get what there is not.
void BranchesView::showHint()
{
    const FamilyReading& reading = m_model->reading();
    const auto all = static_cast<int>(reading.family.branches.size());
    const int listed = m_model->rowCount();
    QString text;
    bool isProblem = false;
    if (!m_reason.isEmpty()) {
        text = m_reason;
    } else if (m_recording.isEmpty()) {
        text = tr("This run is not recorded, so it can have no branches.");
    } else if (!m_reader->isRead()) {
        text = tr("The branches are being looked for …");
    } else if (!reading.problem.isEmpty()) {
        text = reading.problem;
        isProblem = true;
    } else if (all <= 1) {
        text = tr("This run has no branches yet. Select a step in any view and choose Debug > Fork "
                  "From Here (Ctrl+Shift+B): change what it sends or what came of it, and see in a "
                  "branch of its own what the agent does then. The recording stays as it is.");
    } else if (listed == 0) {
        text = tr("No branch is like that. Escape shows all of them again.");
    } else if (!reading.family.problems.empty()) {
        text = visibleText(toText(reading.family.problems.front()));
        isProblem = true;
    }
    if (!m_failure.isEmpty()) {
        text = m_failure;
        isProblem = true;
    }
    m_hint->setText(text);
    m_hint->setVisible(!text.isEmpty());
    QPalette colors = m_hint->palette();
    colors.setColor(QPalette::WindowText,
                    m_context.theme().color(isProblem ? ColorRole::Error : ColorRole::TextDim));
    m_hint->setPalette(colors);
    m_table->setVisible(m_reason.isEmpty() && all > 0);
    m_text->setVisible(all > 1);
    const int archived = m_model->archivedCount();
    QString summary
        = listed == all ? tr("%1 branches").arg(all) : tr("%1 of %2 branches").arg(listed).arg(all);
    if (archived > 0)
        summary += u" · "_s + tr("%1 archived").arg(archived);
    m_summary->setText(all > 1 ? summary : QString());
}

void BranchesView::applyFilter()
{
    m_model->setFilter({m_text->text(), m_showArchived->isChecked()});
    m_table->sizeColumns(m_wanted);
    if (m_model->rowCount() > 0) {
        const int row = std::max(0, m_model->rowOf(m_recording));
        m_table->setCurrentIndex(m_model->index(row, BranchesModel::NameColumn));
    }
    showHint();
    updateActions();
}

void BranchesView::clearFilter()
{
    m_failure.clear();
    m_text->clear();
    m_table->setFocus();
    showHint();
}

std::vector<int> BranchesView::selectedRows() const
{
    std::vector<int> rows;
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    for (const QModelIndex& index : selected)
        rows.push_back(index.row());
    std::ranges::sort(rows);
    return rows;
}

void BranchesView::updateActions()
{
    m_compare->setEnabled(pairToCompare().has_value());
    m_showArchived->setEnabled(m_model->archivedCount() > 0 || m_showArchived->isChecked());
}

void BranchesView::openMenu(QPoint global)
{
    const int row = m_table->currentIndex().row();
    if (row < 0)
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    menu->addAction(
        tr("Open\tEnter"), this, [this, row] { emit openRequested(branchFile(m_model->at(row))); });
    QAction* again
        = menu->addAction(tr("Fork Again From the Same Step…"), this, &BranchesView::forkAgain);
    const Branch& branch = m_model->at(row);
    again->setEnabled(branch.parent && branch.origin && !branch.origin->step.empty());
    if (!again->isEnabled())
        again->setToolTip(tr("It is not known from which step of which recording it was forked."));
    QAction* compared
        = menu->addAction(tr("Compare the Two Selected\tC"), this, &BranchesView::compare);
    const bool isOne = selectedRows().size() == 1;
    compared->setVisible(!isOne);
    compared->setEnabled(m_compare->isEnabled());
    const std::size_t place = m_model->rows()[static_cast<std::size_t>(row)].branch;
    QAction* parent = menu->addAction(
        isOne ? tr("Compare With Its Parent\tC") : tr("Compare With Its Parent"),
        this,
        [this, place] {
            compareBranches(*m_model->reading().family.branches[place].parent, place);
        });
    parent->setObjectName(u"compareWithParent"_s);
    parent->setEnabled(branch.parent.has_value());
    menu->addSeparator();
    menu->addAction(tr("Rename\tF2"), this, [this] { edit(BranchesModel::NameColumn); });
    menu->addAction(tr("Write What Was Found"), this, [this] { edit(BranchesModel::FoundColumn); });
    menu->addAction(tr("Write a Note"), this, [this] { edit(BranchesModel::NoteColumn); });
    menu->addSeparator();
    menu->addAction(m_model->notesAt(row).isArchived ? tr("Bring Back\tDel") : tr("Archive\tDel"),
                    this,
                    &BranchesView::toggleArchived);
    menu->addAction(tr("Copy Path"), this, [this, row] {
        QApplication::clipboard()->setText(branchFile(m_model->at(row)));
    });
    menu->popup(global);
}

void BranchesView::edit(int column)
{
    const int row = m_table->currentIndex().row();
    if (row < 0)
        return;
    m_wanted.insert(column);
    m_table->sizeColumns(m_wanted);
    const QModelIndex index = m_model->index(row, column);
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
    m_table->edit(index);
}

void BranchesView::forkAgain()
{
    const int row = m_table->currentIndex().row();
    if (row < 0)
        return;
    const Branch& branch = m_model->at(row);
    const auto& branches = m_model->reading().family.branches;
    if (branch.parent && branch.origin && !branch.origin->step.empty())
        emit forkRequested(branchFile(branches[*branch.parent]), branch.origin->step);
}

std::optional<std::pair<std::size_t, std::size_t>> BranchesView::pairToCompare() const
{
    const std::vector<int> rows = selectedRows();
    const auto place
        = [this](int row) { return m_model->rows()[static_cast<std::size_t>(row)].branch; };
    if (rows.size() == 2)
        return std::pair(place(rows.front()), place(rows.back()));
    if (rows.size() != 1 || !m_model->at(rows.front()).parent)
        return {};
    return std::pair(*m_model->at(rows.front()).parent, place(rows.front()));
}

void BranchesView::compare()
{
    if (const auto pair = pairToCompare())
        compareBranches(pair->first, pair->second);
}

/// The two are those of the family.
void BranchesView::compareBranches(std::size_t one, std::size_t other)
{
    const auto& family = m_model->reading().family;
    const auto parting = partingOf(family, one, other);
    emit compareRequested(branchFile(family.branches[one]),
                          branchFile(family.branches[other]),
                          parting ? parting->step : std::string());
}

void BranchesView::toggleArchived()
{
    const std::vector<int> rows = selectedRows();
    QList<QPair<QString, bool>> changes;
    for (const int row : rows)
        changes.emplaceBack(branchFile(m_model->at(row)), !m_model->notesAt(row).isArchived);
    for (const auto& [file, isArchived] : std::as_const(changes))
        m_reader->setFact(
            pathOf(file), FamilyReader::Fact::Archived, isArchived ? u"archived"_s : QString());
}

void BranchesView::keep(const QString& file, int column, const QString& text)
{
    const auto fact = column == BranchesModel::NameColumn ? FamilyReader::Fact::Name
        : column == BranchesModel::FoundColumn            ? FamilyReader::Fact::Found
                                                          : FamilyReader::Fact::Note;
    m_failure.clear();
    m_reader->setFact(pathOf(file), fact, text);
}

} // namespace gui
