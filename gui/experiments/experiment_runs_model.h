#pragma once

#include "engine/experiment/experiment_results.h"
#include "engine/experiment/scorer.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <map>
#include <vector>

namespace gui {

/// The runs of an experiment that have ended, a row each, the newest last; a column for each score.
class ExperimentRunsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column
    {
        TaskColumn,
        VariantColumn,
        RepeatColumn,
        OutcomeColumn,
        CostColumn,
        TokensColumn,
        TimeColumn,
        AnswerColumn,
        FirstScoreColumn
    };

    enum Role
    {
        SortRole = Qt::UserRole,
        RecordingRole, ///< QString: from the experiment's folder
        FailedRole ///< bool: the run failed, or its score is not as the experiment wants it
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// The scorers of the experiment, a column each, in this order.
    void setScorers(const std::vector<engine::ScorerBrief>& scorers);

    /// Runs that have ended or were scored: one that is known gets its new scores.
    void take(const std::vector<engine::RunResult>& results);

    void clear();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant
    headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void addScores(const engine::RunResult& result);
    void append(const engine::RunResult& result);
    [[nodiscard]] QString text(const engine::RunResult& result, int column) const;
    [[nodiscard]] QVariant sortValue(const engine::RunResult& result, int column) const;
    [[nodiscard]] const engine::RunScore* score(const engine::RunResult& result, int column) const;

    std::vector<engine::RunResult> m_results;
    std::map<engine::RunKey, int> m_rows;
    std::vector<engine::ScorerBrief> m_scores; ///< those of the experiment, then others as seen
};

} // namespace gui
