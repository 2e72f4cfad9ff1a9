#pragma once

#include "gui/debug/console_model.h"

#include <QSortFilterProxyModel>

namespace gui {

/// The lines of a console that one wants to see: by kind and by a text in them, in any case.
class ConsoleFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setShown(ConsoleModel::Kind kind, bool isShown)
    {
        const quint32 bit = 1U << static_cast<unsigned>(kind);
        m_hidden = isShown ? m_hidden & ~bit : m_hidden | bit;
        invalidateFilter();
    }

    [[nodiscard]] bool isShown(ConsoleModel::Kind kind) const
    {
        return (m_hidden & (1U << static_cast<unsigned>(kind))) == 0;
    }

    void setWanted(const QString& text)
    {
        m_wanted = text;
        invalidateFilter();
    }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        const QModelIndex line = sourceModel()->index(row, 0, parent);
        const auto kind
            = static_cast<ConsoleModel::Kind>(line.data(ConsoleModel::KindRole).toInt());
        return isShown(kind)
            && (m_wanted.isEmpty()
                || line.data().toString().contains(m_wanted, Qt::CaseInsensitive));
    }

private:
    quint32 m_hidden = 0;
    QString m_wanted;
};

} // namespace gui
