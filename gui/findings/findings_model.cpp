#include "gui/findings/findings_model.h"

#include "engine/findings/config_findings.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "tracestore/findings/finding_rules.h"

#include <QIcon>
#include <QSize>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Finding;
using tracestore::FindingReport;
using tracestore::Severity;

namespace {

    /// Of rows that are rules; a finding has the row of its rule.
    constexpr quintptr kIsRule = static_cast<quintptr>(-1);

    struct RuleWords
    {
        std::string_view name;
        std::string_view about;
    };

    /// Of a rule over traces or over configurations.
    RuleWords wordsOf(const tracestore::RuleRegistry& rules, std::string_view id)
    {
        if (const auto* rule = rules.find(id))
            return {rule->name(), rule->about()};
        const auto configs = engine::configRules();
        const auto found = std::ranges::find(configs, id, &engine::ConfigRule::id);
        return found == configs.end() ? RuleWords {id, {}} : RuleWords {found->name, found->about};
    }

} // namespace

QString severityText(Severity severity)
{
    switch (severity) {
    case Severity::Note:
        return FindingsModel::tr("note");
    case Severity::Warning:
        return FindingsModel::tr("warning");
    case Severity::Error:
        break;
    }
    return FindingsModel::tr("error");
}

ColorRole severityRole(Severity severity)
{
    switch (severity) {
    case Severity::Note:
        return ColorRole::TextDim;
    case Severity::Warning:
        return ColorRole::Warning;
    case Severity::Error:
        break;
    }
    return ColorRole::Error;
}

QString severityIcon(Severity severity)
{
    switch (severity) {
    case Severity::Note:
        return u"info"_s;
    case Severity::Warning:
        return u"status-warning"_s;
    case Severity::Error:
        break;
    }
    return u"status-error"_s;
}

FindingsModel::FindingsModel(const Theme& theme, QObject* parent)
    : QAbstractItemModel(parent)
    , m_theme(theme)
{
    connect(&theme, &Theme::changed, this, [this] {
        for (int row = 0; row < rowCount(); ++row) {
            const QModelIndex rule = index(row, TitleColumn);
            emit dataChanged(rule, index(row, SeverityColumn));
            emit dataChanged(index(0, TitleColumn, rule),
                             index(rowCount(rule) - 1, SeverityColumn, rule));
        }
    });
}

void FindingsModel::setReport(FindingReport report)
{
    beginResetModel();
    m_report = std::move(report);
    group();
    endResetModel();
}

void FindingsModel::setShown(Severity severity, bool isShown)
{
    if (this->isShown(severity) == isShown)
        return;
    beginResetModel();
    m_isShown.at(static_cast<std::size_t>(severity)) = isShown;
    group();
    endResetModel();
}

int FindingsModel::countOf(Severity severity) const
{
    return static_cast<int>(std::ranges::count(m_report.findings, severity, &Finding::severity));
}

/// The findings come the gravest first, and so do the rules.
void FindingsModel::group()
{
    m_groups.clear();
    const tracestore::RuleRegistry rules = tracestore::builtinRules();
    for (std::size_t i = 0; i < m_report.findings.size(); ++i) {
        const Finding& finding = m_report.findings[i];
        if (!isShown(finding.severity))
            continue;
        auto known = std::ranges::find(m_groups, finding.rule, &Group::rule);
        if (known == m_groups.end()) {
            const RuleWords words = wordsOf(rules, finding.rule);
            Group group {.rule = finding.rule, .gravest = finding.severity};
            group.name = toText(words.name);
            group.about = words.about.empty() ? QString() : toText(words.about) + u'.';
            m_groups.push_back(std::move(group));
            known = std::prev(m_groups.end());
        }
        known->findings.push_back(static_cast<int>(i));
    }
}

QModelIndex FindingsModel::indexOf(int finding) const
{
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        const auto& findings = m_groups[i].findings;
        const auto found = std::ranges::find(findings, finding);
        if (found != findings.end())
            return createIndex(
                static_cast<int>(found - findings.begin()), TitleColumn, quintptr {i});
    }
    return {};
}

QModelIndex FindingsModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(
        row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) : kIsRule);
}

QModelIndex FindingsModel::parent(const QModelIndex& index) const
{
    return !index.isValid() || index.internalId() == kIsRule
        ? QModelIndex()
        : createIndex(static_cast<int>(index.internalId()), TitleColumn, kIsRule);
}

int FindingsModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    if (parent.internalId() != kIsRule || parent.column() != TitleColumn)
        return 0;
    return static_cast<int>(m_groups.at(static_cast<std::size_t>(parent.row())).findings.size());
}

int FindingsModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (index.internalId() == kIsRule)
        return ofGroup(m_groups.at(static_cast<std::size_t>(index.row())), index.column(), role);
    const Group& group = m_groups.at(static_cast<std::size_t>(index.internalId()));
    const int finding = group.findings.at(static_cast<std::size_t>(index.row()));
    if (role == FindingRole)
        return finding;
    return ofFinding(m_report.findings.at(static_cast<std::size_t>(finding)), index.column(), role);
}

QVariant FindingsModel::lookOf(int column, int role) const
{
    switch (role) {
    case Qt::SizeHintRole:
        return QSize(40, metrics::kRowHeight);
    case Qt::TextAlignmentRole:
        return column == SeverityColumn ? int {Qt::AlignRight | Qt::AlignVCenter}
                                        : int {Qt::AlignLeft | Qt::AlignVCenter};
    case Qt::ForegroundRole:
        return column == SeverityColumn ? m_theme.color(ColorRole::TextDim) : QVariant();
    default:
        return {};
    }
}

QVariant FindingsModel::ofGroup(const Group& group, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return column == TitleColumn
            ? group.name
            : formatCount(static_cast<std::int64_t>(group.findings.size()));
    case Qt::FontRole: {
        QFont bold = m_theme.smallFont();
        bold.setWeight(QFont::DemiBold);
        return column == TitleColumn ? bold : m_theme.smallFont();
    }
    case Qt::AccessibleTextRole:
        return column == TitleColumn
            ? tr("%1, %n finding(s)", nullptr, static_cast<int>(group.findings.size()))
                  .arg(group.name)
            : QVariant();
    case FindingRole:
        return -1;
    case AboutRole:
        return group.about;
    case SeverityRole:
        return static_cast<int>(group.gravest);
    default:
        return lookOf(column, role);
    }
}

QVariant FindingsModel::ofFinding(const Finding& finding, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return column == TitleColumn ? singleLine(finding.title, 400)
                                     : severityText(finding.severity);
    case Qt::DecorationRole:
        return column == TitleColumn
            ? m_theme.icon(severityIcon(finding.severity), severityRole(finding.severity))
            : QVariant();
    case Qt::FontRole:
        return m_theme.smallFont();
    case Qt::AccessibleTextRole:
        return column == TitleColumn
            ? QVariant(severityText(finding.severity) + u": "_s + singleLine(finding.title, 400))
            : QVariant();
    case SeverityRole:
        return static_cast<int>(finding.severity);
    default:
        return lookOf(column, role);
    }
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == TitleColumn ? tr("Finding") : tr("Severity");
}

} // namespace gui
