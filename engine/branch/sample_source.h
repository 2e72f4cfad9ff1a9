#pragma once

#include "engine/branch/make_fork.h"
#include "engine/effect/effect.h"
#include "tracestore/model/trace.h"

namespace engine {

/// A call of a model that was recorded, as far as is told of it, to be sent again.
struct SampleSource
{
    std::filesystem::path file; ///< the recording; of a trace of others the file that names it
    bool isRecording = false; ///< its run can go on from a sample
    std::string step; ///< the attempt's name in the recording; of others its id, or `#12`
    std::string agent; ///< path of the agent in the recording; of others its name
    ModelCall call;
    Outcome recorded; ///< without a response where the call had not ended, or nothing is told of it
    std::optional<tracestore::TokenUsage> usage; ///< which the call reported then
    bool isWhole = true; ///< all that was sent is known
    std::vector<std::string> missing; ///< what of it is not known: sentences

    // Of a recording.
    std::int64_t wanted = 0; ///< number of the intent; a sample takes its place
    EffectClass effectClass = EffectClass::Outside;
    tracestore::RunStarted started;
    std::string root; ///< recordingKey()
};

/// A model call of a recording. `effect` names an attempt, or a call: then its first attempt.
/// NotFound: there is no such step. Invalid: it is no call of a model. Else fails as openLog()
/// does. Reads files: not on the engine's thread; likewise the others.
tracestore::Result<SampleSource> readSampleSource(const std::filesystem::path& recording,
                                                  const std::string& effect);

/// A model call of a trace of any format. Invalid: it is no call of a model.
tracestore::Result<SampleSource> readSampleSource(const tracestore::Trace& trace,
                                                  tracestore::SpanId span,
                                                  const std::filesystem::path& file);

/// The calls that a provider had got before the step, for one that counts them.
tracestore::Result<std::vector<ChatRequest>> readCallsBefore(const SampleSource& source,
                                                             const std::string& provider);

/// Changes the call; what was changed comes as it is recorded. Invalid: an edit makes no sense
/// there, or is none of the request.
tracestore::Result<std::vector<tracestore::EditMade>>
editSample(SampleSource& source, const std::vector<ForkEdit>& edits);

} // namespace engine
