#pragma once

#include "tracestore/model/trace.h"

#include <QString>

namespace gui {

/// Whether a branch can begin at a step, and if not, why and what is possible instead.
struct ForkPlace
{
    std::string effect; ///< names the step in the recording; empty: no branch can begin there
    tracestore::SpanId span; ///< of that step: of an agent or a turn it is the first below
    QString problem; ///< sentences; empty where there is an effect
};

/// `recording`: the file of the trace, empty where there is none; `canRun`: agents are run here.
ForkPlace forkPlaceOf(const tracestore::Trace& trace,
                      tracestore::SpanId span,
                      const QString& recording,
                      bool canRun);

/// Whether a trace is one that Kymo recorded, so that its agent can go on from any step.
[[nodiscard]] bool isOwnRecording(const tracestore::Trace& trace, const QString& file);

/// Whether a step is a call of a model, which can be sent again to see how often what comes of it.
[[nodiscard]] bool isSampled(const tracestore::Trace& trace, tracestore::SpanId span);

} // namespace gui
