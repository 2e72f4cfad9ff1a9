#pragma once

#include "tracestore/model/session.h"

#include <vector>

namespace tracestore {

/// What a session's outcome and scores are in a .kymo file: a row for each.
struct Judgement
{
    SessionId session;
    bool isOutcome = false; ///< the word of the outcome is the label
    Score score;
};

/// The outcomes that are known and the scores, in order of the sessions.
std::vector<Judgement> judgementsOf(const std::vector<Session>& sessions);

/// Gives a session what was said of it; false where there is no such session, or no such outcome.
bool judge(std::vector<Session>& sessions, Judgement judgement);

} // namespace tracestore
