#pragma once

#include "gui/theme/theme.h"
#ifndef Q_MOC_RUN // the moc of Qt 6.4 cannot read it
#include "tracestore/findings/finding.h"
#endif

#include <QAbstractItemModel>

#include <array>

namespace gui {

/// Findings by rule: a row for each rule that found something, its findings below it. Rules stand
/// in the order of their gravest finding.
class FindingsModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column
    {
        TitleColumn,
        SeverityColumn,
        ColumnCount
    };

    enum Role
    {
        FindingRole = Qt::UserRole, ///< int: index into report().findings; -1 for a rule
        SeverityRole, ///< int of Severity; the gravest for a rule
        AboutRole ///< QString: what a rule looks for; empty for a finding
    };

    explicit FindingsModel(const Theme& theme, QObject* parent = nullptr);

    void setReport(tracestore::FindingReport report);

    [[nodiscard]] const tracestore::FindingReport& report() const { return m_report; }

    /// Which findings are rows.
    void setShown(tracestore::Severity severity, bool isShown);

    [[nodiscard]] bool isShown(tracestore::Severity severity) const
    {
        return m_isShown.at(static_cast<std::size_t>(severity));
    }

    [[nodiscard]] int countOf(tracestore::Severity severity) const;

    /// The row of a finding; invalid where it is not shown.
    [[nodiscard]] QModelIndex indexOf(int finding) const;

    [[nodiscard]] QModelIndex
    index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    /// A rule that found something.
    struct Group
    {
        QString name;
        QString about;
        std::string rule;
        tracestore::Severity gravest = tracestore::Severity::Note;
        std::vector<int> findings;
    };

    void group();
    [[nodiscard]] QVariant lookOf(int column, int role) const;
    [[nodiscard]] QVariant ofGroup(const Group& group, int column, int role) const;
    [[nodiscard]] QVariant
    ofFinding(const tracestore::Finding& finding, int column, int role) const;

    const Theme& m_theme;
    tracestore::FindingReport m_report;
    std::array<bool, 3> m_isShown {true, true, true};
    std::vector<Group> m_groups;
};

/// `error`, `warning`, `note`, for people.
QString severityText(tracestore::Severity severity);

/// The colour of a severity.
ColorRole severityRole(tracestore::Severity severity);

/// The icon of a severity: `status-error`.
QString severityIcon(tracestore::Severity severity);

} // namespace gui
