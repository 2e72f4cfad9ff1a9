#include "gui/models/step_tree_model.h"

#include "gui/context/session_context.h"
#include "gui/models/span_card.h"
#include "gui/theme/format.h"
#include "gui/theme/words.h"

#include <algorithm>
#include <unordered_map>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::Duration;
using tracestore::SpanId;
using tracestore::SpanKind;
using tracestore::SpanStatus;

using Node = StepTree::Node;

namespace {

    /// Rows to add, and where.
    struct RowGap
    {
        std::size_t at = 0; ///< in the list that is wanted
        std::size_t count = 0;
    };

    /// What is missing in a list that is otherwise the one wanted; nothing where it is another.
    std::optional<std::vector<RowGap>> missingRows(std::span<const Node> there,
                                                   std::span<const Node> wanted)
    {
        std::vector<RowGap> gaps;
        std::size_t have = 0;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (have < there.size() && there[have] == wanted[i])
                ++have;
            else if (!gaps.empty() && gaps.back().at + gaps.back().count == i)
                ++gaps.back().count;
            else
                gaps.push_back({i, 1});
        }
        return have == there.size() ? std::optional(gaps) : std::nullopt;
    }

    /// Type and message in a line that says "error" once.
    QString errorText(const tracestore::SpanError* error)
    {
        const QString text = error == nullptr ? QString() : errorLine(*error);
        if (text.startsWith(StepTreeModel::tr("error"), Qt::CaseInsensitive))
            return text;
        return text.isEmpty() ? StepTreeModel::tr("error")
                              : StepTreeModel::tr("error: %1").arg(text);
    }

} // namespace

StepTreeModel::StepTreeModel(SessionContext& context, QObject* parent)
    : QAbstractTableModel(parent)
    , m_context(context)
    , m_tree(context.trace())
    , m_sums(m_tree)
{ }

Node StepTreeModel::nodeAt(int row) const
{
    return m_tree.nodeAtRow(static_cast<std::size_t>(row));
}

SpanId StepTreeModel::spanAt(int row) const
{
    return m_tree.spanAt(nodeAt(row));
}

SpanKind StepTreeModel::kind(Node node) const
{
    const SpanId span = m_tree.spanAt(node);
    return span.isValid() ? m_tree.trace().kind(span) : SpanKind::Session;
}

SpanKind StepTreeModel::kindAt(int row) const
{
    return kind(nodeAt(row));
}

int StepTreeModel::rowOf(SpanId span) const
{
    const auto row = span.isValid() ? m_tree.rowOf(m_tree.nodeOf(span)) : std::nullopt;
    return row ? static_cast<int>(*row) : -1;
}

int StepTreeModel::nearestRow(SpanId span) const
{
    return static_cast<int>(m_tree.nearestRow(m_tree.nodeOf(span)));
}

int StepTreeModel::parentRow(int row) const
{
    const auto parent = m_tree.parentOf(nodeAt(row));
    return parent ? static_cast<int>(m_tree.nearestRow(*parent)) : -1;
}

bool StepTreeModel::hasBelow(int row) const
{
    return m_tree.countBelow(nodeAt(row)) > 0;
}

bool StepTreeModel::isOpen(int row) const
{
    return m_tree.isOpen(nodeAt(row));
}

int StepTreeModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_tree.rowCount());
}

int StepTreeModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant StepTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (section == StepColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StepColumn:
        return tr("Step");
    case DurationColumn:
        return tr("Duration");
    case TokensColumn:
        return tr("Tokens");
    case CostColumn:
        return tr("Cost");
    default:
        return {};
    }
}

