#include "gui/compare/compare_metrics.h"

#include "gui/compare/compare_words.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::MetricRow;
using tracestore::MetricUnit;

namespace {

    constexpr qsizetype kMostOfLabel = 60;

    /// Counts are whole but for means.
    QString plainNumber(double value)
    {
        const bool isWhole = std::abs(value - std::round(value)) < 1e-9;
        return isWhole ? formatCount(static_cast<std::int64_t>(std::llround(value)))
                       : QString::number(value, 'g', 3);
    }

} // namespace

QString metricText(const MetricRow& row, double value)
{
    constexpr double kNs = 1e9;
    switch (row.unit) {
    case MetricUnit::Count:
    case MetricUnit::Tokens:
        return plainNumber(value);
    case MetricUnit::Money: {
        tracestore::Cost cost;
        cost.amount = value;
        cost.currency = row.currency.empty() ? "USD" : row.currency;
        return formatCost(cost);
    }
    case MetricUnit::Seconds:
        return formatDuration(tracestore::Duration {std::llround(value * kNs)});
    case MetricUnit::Share:
        return QString(QString::number(100 * value, 'f', 1) + u" %"_s);
    }
    return {};
}

QString metricDifference(const MetricRow& row)
{
    const auto difference = row.difference();
    if (!difference)
        return {};
    if (*difference == 0)
        return u"0"_s;
    const QString sign = *difference > 0 ? u"+"_s : u"−"_s;
    const QString amount = row.unit == MetricUnit::Share
        ? CompareMetricsModel::tr("%1 points")
              .arg(QString::number(100 * std::abs(*difference), 'f', 1))
        : metricText(row, std::abs(*difference));
    QString text = sign + amount;
    if (row.unit != MetricUnit::Share && *row.a != 0)
        text += u"  ("_s + sign + QString::number(100 * std::abs(*difference / *row.a), 'f', 1)
            + u" %)"_s;
    return text;
}

CompareMetricsModel::CompareMetricsModel(const Theme& theme, QObject* parent)
    : QAbstractTableModel(parent)
    , m_theme(theme)
{ }

void CompareMetricsModel::setRows(std::vector<MetricRow> rows)
{
    m_all = std::move(rows);
    std::erase_if(m_all, [](const MetricRow& row) { return !row.a && !row.b; });
    choose();
}

void CompareMetricsModel::setShown(ShownMetrics* shown)
{
    if (m_shown != nullptr)
        m_shown->disconnect(this);
    m_shown = shown;
    if (m_shown != nullptr)
        connect(m_shown, &ShownMetrics::changed, this, &CompareMetricsModel::choose);
    choose();
}

void CompareMetricsModel::choose()
{
    beginResetModel();
    m_rows.clear();
    std::ranges::copy_if(m_all, std::back_inserter(m_rows), [this](const MetricRow& row) {
        return m_shown == nullptr || m_shown->isShown(toText(row.id));
    });
    endResetModel();
}

QList<ShownMetrics::Metric> CompareMetricsModel::metrics() const
{
    QList<ShownMetrics::Metric> metrics;
    for (const MetricRow& row : m_all)
        metrics << ShownMetrics::Metric {toText(row.id), singleLine(row.label, kMostOfLabel)};
    return metrics;
}

void CompareMetricsModel::swap()
{
    for (MetricRow& row : m_all)
        std::swap(row.a, row.b);
    choose();
}

int CompareMetricsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CompareMetricsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString CompareMetricsModel::text(const MetricRow& row, int column) const
{
    const auto figure = [&](std::optional<double> value) {
        return value ? metricText(row, *value) : tr("not recorded");
    };
    switch (column) {
    case MetricColumn:
        return singleLine(row.label);
    case AColumn:
        return figure(row.a);
    case BColumn:
        return figure(row.b);
    case DifferenceColumn:
        return metricDifference(row);
    default:
        return {};
    }
}

QVariant CompareMetricsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const MetricRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const auto difference = row.difference();
    const bool isUnknown
        = (index.column() == AColumn && !row.a) || (index.column() == BColumn && !row.b);
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::ToolTipRole:
        return QString(u"<p>"_s + text(row, index.column()).toHtmlEscaped() + u"</p>"_s);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter
                   | (index.column() == MetricColumn ? Qt::AlignLeft : Qt::AlignRight));
    case Qt::ForegroundRole:
        if (isUnknown)
            return m_theme.color(ColorRole::TextFaint);
        if (index.column() == DifferenceColumn)
            return m_theme.color(difference && *difference != 0 ? ColorRole::Text
                                                                : ColorRole::TextFaint);
        return m_theme.color(index.column() == MetricColumn ? ColorRole::TextDim : ColorRole::Text);
    default:
        return {};
    }
}

QVariant CompareMetricsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (section == MetricColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case MetricColumn:
        return tr("Metric");
    case AColumn:
        return sideName(CompareSide::A);
    case BColumn:
        return sideName(CompareSide::B);
    case DifferenceColumn:
        return tr("B − A");
    default:
        return {};
    }
}

QString CompareMetricsModel::rowText(int row) const
{
    QStringList cells;
    for (int column = 0; column < ColumnCount; ++column)
        cells << text(m_rows[static_cast<std::size_t>(row)], column);
    return cells.join(u'\t');
}

CompareMetrics::CompareMetrics(CompareContext& context, QWidget* parent)
    : QTableView(parent)
    , m_model(new CompareMetricsModel(context.theme(), this))
    , m_shown(new ShownMetrics({}, this))
{
    setObjectName(u"compareMetrics"_s);
    setWindowTitle(tr("Metrics"));
    setAccessibleName(tr("Figures of A and B"));
    setModel(m_model);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setCornerButtonEnabled(false);
    setFrameShape(NoFrame);
    setVerticalScrollMode(ScrollPerPixel);
    setFont(context.theme().smallFont());
    setStyleSheet(u"QTableView::item { padding: 0 8px; }"_s);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(metrics::kRowHeight);
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView& header = *horizontalHeader();
    header.setSectionsClickable(false);
    header.setHighlightSections(false);
    header.setFont(context.theme().smallFont());
    header.setMinimumSectionSize(64);
    header.setSectionResizeMode(QHeaderView::ResizeToContents);
    header.setSectionResizeMode(CompareMetricsModel::MetricColumn, QHeaderView::Stretch);
    header.setContextMenuPolicy(Qt::CustomContextMenu);
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&header, &QWidget::customContextMenuRequested, this, [this](QPoint at) {
        openMenu(horizontalHeader()->viewport()->mapToGlobal(at));
    });
    connect(this, &QWidget::customContextMenuRequested, this, [this](QPoint at) {
        openMenu(viewport()->mapToGlobal(at));
    });
    setShown(*m_shown);
    connect(&context, &CompareContext::swapped, m_model, &CompareMetricsModel::swap);
    connect(&context.theme(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void CompareMetrics::setShown(ShownMetrics& shown)
{
    m_shown = &shown;
    m_model->setShown(&shown);
}

void CompareMetrics::fillMenu(QMenu& menu)
{
    m_shown->fillMenu(menu, m_model->metrics());
}

void CompareMetrics::openMenu(QPoint global)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(*menu);
    menu->popup(global);
}

void CompareMetrics::keyPressEvent(QKeyEvent* event)
{
    if (!event->matches(QKeySequence::Copy) || !currentIndex().isValid())
        return QTableView::keyPressEvent(event);
    QGuiApplication::clipboard()->setText(m_model->rowText(currentIndex().row()));
}

} // namespace gui
