#include "gui/inspector/facts_model.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace gui {

void FactsModel::setFacts(std::vector<Fact> facts)
{
    beginResetModel();
    m_facts = std::move(facts);
    m_rows.clear();
    for (std::size_t i = 0; i < m_facts.size(); ++i) {
        if (i == 0 || m_facts[i].section != m_facts[i - 1].section)
            m_rows.push_back({i, true});
        m_rows.push_back({i, false});
    }
    endResetModel();
}

const Fact* FactsModel::fact(const QModelIndex& index) const
{
    if (!index.isValid())
        return nullptr;
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    return row.isHeading ? nullptr : &m_facts[row.fact];
}

QString FactsModel::toJson() const
{
    QJsonObject sections;
    for (const Fact& fact : m_facts) {
        QJsonObject section = sections.value(fact.section).toObject();
        section.insert(fact.label, fact.value);
        sections.insert(fact.section, section);
    }
    return QString::fromUtf8(QJsonDocument(sections).toJson());
}

int FactsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FactsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FactsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == IsHeadingRole)
        return row.isHeading;
    if (role != Qt::DisplayRole)
        return {};
    const Fact& fact = m_facts[row.fact];
    if (row.isHeading)
        return index.column() == LabelColumn ? fact.section : QString();
    return index.column() == LabelColumn ? fact.label : fact.value;
}

Qt::ItemFlags FactsModel::flags(const QModelIndex& index) const
{
    return fact(index) == nullptr
        ? Qt::ItemFlags(Qt::NoItemFlags)
        : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace gui
