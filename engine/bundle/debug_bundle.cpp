#include "engine/bundle/debug_bundle.h"

#include "engine/branch/branch_origin.h"
#include "engine/bundle/masked_trace.h"
#include "tracestore/annotation/annotation_store.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/recording_lock.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/store/kymo_writer.h"
#include "tracestore/store/source_files.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::Annotation;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Job;
using tracestore::KymoExtras;
using tracestore::Result;
using tracestore::RunEvent;
using tracestore::SavedRun;

namespace fs = std::filesystem;

struct DebugBundle::State
{
    State(std::vector<MaskRule> rules, bool hidesKeys)
        : mask(std::move(rules), hidesKeys)
    { }

    fs::path file;
    TextMask mask; ///< used by `trace`
    tracestore::TracePtr original; ///< for what it may not be written over
    std::optional<SavedRun> run; ///< a recording, or else:
    tracestore::TracePtr trace;
    KymoExtras extras;
    std::vector<MaskedPlace> places;
    std::vector<std::string> remarks;
    std::vector<std::string> contents;
};

namespace {

    std::string countOf(std::size_t count, const std::string& thing)
    {
        return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s");
    }

    /// The name of a file that is no longer where it was.
    std::string bundledName(const fs::path& file)
    {
        std::string name = file.filename().string();
        return name.empty() ? "trace" : name;
    }

} // namespace

/// Puts a bundle together, step by step.
class DebugBundle::Preparation
{
public:
    Preparation(BundleRequest request, Job& job)
        : m_request(std::move(request))
        , m_job(job)
        , m_state(std::make_unique<State>(std::move(m_request.rules), m_request.hidesKeys))
    {
        m_state->file = m_request.file;
        m_state->original = m_request.trace;
        for (const auto& [name, value] : m_request.secrets)
            m_state->mask.addSecret(name, value);
    }

    Result<std::unique_ptr<State>> run()
    {
        using Step = Result<void> (Preparation::*)();
        for (const Step step : {&Preparation::readTrace,
                                &Preparation::readBranches,
                                &Preparation::findRoots,
                                &Preparation::hideTrace,
                                &Preparation::hideBranches,
                                &Preparation::addTexts}) {
            auto done = (this->*step)();
            if (!done)
                return fail(std::move(done).error());
        }
        for (const auto& [rule, count] : m_state->mask.tooShort())
            m_state->remarks.push_back(
                countOf(count, "value") + " of " + rule + (count == 1 ? " is" : " are")
                + " too short to be told from others (true, false, a number of less than 4 digits) "
                  "and stays as it is.");
        return std::move(m_state);
    }

private:
    struct Branch
    {
        std::string name;
        std::vector<RunEvent> events;
        bool isClosed = true;
        std::vector<Annotation> annotations;
    };

    Result<Branch> readRun(const fs::path& file)
    {
        const bool isWritten = tracestore::RecordingLock::isHeld(file);
        auto read = tracestore::readRecording(file, m_job);
        if (!read)
            return fail(std::move(read).error());
        if (read->damaged > 0)
            return fail(ErrorCode::Corrupt,
                        file.string()
                            + " is damaged, so that its run cannot be done again: " + read->damage);
        if (isWritten)
            m_state->remarks.push_back(file.filename().string()
                                       + " is being recorded just now: the bundle has what was "
                                         "saved so far.");
        return Branch {bundledName(file), std::move(read->events), read->isComplete, {}};
    }

    Result<void> readTrace()
    {
        auto run = m_request.file.extension() == ".kymo" ? readRun(m_request.file)
                                                         : fail(ErrorCode::Invalid, {});
        if (run) {
            learnFrom(run->events, m_state->mask);
            m_main = std::move(*run);
            return {};
        }
        if (run.error().code == ErrorCode::Cancelled || m_request.trace == nullptr)
            return fail(std::move(run).error());
        if (run.error().code == ErrorCode::Corrupt)
            m_state->remarks.push_back(run.error().message
                                       + " The bundle has its steps, not its log.");
        return learnFrom(*m_request.trace, m_state->mask, m_job);
    }

