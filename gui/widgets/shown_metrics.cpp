#include "gui/widgets/shown_metrics.h"

#include <QAction>
#include <QMenu>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;

ShownMetrics::ShownMetrics(const QStringList& hidden, QObject* parent)
    : QObject(parent)
    , m_hidden(hidden)
{
    m_hidden.sort();
}

void ShownMetrics::setShown(const QString& id, bool isShown)
{
    if (isShown == this->isShown(id))
        return;
    if (isShown)
        m_hidden.removeAll(id);
    else
        m_hidden << id;
    m_hidden.sort();
    emit changed();
}

void ShownMetrics::showAll()
{
    if (m_hidden.isEmpty())
        return;
    m_hidden.clear();
    emit changed();
}

void ShownMetrics::fillMenu(QMenu& menu, const QList<Metric>& metrics)
{
    QAction* all = menu.addAction(tr("Show All"), this, &ShownMetrics::showAll);
    all->setEnabled(
        std::ranges::any_of(metrics, [this](const Metric& metric) { return !isShown(metric.id); }));
    menu.addSeparator();
    for (const Metric& metric : metrics) {
        QString label = metric.label;
        QAction* action = menu.addAction(label.replace(u'&', u"&&"_s));
        action->setCheckable(true);
        action->setChecked(isShown(metric.id));
        connect(action, &QAction::toggled, this, [this, id = metric.id](bool isChecked) {
            setShown(id, isChecked);
        });
    }
}

} // namespace gui