QVariant StepTreeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node node = nodeAt(index.row());
    const SpanId span = m_tree.spanAt(node);
    switch (role) {
    case Qt::DisplayRole:
        return display(node, index.column());
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter
                   | (index.column() == StepColumn ? Qt::AlignLeft : Qt::AlignRight));
    case Qt::AccessibleTextRole:
        return index.column() == StepColumn ? accessibleText(node) : display(node, index.column());
    case Qt::ToolTipRole:
        // Qt takes what looks like markup for markup: escaped, it stays the text it is.
        return QString(u"<p style='white-space:pre-wrap'>"_s + toolTipText(node).toHtmlEscaped()
                       + u"</p>"_s);
    case SpanRole:
        return span.value;
    case DepthRole:
        return static_cast<int>(m_tree.depth(node));
    case IsOpenRole:
        return m_tree.isOpen(node);
    case CountBelowRole:
        return static_cast<int>(m_tree.countBelow(node));
    case StatusRole:
        return statusText(node);
    case ModelNameRole:
        return modelName(node);
    case ErrorsBelowRole:
        return m_tree.isOpen(node) ? 0 : errorsBelow(node);
    case ToolTipTextRole:
        return toolTipText(node);
    default:
        return {};
    }
}

/// What stands at one moment of a log, as messages do, has no duration worth a figure.
/// Nor has what is held, which has not begun.
QString StepTreeModel::durationText(Node node) const
{
    if (const SpanId span = m_tree.spanAt(node); span.isValid() && m_context.stop().holds(span))
        return {};
    const auto length = duration(node);
    return length && length->ns == 0 ? QString() : formatDuration(length);
}

QString StepTreeModel::name(Node node) const
{
    const tracestore::Trace& trace = m_tree.trace();
    const SpanId span = m_tree.spanAt(node);
    if (span.isValid()) {
        const QString text = singleLine(trace.name(span));
        return text.isEmpty() ? kindName(trace.kind(span)) : text;
    }
    const tracestore::Session& session = trace.session(m_tree.sessionAt(node));
    const QString text = singleLine(session.title.empty() ? session.key : session.title);
    if (text.isEmpty())
        return kindName(SpanKind::Session);
    // Called as what it begins with, it would say the same twice.
    const SpanId first = node + 1 < m_tree.nodeCount() ? m_tree.spanAt(node + 1) : SpanId();
    const bool saysNoMore = first.isValid() && singleLine(trace.name(first)) == text;
    const QString key = singleLine(session.key, 24);
    return saysNoMore && !key.isEmpty() && key != text ? QString(text + u" · "_s + key) : text;
}

/// Empty where the name of the step says it already.
QString StepTreeModel::modelName(Node node) const
{
    const SpanId span = m_tree.spanAt(node);
    if (!span.isValid() || m_tree.trace().kind(span) != SpanKind::Llm)
        return {};
    const QString model = singleLine(m_tree.trace().model(span), 60);
    return name(node).contains(model) ? QString() : model;
}

std::optional<Duration> StepTreeModel::duration(Node node) const
{
    if (const SpanId span = m_tree.spanAt(node); span.isValid()) {
        const auto start = m_tree.trace().start(span);
        const auto now = m_context.now();
        if (start && now && *start < *now && m_tree.trace().status(span) == SpanStatus::Pending)
            return *now - *start;
        return m_tree.trace().duration(span);
    }
    const tracestore::Session& session = m_tree.trace().session(m_tree.sessionAt(node));
    if (!session.started || !session.ended || *session.ended < *session.started)
        return {};
    return *session.ended - *session.started;
}

QString StepTreeModel::display(Node node, int column) const
{
    switch (column) {
    case StepColumn:
        return name(node);
    case DurationColumn:
        return durationText(node);
    case TokensColumn:
        return formatCount(m_sums.figures(m_tree, node).tokens);
    case CostColumn: {
        const auto cost = m_sums.figures(m_tree, node).cost;
        return cost ? formatCostShort(*cost) : QString();
    }
    default:
        return {};
    }
}

