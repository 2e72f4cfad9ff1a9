#pragma once

#include "engine/debug/debug_order.h"
#include "engine/debug/debug_status.h"
#include "engine/travel/hit_line.h"
#include "engine/travel/travel_moment.h"
#include "tracestore/base/clock.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>

namespace engine {

/// One goes through a session of a trace as if it ran, forwards and back: takes orders, tells where
/// one stands. What takes long (putting moments in order, asking breakpoints, following a value) is
/// done once on another thread, and what has to wait for it waits there. Nothing is written. Lives
/// on the engine's thread.
class TravelSession : public QObject
{
    Q_OBJECT

public:
    /// What it needs; outlives it.
    struct World
    {
        const tracestore::Clock& clock;
        QThreadPool& pool;
        QObject& home; ///< on this thread; outlives the work of the pool
    };

    TravelSession(tracestore::TracePtr trace, tracestore::SessionId session, World world);
    ~TravelSession() override;

    /// Begins; the first changed() tells where one stands then.
    void start(const DebugSetup& setup);

    /// What comes of it is told by the signals.
    void take(const DebugOrder& order);

    [[nodiscard]] DebugStatus status() const;

    /// Null while the moments are being put in order.
    [[nodiscard]] const TravelLine* line() const { return m_line.get(); }

    [[nodiscard]] std::size_t position() const { return m_position; }

    [[nodiscard]] bool isPlaying() const { return m_play.isActive(); }

    /// Why one cannot go through it; else empty.
    [[nodiscard]] const std::string& problem() const { return m_problem; }

signals:
    /// From the event loop, once for many changes.
    void changed();
    void inspected(const engine::StepInspection& step);
    void evaluated(const engine::Evaluation& value);
    void told(const engine::DebugLine& line);

private:
    /// Where an order ends, when it is known.
    struct Target
    {
        std::optional<std::size_t> position; ///< nothing: the end, or the start
        bool isBack = false;
        DebugStop::Cause cause = DebugStop::Cause::Step;
        bool passesBreakpoints = false; ///< goes there whatever would hit between
        std::string remark = {}; ///< for the text of the stop
    };

    struct Watched
    {
        Watch watch;
        std::optional<Expression> expression; ///< nothing: it cannot be read
        WatchValue value;
        std::shared_ptr<const ExpressionLine> line; ///< null while it is being made
    };

    struct Ready;

    // travel_session.cpp: long work
    template<class Made>
    std::shared_ptr<tracestore::Job>
    make(std::function<tracestore::Result<Made>(tracestore::Job&)> work,
         std::function<void(const Made&)> then);
    void takeLine(const Ready& ready);
    void makeHits();
    void withRepeats(std::function<void()> then);
    void makeWatchLines();
    using LineTaker = std::function<void(const std::shared_ptr<const ExpressionLine>&)>;
    void withExpression(const Expression& expression, const std::string& agent, LineTaker then);
    void withStates(std::function<void()> then);
    void search(std::function<bool()> then);
    void goOnSearching();

    [[nodiscard]] bool isSearching() const { return m_search != nullptr; }

    // travel_orders.cpp
    void obey(const ContinueRun& order);
    void obey(const PauseRun& order);
    void obey(const StepRun& order);
    void obey(const RunTo& order);
    void obey(const SetDebugSetup& order);
    void obey(const SetTestMode& order);
    void obey(const EditRequest& order);
    void obey(const EditOutcome& order);
    void obey(const EditState& order);
    void obey(const UndoEdit& order);
    void obey(const AnswerStep& order);
    void obey(const CancelStep& order);
    void obey(const InspectStep& order);
    void obey(const EvaluateExpression& order);
    void obey(const GoToMoment& order);
    void obey(const GoToChange& order);
    void obey(const GoToHit& order);
    void obey(const PlayRun& order);
    void refuse(const std::string& effect);
    void complain(const std::string& problem, const std::string& effect = {});
    void go(const Target& target);
    void stopAt(std::size_t position, DebugStop::Cause cause, const std::string& remark = {});
    void tellLines(std::size_t from, std::size_t to);
    [[nodiscard]] std::size_t firstPosition() const;
    [[nodiscard]] std::size_t lastPosition() const;
    void goToChange(const ExpressionLine& line, const std::string& text, bool isBack);
    void goToHit(const ExpressionLine& line, const GoToHit& order);
    [[nodiscard]] tracestore::SpanId spanOf(const std::string& effect) const;
    void inspect(tracestore::SpanId span);
    void evaluate(const EvaluateExpression& order, const Expression& expression);
    void playOn();
    void stopPlaying();

    // travel_telling.cpp
    void describe(DebugStop& stop, const std::string& remark) const;
    void evaluateWatches();
    void evaluateWatch(Watched& watched, TravelMoment& moment);
    [[nodiscard]] std::string nameHere() const;
    [[nodiscard]] StopKind kindHere() const;
    [[nodiscard]] std::string placeHere(StopKind kind) const;
    [[nodiscard]] bool isDecisionHere() const;
    [[nodiscard]] double progress() const;
    [[nodiscard]] TravelPlace place() const;
    [[nodiscard]] std::vector<AgentFrame> frames() const;
    [[nodiscard]] AgentFrame frameOf(tracestore::SpanId agent) const;
    [[nodiscard]] std::vector<PendingStep> pendingSteps() const;
    [[nodiscard]] PendingStep pendingHere() const;
    [[nodiscard]] std::string effectHere() const;
    void tellSoon();

    tracestore::TracePtr m_trace;
    tracestore::SessionId m_session;
    World m_world;
    std::string m_problem;
    DebugSetup m_setup;
    std::shared_ptr<const TravelLine> m_line;
    std::shared_ptr<StateLine> m_states; ///< not to be touched while they are away
    std::shared_ptr<const HitLine> m_hits; ///< null while it is being made
    std::shared_ptr<const RepeatLine> m_repeats;
    std::map<std::pair<std::string, std::string>, std::shared_ptr<const ExpressionLine>>
        m_lines; ///< by expression and agent
    std::vector<Watched> m_watches;
    mutable std::unique_ptr<DetailCache> m_details; ///< of what is shown at the position
    mutable std::map<std::uint32_t, AgentFrame> m_frameFacts; ///< what does not change of agents
    std::size_t m_position = 0;
    std::size_t m_positionBefore = 0;
    std::optional<DebugStop> m_stop;
    std::uint64_t m_stopCount = 0;
    std::vector<DebugOrder> m_early; ///< came before the moments were in order
    std::function<bool()> m_search; ///< what waits for long work; true: it is done
    std::vector<std::function<void()>> m_stateWaiters;
    bool m_areStatesAway = false;

    std::shared_ptr<tracestore::Job> m_hitsJob;
    bool m_areRepeatsUnderWay = false;
    std::vector<std::function<void()>> m_repeatWaiters;
    std::map<std::pair<std::string, std::string>, std::vector<LineTaker>> m_lineWaiters;
    std::vector<std::shared_ptr<tracestore::Job>> m_jobs; ///< all that are under way

    QTimer m_play;
    double m_factor = 1;
    tracestore::Duration m_playedSince; ///< steady
    std::int64_t m_playTime = 0; ///< of the recording then
    bool m_isTelling = false;
};

} // namespace engine
