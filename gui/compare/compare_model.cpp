#include "gui/compare/compare_model.h"

#include "gui/compare/compare_context.h"
#include "gui/compare/compare_words.h"
#include "gui/theme/format.h"

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanId;

namespace {

    /// How well a row's name answers to what was typed.
    enum class NameMatch : std::uint8_t
    {
        None,
        Inside,
        Start
    };

    NameMatch matchOf(const QString& name, const QString& text)
    {
        const qsizetype at = name.indexOf(text, 0, Qt::CaseInsensitive);
        return at < 0 ? NameMatch::None : at == 0 ? NameMatch::Start : NameMatch::Inside;
    }

} // namespace

CompareModel::CompareModel(CompareContext& context, QObject* parent)
    : QAbstractTableModel(parent)
    , m_context(context)
    , m_rows(context.pairs())
    , m_shown(m_rows.rows())
{
    connect(&context, &CompareContext::swapped, this, [this] {
        if (!m_shown.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, 0));
    });
}

int CompareModel::rowOf(std::size_t pair) const
{
    return m_shown.empty() ? -1 : static_cast<int>(m_rows.rowOf(pair));
}

int CompareModel::parentRow(int row) const
{
    const auto parent = m_rows.parentOf(at(row).first);
    return parent ? rowOf(*parent) : -1;
}

int CompareModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int CompareModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 1;
}

QVariant CompareModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const CompareRow& row = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return display(row);
    case Qt::ToolTipRole:
        // Qt takes what looks like markup for markup: escaped, it stays the text it is.
        return row.isFold
            ? QVariant()
            : QString(u"<p style='white-space:pre-wrap'>"_s
                      + pairCardText(m_context, row.first).toHtmlEscaped() + u"</p>"_s);
    case PairRole:
        return row.first;
    case StateRole:
        return static_cast<int>(m_context.pairs()[row.first].state);
    case IsFoldRole:
        return row.isFold;
    default:
        return {};
    }
}

QString CompareModel::display(const CompareRow& row) const
{
    if (row.isFold)
        return equalSteps(row.count);
    const tracestore::StepPair& pair = m_context.pairs()[row.first];
    QString text = pairName(m_context, row.first) + u", "_s + stateName(pair.state);
    const QString words = changeWords(pair.changes, pairKind(m_context, row.first));
    if (!words.isEmpty())
        text += u": "_s + words;
    if (const QString place = placeWords(pair); !place.isEmpty())
        text += u", "_s + place;
    return text;
}

QString CompareModel::rowText(int row) const
{
    const CompareRow& shown = at(row);
    if (shown.isFold)
        return display(shown);
    QStringList cells {stateName(m_context.pairs()[shown.first].state)};
    for (const CompareSide side : kBothSides) {
        const SpanId span = m_context.spanOf(shown.first, side);
        cells << (span.isValid() ? singleLine(m_context.trace(side).name(span)) : QString());
    }
    return cells.join(u'\t');
}

int CompareModel::findName(const QString& text, int from) const
{
    int inside = -1;
    const int count = rowCount();
    for (int i = 1; i <= count; ++i) {
        const int row = (from + i) % count;
        if (at(row).isFold)
            continue;
        const NameMatch match = matchOf(pairName(m_context, at(row).first), text);
        if (match == NameMatch::Start)
            return row;
        if (match == NameMatch::Inside && inside < 0)
            inside = row;
    }
    return inside;
}

void CompareModel::setFolding(EqualFolding folding)
{
    beginResetModel();
    m_rows.setFolding(folding);
    m_shown = m_rows.rows();
    endResetModel();
}

void CompareModel::setOpen(int row, bool isOpen)
{
    m_rows.setOpen(at(row).first, isOpen);
    takeRows();
}

void CompareModel::setAllOpen(bool isOpen)
{
    beginResetModel();
    m_rows.setAllOpen(isOpen);
    m_shown = m_rows.rows();
    endResetModel();
}

void CompareModel::unfold(int row)
{
    m_rows.unfold(at(row));
    takeRows();
}

void CompareModel::show(std::size_t pair)
{
    if (m_rows.show(pair))
        takeRows();
}

/// Tells the views of the rows that are another between those that are the same.
void CompareModel::takeRows()
{
    const std::vector<CompareRow>& wanted = m_rows.rows();
    const auto [oldFirst, newFirst] = std::ranges::mismatch(m_shown, wanted);
    const auto same = std::mismatch(m_shown.rbegin(),
                                    std::make_reverse_iterator(oldFirst),
                                    wanted.rbegin(),
                                    std::make_reverse_iterator(newFirst));
    const auto oldEnd = same.first.base();
    const auto newEnd = same.second.base();
    const auto first = static_cast<int>(oldFirst - m_shown.begin());
    if (oldFirst != oldEnd) {
        beginRemoveRows({}, first, static_cast<int>(oldEnd - m_shown.begin()) - 1);
        m_shown.erase(oldFirst, oldEnd);
        endRemoveRows();
    }
    if (newFirst != newEnd) {
        beginInsertRows({}, first, first + static_cast<int>(newEnd - newFirst) - 1);
        m_shown.insert(m_shown.begin() + first, newFirst, newEnd);
        endInsertRows();
    }
    if (first < rowCount())
        emit dataChanged(index(std::max(first - 1, 0), 0), index(first, 0));
}

} // namespace gui
