#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

class QMenu;

namespace gui {

/// Which figures the tables of a kind show; all but those that were hidden, so that new ones are
/// seen. GUI thread.
class ShownMetrics : public QObject
{
    Q_OBJECT

public:
    struct Metric
    {
        QString id;
        QString label; ///< one line
    };

    explicit ShownMetrics(const QStringList& hidden = {}, QObject* parent = nullptr);

    [[nodiscard]] bool isShown(const QString& id) const { return !m_hidden.contains(id); }

    void setShown(const QString& id, bool isShown);
    void showAll();

    /// Ids, sorted.
    [[nodiscard]] const QStringList& hidden() const { return m_hidden; }

    /// An entry for each of these to be ticked, and one that shows all.
    void fillMenu(QMenu& menu, const QList<Metric>& metrics);

signals:
    void changed();

private:
    QStringList m_hidden;
};

} // namespace gui
