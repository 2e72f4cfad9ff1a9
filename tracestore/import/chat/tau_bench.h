#pragma once

#include "tracestore/import/chat/chat_thread.h"
#include "tracestore/import/reading/json_record.h"

namespace tracestore {

/// What a run of tau-bench says of its task: the reward that it got, and the calls that the task
/// wants. Those are compared with the calls that were made, so that a reader of a failed run sees
/// which of them were missing or made otherwise. One thread; a run each.
class TauBenchRun
{
public:
    /// Whether a conversation is such a run.
    static bool isRun(const JsonRecord& record);

    explicit TauBenchRun(const JsonRecord& record);

    /// `Task 3, trial 0`.
    [[nodiscard]] std::string title() const;

    /// A call that was made, as `tool`. One that is wanted with other arguments is told of them.
    void compare(const ChatCall& call, std::string_view json, SpanId tool, StepPayloads& payloads);

    /// Sets key, producer, scores, outcome and attributes.
    void describe(Session& session) const;

    /// Why the run failed; nothing where it did not.
    [[nodiscard]] std::optional<SpanError> error() const;

private:
    struct Wanted
    {
        std::string name;
        RawRef place;
        std::string arguments; ///< canonical JSON
        bool isMade = false;
    };

    void readWanted(const PlacedJson& info);
    void readScores(const PlacedJson& info);

    std::string m_task;
    std::string m_trial;
    std::optional<double> m_reward;
    std::vector<Score> m_scores;
    std::vector<Wanted> m_wanted;
    std::string m_instruction;
    std::string m_wantedJson;
};

} // namespace tracestore
