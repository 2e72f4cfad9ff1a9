#include "tracestore/store/judgement.h"

namespace tracestore {

std::vector<Judgement> judgementsOf(const std::vector<Session>& sessions)
{
    std::vector<Judgement> judgements;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        const Session& session = sessions[i];
        if (session.outcome != SpanStatus::Unknown)
            judgements.push_back({.session = SessionId(i),
                                  .isOutcome = true,
                                  .score = {.label = std::string(toWord(session.outcome))}});
        for (const Score& score : session.scores)
            judgements.push_back({.session = SessionId(i), .score = score});
    }
    return judgements;
}

bool judge(std::vector<Session>& sessions, Judgement judgement)
{
    if (!judgement.session.isValid() || judgement.session.index() >= sessions.size())
        return false;
    Session& session = sessions[judgement.session.index()];
    if (!judgement.isOutcome) {
        session.scores.push_back(std::move(judgement.score));
        return true;
    }
    const auto outcome = fromWord<SpanStatus>(judgement.score.label);
    session.outcome = outcome.value_or(session.outcome);
    return outcome.has_value();
}

} // namespace tracestore
