#pragma once

#include "tracestore/base/column.h"
#include "tracestore/model/payload_source.h"
#include "tracestore/model/payload_walk.h"
#include "tracestore/model/state_source.h"
#include "tracestore/recording/run_event.h"

namespace tracestore {

using EventPtr = std::shared_ptr<const RunEvent>;

/// The events that a span of a run is made of.
struct SpanEvents
{
    EventPtr begin; ///< null where it is not known how it began
    EventPtr end; ///< null: it is under way, or was a matter of one moment
    std::shared_ptr<const std::vector<EventPtr>> notes; ///< what was said of it meanwhile, or null
    bool isInDoubt = false;

    bool operator==(const SpanEvents&) const = default;
};

/// A fact of a state, and where it stands among the spans.
struct StateMark
{
    EventPtr event; ///< a StateChanged
    AgentId agent;
    std::size_t spansBefore = 0;

    bool operator==(const StateMark&) const = default;
};

/// The payloads of a run's spans, made of its events, which are in memory. Immutable: a snapshot's
/// own copy. Any thread.
class RunPayloads : public PayloadSource, public StateSource, public WalkSource
{
public:
    RunPayloads(Column<SpanEvents> spans, Column<StateMark> states)
        : m_spans(std::move(spans))
        , m_states(std::move(states))
    { }

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override;
    [[nodiscard]] Result<std::string> raw(SpanId span) const override;
    [[nodiscard]] std::unique_ptr<PayloadWalk> walk() const override;
    void visitStates(const std::function<void(const ToldState&)>& visit) const override;

    /// detail() without its input: that is input(), which costs nothing.
    [[nodiscard]] SpanDetail detailWithoutInput(SpanId span) const;
    [[nodiscard]] MessageChain input(SpanId span) const;

private:
    Column<SpanEvents> m_spans; ///< by SpanId
    Column<StateMark> m_states;
};

} // namespace tracestore