QString StepTreeModel::statusText(Node node) const
{
    const SpanId span = m_tree.spanAt(node);
    if (!span.isValid())
        return {};
    const SpanStatus status = m_tree.trace().status(span);
    if (status == SpanStatus::Pending && m_context.now())
        return m_tree.trace().kind(span) == SpanKind::Approval ? tr("waits for you")
                                                               : tr("running");
    if (status == SpanStatus::Error)
        return errorText(m_tree.trace().error(span));
    return status == SpanStatus::Ok ? QString() : statusName(status);
}

int StepTreeModel::errorsBelow(Node node) const
{
    const auto nodeOf = [&](SpanId span) { return m_tree.nodeOf(span); };
    const auto& errors = m_context.errors();
    const auto first = std::ranges::upper_bound(errors, node, {}, nodeOf);
    const auto last = std::ranges::upper_bound(
        first, errors.end(), node + static_cast<Node>(m_tree.countBelow(node)), {}, nodeOf);
    return static_cast<int>(last - first);
}

QString StepTreeModel::accessibleText(Node node) const
{
    QStringList parts {kindName(kind(node)) + u' ' + name(node)};
    if (const QString status = statusText(node); !status.isEmpty())
        parts << status;
    parts << tr("level %1").arg(m_tree.depth(node) + 1);
    if (m_tree.countBelow(node) > 0)
        parts << (m_tree.isOpen(node) ? tr("open") : tr("closed"));
    return parts.join(u", "_s);
}

QString StepTreeModel::toolTipText(Node node) const
{
    const SpanId span = m_tree.spanAt(node);
    QStringList lines;
    if (span.isValid()) {
        lines << spanCardText(m_tree.trace(), span);
    } else {
        const auto start = m_tree.trace().session(m_tree.sessionAt(node)).started;
        QStringList times {start ? formatTimestamp(*start) : QString(),
                           formatDuration(duration(node))};
        times.removeAll(QString());
        lines << name(node) << kindName(kind(node)) << times.join(u" · "_s);
        lines.removeAll(QString());
    }
    const StepFigures figures = m_sums.figures(m_tree, node);
    if (figures.isSum && figures.tokens)
        lines << tr("Tokens with all steps below: %1").arg(formatCount(*figures.tokens));
    if (figures.isSum && figures.cost)
        lines << tr("Cost with all steps below: %1, %2")
                     .arg(formatCost(*figures.cost),
                          figures.isCostMixed ? tr("partly recorded, partly from list prices")
                                              : costSourceName(figures.cost->source));
    if (const int errors = errorsBelow(node); errors > 0)
        lines << tr("Failed steps below: %1").arg(errors);
    return lines.join(u'\n');
}

int StepTreeModel::findName(const QString& text, int from) const
{
    // Names repeat: each different one is compared once.
    enum class Match : std::uint8_t
    {
        None,
        Inside,
        Start
    };
    std::unordered_map<tracestore::StringId, Match> known;
    const tracestore::Trace& trace = m_tree.trace();
    const auto compare = [&](const QString& candidate) {
        const auto at = candidate.indexOf(text, 0, Qt::CaseInsensitive);
        return at < 0 ? Match::None : at == 0 ? Match::Start : Match::Inside;
    };
    const auto match = [&](Node node) {
        const SpanId span = m_tree.spanAt(node);
        if (!span.isValid())
            return compare(name(node));
        const auto id = trace.columns().name[span.index()];
        const auto [entry, isNew] = known.try_emplace(id, Match::None);
        if (isNew)
            entry->second = compare(name(node));
        return entry->second;
    };
    int inside = -1;
    const int rows = rowCount();
    for (int i = 1; i <= rows; ++i) {
        const int row = (from + i) % rows;
        const Match found = match(nodeAt(row));
        if (found == Match::Start)
            return row;
        if (found == Match::Inside && inside < 0)
            inside = row;
    }
    return inside;
}

QString StepTreeModel::rowText(int row) const
{
    QStringList cells;
    for (int column = 0; column < ColumnCount; ++column)
        cells << display(nodeAt(row), column);
    return cells.join(u'\t');
}

