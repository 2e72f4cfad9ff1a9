#pragma once

#include "engine/experiment/experiment_status.h"

#include <QMetaType>
#include <QString>

#include <string>
#include <vector>

namespace engine {

/// Names an experiment that is looked at as long as the program lives. Counts from 1.
using ExperimentId = quint64;

/// Which experiment to look at.
struct ExperimentRequest
{
    QString file; ///< a `*.experiment.json`; empty: as the folder has it
    QString folder; ///< of its runs; empty: the one beside the file
};

/// What is to be done with it.
enum class ExperimentOrder : std::uint8_t
{
    Run, ///< makes the runs that are not made yet; after a pause it goes on
    Trial, ///< makes one run of each variant
    Pause, ///< runs under way end, none begins
    Stop, ///< ends what is under way; it can be run again
    Close ///< nothing more is told of it; what is under way is ended
};

enum class ExperimentState : std::uint8_t
{
    Opening, ///< files are being read
    Ready, ///< nothing is run
    Running,
    Paused,
    Stopping
};

/// How an experiment stands.
struct ExperimentProgress
{
    ExperimentId id = 0;
    ExperimentState state = ExperimentState::Opening;
    QString file; ///< of the experiment; may not be there any more
    QString folder;
    ExperimentStatus status; ///< once it is read
    std::size_t underWay = 0; ///< runs
    std::vector<RunResult> changed; ///< runs that have ended or were scored since the last report
    bool isAnew = false; ///< `changed` is all there is: what was told before may be gone
    bool isRead = false; ///< `status` is known
    bool isBudgetUsed = false;
    std::string problem; ///< why it cannot be read, begin or go on, a line each; else empty
};

} // namespace engine

Q_DECLARE_METATYPE(engine::ExperimentProgress)