    Result<void> readBranches()
    {
        for (const fs::path& file : m_request.branches) {
            auto branch = readRun(file);
            if (!branch)
                return fail(std::move(branch).error());
            const bool isTwice = std::ranges::count(m_branches, branch->name, &Branch::name) > 0
                || branch->name == bundledName(m_request.file);
            if (isTwice)
                return fail(ErrorCode::Invalid,
                            "Two recordings are called " + branch->name
                                + ". Rename one of them: in the bundle they lie in one folder.");
            learnFrom(branch->events, m_state->mask);
            // Its name and what was found with it stand there.
            auto notes = tracestore::AnnotationStore(file, m_request.notesFolder).read();
            if (!notes)
                return fail(std::move(notes).error());
            if (!notes->problem.empty())
                m_state->remarks.push_back(notes->problem);
            branch->annotations = std::move(notes->annotations);
            m_branches.push_back(std::move(*branch));
        }
        return {};
    }

    /// A branch names the recording with which its family began by a hash of its first event, which
    /// is another where something of it is hidden.
    Result<void> findRoots()
    {
        std::vector<const Branch*> runs;
        if (m_main)
            runs.push_back(&*m_main);
        for (const Branch& branch : m_branches)
            runs.push_back(&branch);
        for (const Branch* run : runs) {
            if (run->events.empty())
                continue;
            std::vector<MaskedPlace> untold;
            const RunEvent clean = MaskedRun(m_state->mask, untold).masked(run->events.front());
            m_roots.insert_or_assign(recordingKey(run->events.front()), recordingKey(clean));
        }
        return {};
    }

    void renewRoot(tracestore::RunFact& fact) const
    {
        auto* decision = std::get_if<tracestore::DecisionMade>(&fact);
        if (decision == nullptr || decision->policy != tracestore::kDebuggerPolicy)
            return;
        for (const auto& [before, after] : m_roots) {
            const std::size_t at = decision->details.find(before);
            if (at != std::string::npos)
                decision->details.replace(at, before.size(), after);
        }
    }

    SavedRun hidden(Branch branch, const std::string& what)
    {
        MaskedRun run(m_state->mask, m_state->places, what);
        SavedRun saved {branch.name, {}, branch.isClosed};
        for (RunEvent& event : branch.events) {
            RunEvent clean = run.masked(std::move(event));
            renewRoot(clean.fact);
            saved.events.push_back(std::make_shared<const RunEvent>(std::move(clean)));
        }
        std::ranges::copy(run.remarks(), std::back_inserter(m_state->remarks));
        return saved;
    }

    Result<void> hideTrace()
    {
        if (m_main) {
            m_state->contents.push_back("trace " + m_main->name + ", "
                                        + countOf(m_main->events.size(), "event")
                                        + (m_main->isClosed ? "" : ", not closed"));
            m_state->run = hidden(std::move(*m_main), {});
            return {};
        }
        m_state->contents.push_back("trace " + bundledName(m_request.file) + ", "
                                    + countOf(m_request.trace->spanCount(), "step")
                                    + "; it is no recording: it can be looked at, not replayed");
        if (m_state->mask.isIdle()) {
            m_state->trace = m_request.trace;
            return {};
        }
        auto masked = maskedTrace(m_request.trace, m_state->mask, m_state->places, m_job);
        if (!masked)
            return fail(std::move(masked).error());
        m_state->trace = std::move(*masked);
        return {};
    }

    Result<void> hideBranches()
    {
        for (Branch& branch : m_branches) {
            const std::string name = branch.name;
            const std::size_t events = branch.events.size();
            tracestore::KymoExtras extras;
            extras.annotations = hidden(std::move(branch.annotations));
            const SavedRun run = hidden(std::move(branch), name + ", ");
            auto image = tracestore::recordingImage(run, extras, m_job);
            if (!image)
                return fail(std::move(image).error());
            addMember(kBranchFolder + name, std::move(*image));
            m_state->contents.push_back("branch " + name + ", " + countOf(events, "event"));
        }
        return {};
    }

