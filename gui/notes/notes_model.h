#pragma once

#include <QAbstractTableModel>

#include <string>

namespace tracestore {
struct Annotation;
}

namespace gui {

class SessionContext;

/// The notes and bookmarks of a trace, one a row.
class NotesModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        StepColumn,
        TextColumn,
        WrittenColumn,
        ColumnCount
    };

    enum Role
    {
        SpanRole = Qt::UserRole, ///< SpanId::value
        KeyRole, ///< QByteArray: of the annotation
        IsNoteRole, ///< bool: it has a text that can be changed
        WholeTextRole, ///< QString: all that a filter looks through
    };

    explicit NotesModel(SessionContext& context, QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void update();
    [[nodiscard]] QString stepText(std::size_t row) const;

    SessionContext& m_context;
    std::size_t m_count = 0; ///< rows that the views know of
};

} // namespace gui
