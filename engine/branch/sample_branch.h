#pragma once

#include "engine/branch/sample_source.h"

namespace engine {

/// Marks a recording as a sample of a step, as a fact of its own log: policy `debugger`, action
/// `sample`.
struct SampleMark
{
    /// The recording or trace whose step it is: of a branch the name of the file beside it, else
    /// the whole path.
    std::string source;
    std::string root; ///< recordingKey() of a recording; empty: its run cannot go on from it
    std::string step; ///< as SampleSource::step
    std::size_t number = 1; ///< from 1
    std::size_t count = 1; ///< of samples that were wanted together
    std::string change; ///< what was sent instead of what was sent then; empty: the same

    bool operator==(const SampleMark&) const = default;
};

tracestore::DecisionMade toFact(const SampleMark& mark);

/// Nothing where the fact is none of these; or of the details of such a decision, as a trace shows
/// them.
std::optional<SampleMark> sampleMarkOf(const tracestore::RunFact& fact);
std::optional<SampleMark> sampleMarkOf(const std::string& details);

/// One sample with its outcome, keys masked.
struct SampleResult
{
    SampleMark mark;
    std::vector<tracestore::EditMade> edits; ///< of the request
    tracestore::EffectWanted wanted; ///< what was sent
    tracestore::EffectEnded ended;
    tracestore::Timestamp began;
    tracestore::Timestamp end;
};

/// Writes a sample as a branch beside its recording, which is only read: up to before the step,
/// then the step with this outcome. `kymo resume` goes on from it. Fails as forkRecording() does.
/// Reads and writes files: not on the engine's thread; likewise the others.
tracestore::Result<std::filesystem::path> writeSampleBranch(const SampleSource& source,
                                                            const SampleResult& sample);

/// Writes a sample as a small closed recording of that call alone, in a folder that is made where
/// it is not there. `run` says with which agent and provider it was made.
tracestore::Result<std::filesystem::path> writeSampleRecording(const std::filesystem::path& folder,
                                                               const SampleSource& source,
                                                               const SampleResult& sample,
                                                               tracestore::RunStarted run);

/// Where the small recordings of a trace's samples lie, below a folder for all (samplesDir()): it
/// is named after what the trace holds, and need not exist. `trace` is the file, empty where there
/// is none. Fails as SidecarFolder::find() does.
tracestore::Result<std::filesystem::path> sampleFolder(const std::filesystem::path& home,
                                                       const std::filesystem::path& trace);

/// Makes the branch of a sample that was kept as a small recording. Invalid: the file is none, its
/// source is a trace of others, or another recording lies where its source was. NotFound: the
/// source is gone.
tracestore::Result<std::filesystem::path> branchOfSample(const std::filesystem::path& sample);

/// The action of such facts.
inline constexpr const char* kSampleAction = "sample";

} // namespace engine
