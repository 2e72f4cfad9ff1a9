#include "gui/branches/branches_model.h"

#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::Branch;
using tracestore::OutcomeStatus;

namespace {

    constexpr qsizetype kMostInCell = 300;
    constexpr qsizetype kMostInTip = 2000;

    QString branchText(const char* text)
    {
        return QCoreApplication::translate("gui::BranchesModel", text);
    }

    struct OutcomeLook
    {
        const char* icon;
        ColorRole role;
        const char* word;
    };

    OutcomeLook lookOf(const Branch& branch)
    {
        if (branch.isBeingWritten && !branch.outcome)
            return {"play", ColorRole::Accent, QT_TRANSLATE_NOOP("gui::BranchesModel", "running")};
        if (!branch.outcome)
            return {"status-pending",
                    ColorRole::TextDim,
                    QT_TRANSLATE_NOOP("gui::BranchesModel", "not ended")};
        switch (*branch.outcome) {
        case OutcomeStatus::Ok:
            return {
                "status-ok", ColorRole::Ok, QT_TRANSLATE_NOOP("gui::BranchesModel", "answered")};
        case OutcomeStatus::Error:
            return {"status-error",
                    ColorRole::Error,
                    QT_TRANSLATE_NOOP("gui::BranchesModel", "failed")};
        case OutcomeStatus::Cancelled:
            return {"status-cancelled",
                    ColorRole::TextDim,
                    QT_TRANSLATE_NOOP("gui::BranchesModel", "stopped")};
        case OutcomeStatus::Refused:
            return {"status-warning",
                    ColorRole::Warning,
                    QT_TRANSLATE_NOOP("gui::BranchesModel", "refused")};
        }
        return {"status-unknown", ColorRole::TextDim, ""};
    }

    /// In one piece where it is a cell, all of it where one asks for it.
    QString inCell(const QString& text)
    {
        return singleLine(text.toStdString(), kMostInCell);
    }

    QString costText(const tracestore::TraceTotals& totals)
    {
        return totals.cost ? formatCostShort(*totals.cost) : QString();
    }

} // namespace

QString branchOutcome(const Branch& branch)
{
    return branchText(lookOf(branch).word);
}

QString branchFile(const Branch& branch)
{
    return QFile::decodeName(QByteArray::fromStdString(branch.file.string()));
}

BranchesModel::BranchesModel(QObject* parent)
    : QAbstractTableModel(parent)
{ }

/// Rows that stay where they are keep selection and editors.
void BranchesModel::setReading(FamilyReading reading, const QString& open)
{
    auto rows = branchRows(reading, m_filter);
    const auto fileOf = [](const FamilyReading& of, const BranchRow& row) {
        return of.family.branches[row.branch].file;
    };
    const bool isSameList = rows.size() == m_rows.size()
        && std::equal(rows.begin(),
                      rows.end(),
                      m_rows.begin(),
                      [&](const BranchRow& now, const BranchRow& before) {
                          return fileOf(reading, now) == fileOf(m_reading, before);
                      });
    if (!isSameList)
        beginResetModel();
    m_reading = std::move(reading);
    m_open = open;
    m_rows = std::move(rows);
    if (!isSameList)
        endResetModel();
    else if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void BranchesModel::setFilter(const BranchFilter& filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    relist();
}

void BranchesModel::relist()
{
    beginResetModel();
    m_rows = branchRows(m_reading, m_filter);
    endResetModel();
}

const Branch& BranchesModel::at(int row) const
{
    return m_reading.family.branches[m_rows[static_cast<std::size_t>(row)].branch];
}

const BranchNotes& BranchesModel::notesAt(int row) const
{
    return m_reading.notes[m_rows[static_cast<std::size_t>(row)].branch];
}

int BranchesModel::rowOf(const QString& file) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (branchFile(at(row)) == file)
            return row;
    }
    return -1;
}

int BranchesModel::archivedCount() const
{
    return static_cast<int>(std::ranges::count_if(
        m_reading.notes, [](const BranchNotes& notes) { return notes.isArchived; }));
}

bool BranchesModel::hasAny(Column column) const
{
    return std::ranges::any_of(m_rows,
                               [&](const BranchRow& row) { return !text(row, column).isEmpty(); });
}

int BranchesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int BranchesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString BranchesModel::text(const BranchRow& row, int column) const
{
    const Branch& branch = m_reading.family.branches[row.branch];
    switch (column) {
    case NameColumn:
        return branchName(m_reading, row.branch);
    case ChangeColumn:
        return branch.origin ? toText(branch.origin->change) : QString();
    case OutcomeColumn:
        return branchOutcome(branch);
    case AnswerColumn:
        return toText(branch.answer);
    case CostColumn:
        return costText(branch.ownTotals);
    case TokensColumn:
        return formatCount(branch.ownTotals.tokens.total());
    case StepsColumn:
        return formatCount(branch.ownTotals.llmCalls + branch.ownTotals.toolCalls);
    case ExpectedColumn:
        return branch.origin ? toText(branch.origin->expected) : QString();
    case FoundColumn:
        return m_reading.notes[row.branch].found;
    case NoteColumn:
        return branchNote(m_reading, row.branch);
    default:
        return {};
    }
}

