#include "gui/notes/notes_view.h"

#include "gui/context/session_context.h"
#include "gui/notes/note_editor.h"
#include "gui/notes/notes_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

namespace {

    QLabel* noticeLabel(QWidget* parent)
    {
        auto* label = new QLabel(parent);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setContentsMargins(
            metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
        return label;
    }

} // namespace

NotesView::NotesView(SessionContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_model(new NotesModel(context, this))
    , m_filtered(new QSortFilterProxyModel(this))
    , m_filter(new QLineEdit(this))
    , m_list(new QTreeView(this))
    , m_empty(noticeLabel(this))
    , m_problem(noticeLabel(this))
{
    setObjectName(u"notes"_s);
    setWindowTitle(tr("Notes"));
    setAccessibleName(tr("Notes and bookmarks"));
    setFocusProxy(m_list);
    m_filtered->setSourceModel(m_model);
    m_filtered->setFilterRole(NotesModel::WholeTextRole);
    m_filtered->setFilterKeyColumn(NotesModel::StepColumn);
    m_filtered->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter->setPlaceholderText(tr("Filter notes"));
    m_filter->setAccessibleName(tr("Filter notes"));
    m_filter->setClearButtonEnabled(true);
    connect(m_filter, &QLineEdit::textChanged, m_filtered, [this](const QString& text) {
        m_filtered->setFilterFixedString(text);
        updateEmptyText();
    });
    setUpList();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (QWidget* part : std::initializer_list<QWidget*> {m_filter, m_problem, m_empty, m_list})
        column->addWidget(part);
    column->addStretch(0);
    column->setStretchFactor(m_list, 1);
    addActions();
    connect(m_model, &QAbstractItemModel::modelReset, this, &NotesView::updateEmptyText);
    // The book may be another meanwhile.
    connect(&context.annotations(), &Annotations::changed, this, &NotesView::showProblem);
    updateEmptyText();
    showProblem();
}

void NotesView::setUpList()
{
    m_list->setObjectName(u"notesList"_s);
    m_list->setAccessibleName(tr("Notes and bookmarks"));
    m_list->setModel(m_filtered);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setIconSize({14, 14});
    m_list->setFont(m_context.theme().smallFont());
    connect(&m_context.theme(), &Theme::changed, m_list, [this] {
        m_list->setFont(m_context.theme().smallFont());
    });
    QHeaderView& header = *m_list->header();
    header.setSectionResizeMode(NotesModel::StepColumn, QHeaderView::Interactive);
    header.setSectionResizeMode(NotesModel::TextColumn, QHeaderView::Stretch);
    header.setSectionResizeMode(NotesModel::WrittenColumn, QHeaderView::Interactive);
    header.setStretchLastSection(false);
    header.resizeSection(NotesModel::WrittenColumn, 190);
    m_list->installEventFilter(this);
    // A click goes there; Enter too, and to write one asks for it.
    connect(m_list, &QTreeView::clicked, this, &NotesView::goToCurrent);
    connect(m_list, &QTreeView::doubleClicked, this, &NotesView::editCurrent);
    connect(m_list, &QTreeView::customContextMenuRequested, this, &NotesView::showMenu);
}

void NotesView::addActions()
{
    auto* add = new QAction(tr("Add…"), this);
    add->setToolTip(tr("Add a note to the selected step"));
    add->setPriority(QAction::HighPriority);
    connect(add, &QAction::triggered, this, &NotesView::addNote);
    addAction(add);
    const auto updateIcon = [this, add] { add->setIcon(m_context.theme().icon(u"add"_s)); };
    updateIcon();
    connect(&m_context.theme(), &Theme::changed, add, updateIcon);
}

bool NotesView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::Resize)
        shareWidth(m_list->width());
    if (watched != m_list || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        goToCurrent();
        return true;
    case Qt::Key_F2:
        editCurrent();
        return true;
    case Qt::Key_Delete:
        removeSelected();
        return true;
    default:
        return false;
    }
}

/// In a narrow dock what is said matters more than when.
void NotesView::shareWidth(int width)
{
    constexpr int kRoomForTime = 520;
    m_list->setColumnHidden(NotesModel::WrittenColumn, width < kRoomForTime);
    m_list->header()->resizeSection(NotesModel::StepColumn, std::clamp(width * 2 / 5, 90, 240));
}

void NotesView::goToCurrent()
{
    SpanId step;
    step.value = m_list->currentIndex().data(NotesModel::SpanRole).toUInt();
    if (m_list->currentIndex().isValid() && step.isValid())
        m_context.reveal(step);
}

NoteEditor* NotesView::open(NoteEditor* editor)
{
    editor->setAttribute(Qt::WA_DeleteOnClose);
    editor->show();
    return editor;
}

NoteEditor* NotesView::editAtSelected()
{
    const auto notes = m_context.annotations().notesOf(m_context.selected());
    return open(notes.empty() ? new NoteEditor(m_context, m_context.selected(), window())
                              : new NoteEditor(m_context, notes.front().key, window()));
}

void NotesView::addNote()
{
    open(new NoteEditor(m_context, m_context.selected(), window()));
}

void NotesView::editCurrent()
{
    const QModelIndex current = m_list->currentIndex();
    if (current.isValid() && current.data(NotesModel::IsNoteRole).toBool())
        open(new NoteEditor(
            m_context, current.data(NotesModel::KeyRole).toByteArray().toStdString(), window()));
}

void NotesView::removeSelected()
{
    std::vector<std::string> keys;
    const int row = m_list->currentIndex().row();
    const auto rows = m_list->selectionModel()->selectedRows();
    for (const QModelIndex& index : rows)
        keys.push_back(index.data(NotesModel::KeyRole).toByteArray().toStdString());
    m_context.annotations().remove(keys);
    m_list->setCurrentIndex(m_filtered->index(std::min(row, m_filtered->rowCount() - 1), 0));
}

void NotesView::updateEmptyText()
{
    const bool isEmpty = m_filtered->rowCount() == 0;
    const bool hasAny = m_model->rowCount() > 0;
    m_empty->setText(hasAny ? tr("No note holds this text.")
                            : tr("No notes yet. \"Add…\" above writes one about the selected step, "
                                 "Ctrl+M sets a bookmark. They are kept with the trace."));
    m_empty->setVisible(isEmpty);
    m_list->setVisible(!isEmpty);
}

void NotesView::showProblem()
{
    const AnnotationBook& book = m_context.annotations().book();
    connect(&book,
            &AnnotationBook::problemChanged,
            this,
            &NotesView::showProblem,
            Qt::UniqueConnection);
    m_problem->setText(visibleText(book.problem()));
    m_problem->setVisible(!book.problem().isEmpty());
}

void NotesView::showMenu(QPoint place)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QModelIndex current = m_list->indexAt(place);
    if (current.isValid()) {
        menu->addAction(tr("Go to Step\tEnter"), this, &NotesView::goToCurrent);
        if (current.data(NotesModel::IsNoteRole).toBool())
            menu->addAction(tr("Change…\tF2"), this, &NotesView::editCurrent);
        menu->addAction(tr("Remove\tDelete"), this, &NotesView::removeSelected);
        menu->addSeparator();
    }
    menu->addAction(tr("Add…"), this, &NotesView::addNote);
    menu->popup(m_list->viewport()->mapToGlobal(place));
}

} // namespace gui
