#pragma once

#include "engine/bundle/masked_run.h"
#include "tracestore/base/job.h"
#include "tracestore/recording/save_recording.h"

#include <filesystem>

namespace engine {

// The members of a bundle.
inline constexpr const char* kAboutMember = "about.json";
inline constexpr const char* kSetupMember = "setup.json";
inline constexpr const char* kReplayMember = "replay.json";
inline constexpr const char* kBranchFolder = "branch/";

/// What goes into a bundle, and what is hidden in it.
struct BundleRequest
{
    std::filesystem::path file; ///< that was opened
    tracestore::TracePtr trace; ///< what is in it; need not be there where it is a recording
    std::vector<std::filesystem::path> branches; ///< recordings, whole
    std::vector<tracestore::Annotation> annotations; ///< of the file
    std::filesystem::path notesFolder; ///< where those of branches may lie; see AnnotationStore
    std::string setup; ///< breakpoints, watches and faults in their JSON; empty: none
    std::string replayPolicy; ///< JSON text; empty: none
    std::vector<MaskRule> rules;
    bool hidesKeys = true; ///< what looks like a key
    std::vector<std::pair<std::string, std::string>> secrets; ///< names and values
};

/// A trace with all that is needed to go on with it elsewhere, in one .kymo file. Prepared first,
/// so that one sees what is hidden before anything is written. Any one thread.
class DebugBundle
{
public:
    /// Reads all of it. Fails with Cancelled, and as opening does.
    static tracestore::Result<DebugBundle> prepare(BundleRequest request, tracestore::Job& job);

    DebugBundle(DebugBundle&&) noexcept;
    DebugBundle& operator=(DebugBundle&&) noexcept;
    ~DebugBundle();

    /// Each place in which something is hidden.
    [[nodiscard]] const std::vector<MaskedPlace>& places() const;

    /// What could not be hidden, or cannot be kept: sentences for the user.
    [[nodiscard]] const std::vector<std::string>& remarks() const;

    /// What is in it, a line each: `trace run.kymo, 35 events`.
    [[nodiscard]] const std::vector<std::string>& contents() const;

    /// Whole or not at all. Denied: it is a file that the trace was made from.
    [[nodiscard]] tracestore::Result<void> write(const std::filesystem::path& path,
                                                 tracestore::Job& job) const;

private:
    struct State;
    class Preparation;

    explicit DebugBundle(std::unique_ptr<State> state);

    std::unique_ptr<State> m_state;
};

} // namespace engine
