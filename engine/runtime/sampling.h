#pragma once

#include "engine/branch/make_fork.h"
#include "engine/branch/outcome_clusters.h"
#include "engine/branch/sample_estimate.h"
#include "tracestore/model/trace.h"

#include <QMetaType>
#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace engine {

/// Names samples of a step as long as the program lives. Counts from 1.
using SampleId = quint64;

/// A call of a model that is to be sent again, many times. Of a recording that can go on
/// (`recording`, `effect`), or of a trace of any format (`trace`, `span`, `file`).
struct SampleRequest
{
    QString recording; ///< a .kymo file of a run, whether it is still written or not
    std::string effect; ///< a call, or one of its attempts
    tracestore::TracePtr trace; ///< where `recording` is empty
    tracestore::SpanId span;
    QString file; ///< what the trace was opened as

    QString agentText; ///< the configuration that names the provider; empty: that of the recording
    QString agentFolder; ///< from which its paths are read
    std::string provider; ///< of the configuration; empty: the recorded one, else the agent's
    std::string model; ///< likewise
    std::vector<ForkEdit> edits; ///< of the request: `request.system`, `request.param.temperature`
    std::size_t count = 10;
    std::size_t concurrency = 4;
    bool isEstimate = false; ///< tells what it would take, and sends nothing
    /// A branch has a copy of what it shares with its recording. So much may the branches take on
    /// the disk in all; beyond it samples are small recordings, and branchOfSample() makes the
    /// branch of one when somebody wants to go on from it (engine/branch/README.md has figures).
    std::uintmax_t branchBytes = 64'000'000;
    QString folder; ///< for samples that are no branches; empty: samplesDir()
};

/// One sample, as it stands.
struct StepSample
{
    enum class State : std::uint8_t
    {
        Waiting,
        Running,
        WaitsToRetry, ///< it failed for a while: `told` says why
        Done,
        Failed ///< `told` says why; it counts as no outcome
    };

    State state = State::Waiting;
    std::string outcome; ///< in short
    std::string told; ///< why it failed, or is tried again
    std::uint32_t attempts = 0;
    std::optional<double> cost; ///< USD; nothing: not known
    std::optional<tracestore::TokenUsage> usage;
    QString file; ///< of its branch or recording, once it is written
    bool isBranch = false; ///< `file` can be gone on with; else branchOfSample() may make a branch
    std::string problem; ///< why it could not be written; else empty
};

/// How the samples of a step stand.
struct SampleReport
{
    SampleId id = 0;
    std::string step;
    std::string provider;
    std::string model;
    bool isScripted = false; ///< no model is asked: said wherever they are shown
    bool isEstimate = false;
    std::vector<std::string> notes; ///< what of the request is not known, and what else to know
    std::optional<SampleEstimate> estimate; ///< once it is there; before anything is sent
    std::vector<StepSample> samples; ///< in order, as many as were wanted; empty with an estimate
    std::size_t done = 0;
    std::size_t failed = 0;
    std::size_t retries = 0;
    double cost = 0; ///< USD, so far, as far as known
    bool isCostKnown = true; ///< of all that were done
    std::vector<OutcomeCluster> clusters; ///< of what is done; members are places in `samples`
    bool isCancelled = false;
    bool isOver = false;
    std::string waitsFor; ///< what keeps it from starting, where that takes long; else empty
    std::string problem; ///< why it could not begin or go on; else empty
};

} // namespace engine

Q_DECLARE_METATYPE(engine::SampleReport)