QString BranchesModel::toolTip(const BranchRow& row, int column) const
{
    const Branch& branch = m_reading.family.branches[row.branch];
    QStringList lines;
    switch (column) {
    case NameColumn:
        lines << text(row, column) << branchFile(branch);
        if (branch.origin && branch.origin->upTo > 0)
            lines << tr("Shares %1 events with %2")
                         .arg(formatCount(branch.origin->upTo),
                              visibleText(toText(branch.origin->parent)));
        if (branch.made)
            lines << formatTimestamp(*branch.made);
        break;
    case OutcomeColumn:
        lines << text(row, column) << toText(branch.answer);
        break;
    case CostColumn:
        if (branch.totals.cost)
            lines << tr("%1 with what it shares").arg(formatCost(*branch.totals.cost));
        break;
    case TokensColumn:
        if (branch.totals.tokens.total())
            lines << tr("%1 with what it shares").arg(formatCount(branch.totals.tokens.total()));
        break;
    case StepsColumn:
        lines << tr("%1 calls of models, %2 of tools; %3 in all with what it shares")
                     .arg(formatCount(branch.ownTotals.llmCalls),
                          formatCount(branch.ownTotals.toolCalls),
                          formatCount(branch.totals.llmCalls + branch.totals.toolCalls));
        break;
    default:
        lines << text(row, column);
    }
    lines.removeAll(QString());
    const QString all = visibleText(lines.join(u'\n')).left(kMostInTip);
    return all.isEmpty()
        ? all
        : QString(u"<p style='white-space:pre-wrap'>"_s + all.toHtmlEscaped() + u"</p>"_s);
}

QVariant BranchesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const BranchRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const Branch& branch = m_reading.family.branches[row.branch];
    switch (role) {
    case Qt::DisplayRole:
        return inCell(text(row, index.column()));
    case Qt::EditRole:
        return text(row, index.column());
    case Qt::ToolTipRole:
        return toolTip(row, index.column());
    case Qt::TextAlignmentRole:
        return static_cast<int>((index.column() >= CostColumn && index.column() <= StepsColumn
                                     ? Qt::AlignRight
                                     : Qt::AlignLeft)
                                | Qt::AlignVCenter);
    case FileRole:
        return branchFile(branch);
    case OpenRole:
        return branchFile(branch) == m_open;
    case FaintRole:
        return m_reading.notes[row.branch].isArchived;
    case IconRole:
        return index.column() == OutcomeColumn ? QVariant(QLatin1StringView(lookOf(branch).icon))
                                               : QVariant();
    case IconColorRole:
        return static_cast<int>(lookOf(branch).role);
    case RowRole:
        return index.row();
    default:
        return {};
    }
}

QVariant BranchesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(
            (section >= CostColumn && section <= StepsColumn ? Qt::AlignRight : Qt::AlignLeft)
            | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        switch (section) {
        case CostColumn:
            return tr("What the branch cost behind its fork");
        case TokensColumn:
            return tr("Tokens behind the fork");
        case StepsColumn:
            return tr("Calls of models and tools behind the fork");
        case ExpectedColumn:
            return tr("What was to come of it, as written when it was forked");
        case FoundColumn:
            return tr("What came of it, in your words: F2 or a double click writes it");
        default:
            return {};
        }
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Branch");
    case ChangeColumn:
        return tr("Change");
    case OutcomeColumn:
        return tr("Outcome");
    case AnswerColumn:
        return tr("Answer");
    case CostColumn:
        return tr("Own cost");
    case TokensColumn:
        return tr("Tokens");
    case StepsColumn:
        return tr("Steps");
    case ExpectedColumn:
        return tr("Expected");
    case FoundColumn:
        return tr("Found");
    case NoteColumn:
        return tr("Note");
    default:
        return {};
    }
}

Qt::ItemFlags BranchesModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    if (!index.isValid())
        return Qt::NoItemFlags;
    const int column = index.column();
    if (column == NameColumn || column == FoundColumn || column == NoteColumn)
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool BranchesModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !flags(index).testFlag(Qt::ItemIsEditable))
        return false;
    const QString text = value.toString().trimmed();
    if (text == data(index, Qt::EditRole).toString())
        return false;
    emit written(index.data(FileRole).toString(), index.column(), text);
    return true;
}

} // namespace gui
