#pragma once

#include "engine/replay/recorded_run.h"
#include "engine/replay/replay_source.h"
#include "engine/run/gate.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace engine {

/// Does a recorded run again, up to where its recording ends, and lets it go on from there, or says
/// that it is the same. The run is driven as always; this stands before its log, its source of
/// outcomes and its disk. Nothing is written and nothing happens outside until goOn(). Engine's
/// thread.
class RunReplay : public QObject, public SaveBarrier
{
    Q_OBJECT

public:
    /// `log` and `live` outlive this. Tells the observers of the log what is recorded.
    RunReplay(RecordedRun run,
              ReplayExtent extent,
              RunLog& log,
              OutcomeSource& live,
              ReplaySource::HasParts hasParts);
    ~RunReplay() override;

    [[nodiscard]] const RecordedRun& run() const { return m_run; }

    /// For the gate of the run.
    [[nodiscard]] OutcomeSource& source() { return m_source; }

    /// Intents that are recorded are saved; others are when the recording goes on.
    void whenSaved(std::int64_t number,
                   std::function<void(tracestore::Result<void>)> then) override;

    /// Changes the state of an agent as a user did then.
    using EditState = std::function<tracestore::Result<void>(const std::string& agent,
                                                             const std::string& state)>;

    /// The agents are there: watches from now on whether they do all that is recorded.
    void start(EditState editState);

    /// What the user said next, where the outermost agent waits for that.
    [[nodiscard]] std::optional<std::string> nextInput() const;

    /// The end of the run, where that is what comes next; null where it is not.
    [[nodiscard]] const tracestore::RunEnded* nextEnd() const;

    /// All that is recorded was done again.
    [[nodiscard]] bool hasCaughtUp() const { return m_facts.isOver(); }

    [[nodiscard]] bool hasGoneOn() const { return m_recorder != nullptr; }

    /// By which Kymo it was recorded, where that is another one: a sentence with a blank in front.
    [[nodiscard]] std::string madeBy() const;

    /// Records that the run is resumed, what agents did meanwhile that is not recorded, and starts
    /// what waits for that. After caughtUp(). Gate and recorder outlive this; the recorder is an
    /// observer of the log already.
    void goOn(Gate& gate, SaveBarrier& recorder, InDoubtChoice choice);

signals:
    void caughtUp();

    /// The run does not do what is recorded, so that nobody can go on with it.
    void diverged(const engine::ReplayDivergence& divergence);

private:
    struct Saving
    {
        std::int64_t number = 0;
        std::function<void(tracestore::Result<void>)> then;
    };

    void onTaken();
    void editNext();
    void lookWhetherItMoves();
    void tellDivergence(const ReplayDivergence& divergence);

    RecordedRun m_run;
    RunLog& m_log;
    RecordedFacts m_facts;
    ReplaySource m_source;
    SaveBarrier* m_recorder = nullptr; ///< from goOn() on
    std::vector<Saving> m_saving; ///< for intents that are not recorded yet
    EditState m_editState;
    QTimer m_watch;
    std::size_t m_seen = 0; ///< facts, at the last look
    int m_quietRounds = 0;
};

} // namespace engine