void StepTreeModel::takeGrowth(const TraceGrowth& growth)
{
    // Each insertion moves what is behind it.
    constexpr std::size_t kMostInsertions = 64;
    const std::size_t firstRow = m_tree.setTrace(m_context.trace());
    m_sums.update(m_tree, growth);
    const std::vector<Node> wanted = m_tree.wantedRows(firstRow);
    const auto gaps = missingRows(std::span(m_tree.rows()).subspan(firstRow), wanted);
    if (!gaps || gaps->size() > kMostInsertions) {
        beginResetModel();
        m_tree.relist();
        endResetModel();
        return;
    }
    for (const RowGap& gap : *gaps) {
        const std::size_t at = firstRow + gap.at;
        beginInsertRows({}, static_cast<int>(at), static_cast<int>(at + gap.count) - 1);
        m_tree.insertRows(at, std::span(wanted).subspan(gap.at, gap.count));
        endInsertRows();
    }
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void StepTreeModel::unfold(int row)
{
    const auto at = static_cast<std::size_t>(row);
    const auto nodes = m_tree.nodesToUnfold(at);
    beginInsertRows({}, row + 1, row + static_cast<int>(nodes.size()));
    m_tree.unfold(at, nodes);
    endInsertRows();
}

void StepTreeModel::fold(int row)
{
    const auto at = static_cast<std::size_t>(row);
    beginRemoveRows({}, row + 1, row + static_cast<int>(m_tree.rowsBelow(at)));
    m_tree.fold(at);
    endRemoveRows();
}

void StepTreeModel::setOpen(int row, bool open)
{
    if (!hasBelow(row) || isOpen(row) == open)
        return;
    if (open)
        unfold(row);
    else
        fold(row);
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void StepTreeModel::openAllBelow(int row)
{
    if (!hasBelow(row))
        return;
    if (isOpen(row))
        fold(row);
    m_tree.openAllBelow(nodeAt(row));
    unfold(row);
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void StepTreeModel::show(SpanId span)
{
    // What a filter leaves out stays out of sight.
    if (rowOf(span) >= 0 || !m_tree.isKept(m_tree.nodeOf(span)))
        return;
    // Everything that hides it opens at once: a chain of 100,000 must not unfold row by row.
    const int row = nearestRow(span);
    m_tree.openAncestors(m_tree.nodeOf(span));
    unfold(row);
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void StepTreeModel::closeOthers(int row)
{
    const Node node = nodeAt(row);
    const bool wasOpen = m_tree.isOpen(node) && m_tree.countBelow(node) > 0;
    beginResetModel();
    m_tree.closeAllBut(node);
    if (wasOpen)
        m_tree.openAncestors(node + 1);
    m_tree.relist();
    endResetModel();
}

void StepTreeModel::filterByHits()
{
    const auto& hits = m_context.hits().ordered();
    if (hits.empty())
        return showAll();
    beginResetModel();
    std::vector<bool> isKept(m_tree.nodeCount());
    for (const SpanId span : hits)
        isKept[m_tree.nodeOf(span)] = true;
    m_tree.setFilter(std::move(isKept));
    // What is kept above a hit is open, or the hit would be out of sight.
    m_tree.openAll();
    m_tree.relist();
    endResetModel();
}

void StepTreeModel::showAll()
{
    if (!m_tree.isFiltered())
        return;
    beginResetModel();
    m_tree.setFilter({});
    m_tree.openAsAtFirst();
    m_tree.relist();
    endResetModel();
}

void StepTreeModel::openAll()
{
    beginResetModel();
    m_tree.openAll();
    m_tree.relist();
    endResetModel();
}

void StepTreeModel::closeAll()
{
    beginResetModel();
    m_tree.closeAll();
    m_tree.relist();
    endResetModel();
}

} // namespace gui
