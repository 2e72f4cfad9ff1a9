#include "gui/lens/window_parts_model.h"

#include "gui/lens/lens_texts.h"
#include "gui/theme/format.h"

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::WindowPart;

void WindowPartsModel::setWindow(tracestore::ContextWindow window)
{
    beginResetModel();
    m_window = std::move(window);
    endResetModel();
}

int WindowPartsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_window.parts.size());
}

int WindowPartsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant WindowPartsModel::text(const WindowPart& part, int column) const
{
    switch (column) {
    case PartColumn: {
        const QString label = singleLine(part.label, 60);
        return part.message == WindowPart::kNoMessage
            ? label
            : QString::number(part.message + 1) + u"  "_s + label;
    }
    case TokensColumn:
        return formatCount(part.tokens);
    case ChangeColumn:
        return m_window.previous.isValid() ? changeText(part) : QString();
    case TextColumn:
        return singleLine(part.beginning, 200);
    default:
        return {};
    }
}

QVariant WindowPartsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const WindowPart& part = m_window.parts[static_cast<std::size_t>(index.row())];
    const auto& found = m_window.cacheBreak;
    const bool isBreak = found && found->cause != tracestore::CacheBreakCause::Unused
        && found->part == static_cast<std::size_t>(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(part, index.column());
    case Qt::TextAlignmentRole:
        return index.column() == TokensColumn ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                              : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::AccessibleTextRole:
        return isBreak && index.column() == PartColumn
            ? tr("%1, the cached front ends before it").arg(text(part, PartColumn).toString())
            : text(part, index.column());
    case KindRole:
        return static_cast<int>(part.kind);
    case IsBreakRole:
        return isBreak;
    default:
        return {};
    }
}

QVariant WindowPartsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case PartColumn:
        return tr("Part");
    case TokensColumn:
        return tr("Tokens");
    case ChangeColumn:
        return tr("Change");
    case TextColumn:
        return tr("Text");
    default:
        return {};
    }
}

} // namespace gui
