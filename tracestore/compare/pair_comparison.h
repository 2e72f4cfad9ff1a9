#pragma once

#include "tracestore/compare/pair_rows.h"

namespace tracestore {

/// Says of each row what differs in it.
class PairComparison
{
public:
    explicit PairComparison(const PairRows& rows);

    /// Of what goes on from one step to the next only the beginning stays in the rows, and rows
    /// that are none of one side are taken out of the lanes.
    void run(std::vector<PairLane>& lanes);

private:
    void compare(StepPair& pair);
    void compareSteps(StepPair& pair, const ComparedStep& a, const ComparedStep& b);
    void leaveOutWhatGoesOn(const PairLane& lane);
    void leaveOutTurns(PairLane& lane);

    const PairRows& m_rows;
    std::vector<StepPair>& m_pairs;
};

} // namespace tracestore