    Result<void> addTexts()
    {
        json about {{"format", "kymo-bundle"}, {"version", 1}};
        about["trace"] = bundledName(m_request.file);
        addMember(kAboutMember, tracestore::toJsonText(about));
        if (!m_request.setup.empty()) {
            addMember(kSetupMember, hide(m_request.setup, "breakpoints and watches"));
            m_state->contents.emplace_back("breakpoints, watches and faults");
        }
        if (!m_request.replayPolicy.empty()) {
            addMember(kReplayMember, hide(m_request.replayPolicy, "replay policies"));
            m_state->contents.emplace_back("replay policies");
        }
        addAnnotations();
        return {};
    }

    void addAnnotations()
    {
        std::vector<Annotation> clean = hidden(std::move(m_request.annotations));
        const auto bookmarks = static_cast<std::size_t>(
            std::ranges::count(clean, tracestore::AnnotationKind::Bookmark, &Annotation::kind));
        const std::size_t notes = clean.size() - bookmarks;
        m_state->extras.annotations = std::move(clean);
        if (notes > 0)
            m_state->contents.push_back(countOf(notes, "note"));
        if (bookmarks > 0)
            m_state->contents.push_back(countOf(bookmarks, "bookmark"));
    }

    /// What was removed is nobody's business elsewhere.
    std::vector<Annotation> hidden(std::vector<Annotation> annotations)
    {
        std::erase_if(annotations, [](const Annotation& one) { return one.isRemoved; });
        for (Annotation& one : annotations) {
            one.text = hide(one.text, "notes");
            one.name = hide(one.name, "notes");
            if (one.step)
                hideAddress(*one.step);
            if (one.kind == tracestore::AnnotationKind::Bookmark && one.step)
                one.key = tracestore::bookmarkKey(*one.step);
        }
        return annotations;
    }

    /// As the steps of the trace are called in the bundle.
    void hideAddress(tracestore::StepAddress& address)
    {
        MaskCounts uncounted;
        for (std::string* text : {&address.name, &address.traceId, &address.origId})
            *text = m_state->mask.masked(*text, uncounted);
    }

    std::string hide(const std::string& text, const char* where)
    {
        MaskCounts counts;
        std::string clean = m_state->mask.maskedButNumbers(text, counts);
        for (const auto& [rule, count] : counts)
            m_state->places.push_back({where, rule, count});
        return clean;
    }

    void addMember(std::string name, std::string content)
    {
        m_state->extras.members.push_back({std::move(name), std::move(content)});
    }

    BundleRequest m_request;
    Job& m_job;
    std::unique_ptr<State> m_state;
    std::optional<Branch> m_main; ///< the recording, where it is one
    std::vector<Branch> m_branches;
    std::map<std::string, std::string> m_roots; ///< as recorded, and as they are in the bundle
};

DebugBundle::DebugBundle(std::unique_ptr<State> state)
    : m_state(std::move(state))
{ }

DebugBundle::DebugBundle(DebugBundle&&) noexcept = default;
DebugBundle& DebugBundle::operator=(DebugBundle&&) noexcept = default;
DebugBundle::~DebugBundle() = default;

Result<DebugBundle> DebugBundle::prepare(BundleRequest request, Job& job)
{
    auto state = Preparation(std::move(request), job).run();
    if (!state)
        return fail(std::move(state).error());
    return DebugBundle(std::move(*state));
}

const std::vector<MaskedPlace>& DebugBundle::places() const
{
    return m_state->places;
}

const std::vector<std::string>& DebugBundle::remarks() const
{
    return m_state->remarks;
}

const std::vector<std::string>& DebugBundle::contents() const
{
    return m_state->contents;
}

Result<void> DebugBundle::write(const fs::path& path, Job& job) const
{
    std::error_code notThere;
    const bool isSource = fs::equivalent(m_state->file, path, notThere) && !notThere;
    if (isSource || (m_state->original != nullptr && isSourceOf(*m_state->original, path)))
        return fail(ErrorCode::Denied, tracestore::overwriteRefusal(path));
    if (m_state->run)
        return saveRecording(*m_state->run, m_state->extras, path, job);
    return saveKymo(*m_state->trace, m_state->extras, path, job);
}

} // namespace engine
