#include "gui/experiments/experiment_runs_model.h"

#include "gui/theme/format.h"

#include <algorithm>
#include <cmath>

namespace gui {

using namespace Qt::StringLiterals;
using engine::OutcomeStatus;
using engine::RunResult;
using engine::RunScore;
using engine::ScorerBrief;

namespace {

    constexpr qsizetype kShownAnswer = 200;

    std::optional<double> metricValue(const RunResult& result, const char* name)
    {
        const auto found = result.metrics.find(name);
        return found == result.metrics.end() ? std::nullopt : std::optional(found->second);
    }

    std::optional<std::int64_t> tokensOf(const RunResult& result)
    {
        const auto in = metricValue(result, engine::metric::kTokensIn);
        const auto out = metricValue(result, engine::metric::kTokensOut);
        if (!in && !out)
            return {};
        return std::llround(in.value_or(0) + out.value_or(0));
    }

    QString secondsText(std::optional<double> seconds)
    {
        return seconds ? formatDuration(tracestore::Duration {std::llround(*seconds * 1e9)})
                       : QString();
    }

    QString dollarsText(std::optional<double> cost)
    {
        return cost ? formatCostShort({.amount = *cost, .currency = "USD"}) : QString();
    }

    QString outcomeText(const RunResult& result)
    {
        const QString word = toText(toWord(result.status));
        if (result.status == OutcomeStatus::Ok || result.reason.empty())
            return word;
        return word + u": "_s + singleLine(result.reason, kShownAnswer);
    }

    /// Figures stand below each other.
    int alignment(int column)
    {
        const bool isNumber = column >= ExperimentRunsModel::FirstScoreColumn
            || (column >= ExperimentRunsModel::CostColumn
                && column <= ExperimentRunsModel::TimeColumn);
        return static_cast<int>((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }

    /// Where neither is wanted the scorer measures, whatever it says.
    bool isUnwanted(const RunScore& score, engine::ScorerAim aim)
    {
        return score.passed && aim != engine::ScorerAim::Neither
            && *score.passed != (aim == engine::ScorerAim::Higher);
    }

    QString scoreText(const RunScore& score)
    {
        if (!score.value)
            return u"?"_s;
        return QString::number(*score.value, 'g', 3);
    }

} // namespace

void ExperimentRunsModel::clear()
{
    beginResetModel();
    m_results.clear();
    m_rows.clear();
    m_scores.clear();
    endResetModel();
}

void ExperimentRunsModel::take(const std::vector<RunResult>& results)
{
    for (const RunResult& result : results) {
        addScores(result);
        const auto known = m_rows.find(result.key);
        if (known == m_rows.end()) {
            append(result);
            continue;
        }
        m_results[static_cast<std::size_t>(known->second)] = result;
        emit dataChanged(index(known->second, 0), index(known->second, columnCount() - 1));
    }
}

void ExperimentRunsModel::append(const RunResult& result)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_results.push_back(result);
    m_rows[result.key] = row;
    endInsertRows();
}

void ExperimentRunsModel::setScorers(const std::vector<ScorerBrief>& scorers)
{
    std::vector<ScorerBrief> wanted = scorers;
    for (const ScorerBrief& seen : m_scores) {
        if (std::ranges::find(scorers, seen.name, &ScorerBrief::name) == scorers.end())
            wanted.push_back(seen);
    }
    if (wanted == m_scores)
        return;
    if (!m_scores.empty()) {
        beginResetModel();
        m_scores = std::move(wanted);
        return endResetModel();
    }
    beginInsertColumns({}, columnCount(), columnCount() + static_cast<int>(wanted.size()) - 1);
    m_scores = std::move(wanted);
    endInsertColumns();
}

void ExperimentRunsModel::addScores(const RunResult& result)
{
    for (const auto& [name, score] : result.scores) {
        if (std::ranges::find(m_scores, name, &ScorerBrief::name) != m_scores.end())
            continue;
        beginInsertColumns({}, columnCount(), columnCount());
        m_scores.push_back({name, engine::ScorerAim::Higher});
        endInsertColumns();
    }
}

int ExperimentRunsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_results.size());
}

int ExperimentRunsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : FirstScoreColumn + static_cast<int>(m_scores.size());
}

const RunScore* ExperimentRunsModel::score(const RunResult& result, int column) const
{
    if (column < FirstScoreColumn)
        return nullptr;
    const auto found
        = result.scores.find(m_scores[static_cast<std::size_t>(column - FirstScoreColumn)].name);
    return found == result.scores.end() ? nullptr : &found->second;
}

QString ExperimentRunsModel::text(const RunResult& result, int column) const
{
    switch (column) {
    case TaskColumn:
        return singleLine(result.key.task);
    case VariantColumn:
        return singleLine(result.key.variant);
    case RepeatColumn:
        return QString::number(result.key.repeat);
    case OutcomeColumn:
        return outcomeText(result);
    case CostColumn:
        return dollarsText(metricValue(result, engine::metric::kCost));
    case TokensColumn:
        return formatCount(tokensOf(result));
    case TimeColumn:
        return secondsText(metricValue(result, engine::metric::kLatency));
    case AnswerColumn:
        return singleLine(result.answer, kShownAnswer);
    default: {
        const RunScore* found = score(result, column);
        return found == nullptr ? QString() : scoreText(*found);
    }
    }
}

QVariant ExperimentRunsModel::sortValue(const RunResult& result, int column) const
{
    const auto numberOf = [](std::optional<double> number) {
        return number ? *number : -1.0; // what is not known stands in front
    };
    switch (column) {
    case RepeatColumn:
        return result.key.repeat;
    case CostColumn:
        return numberOf(metricValue(result, engine::metric::kCost));
    case TokensColumn:
        return numberOf(tokensOf(result));
    case TimeColumn:
        return numberOf(metricValue(result, engine::metric::kLatency));
    default: {
        const RunScore* found = score(result, column);
        return found != nullptr ? QVariant(numberOf(found->value)) : text(result, column);
    }
    }
}

QVariant ExperimentRunsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const RunResult& result = m_results[static_cast<std::size_t>(index.row())];
    const RunScore* found = score(result, index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(result, index.column());
    case Qt::ToolTipRole:
        // The text of a stranger: what looks like markup is none.
        return found == nullptr || found->note.empty()
            ? QVariant()
            : QString(u"<p>"_s + visibleText(toText(found->note)).toHtmlEscaped() + u"</p>"_s);
    case Qt::TextAlignmentRole:
        return alignment(index.column());
    case SortRole:
        return sortValue(result, index.column());
    case RecordingRole:
        return toText(result.recording);
    case FailedRole:
        return found != nullptr
            ? isUnwanted(*found,
                         m_scores[static_cast<std::size_t>(index.column() - FirstScoreColumn)].aim)
            : index.column() == OutcomeColumn && result.status != OutcomeStatus::Ok;
    default:
        return {};
    }
}

QVariant ExperimentRunsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignment(section);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TaskColumn:
        return tr("Task");
    case VariantColumn:
        return tr("Variant");
    case RepeatColumn:
        return tr("Repeat");
    case OutcomeColumn:
        return tr("Outcome");
    case CostColumn:
        return tr("Cost");
    case TokensColumn:
        return tr("Tokens");
    case TimeColumn:
        return tr("Time");
    case AnswerColumn:
        return tr("Answer");
    default:
        return singleLine(m_scores[static_cast<std::size_t>(section - FirstScoreColumn)].name, 40);
    }
}

} // namespace gui
