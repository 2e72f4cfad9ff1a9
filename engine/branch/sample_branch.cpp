#include "engine/branch/sample_branch.h"

#include "engine/branch/short_text.h"
#include "engine/run/effect_facts.h"
#include "tracestore/annotation/sidecar_folder.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/recording_fork.h"
#include "tracestore/recording/recording_reader.h"
#include "tracestore/recording/recording_writer.h"

#include <nlohmann/json.hpp>

namespace engine {

namespace fs = std::filesystem;

using nlohmann::json;
using tracestore::DecisionMade;
using tracestore::EditMade;
using tracestore::EffectEnded;
using tracestore::EffectWanted;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::RunEvent;
using tracestore::Timestamp;

namespace {

    /// The agent of a small recording and its only step; who it was stands in the mark.
    constexpr const char* kSampleAgent = "sample";
    constexpr const char* kSampleEffect = "sample:1.1.1";
    constexpr std::size_t kMostTask = 200;

    std::string placeOf(const SampleMark& mark)
    {
        return "sample " + std::to_string(mark.number) + " of " + std::to_string(mark.count);
    }

    std::string lastTextOf(const tracestore::MessageChain& messages)
    {
        return messages.isEmpty() ? std::string()
                                  : shortText(tracestore::plainText(messages.last()), kMostTask);
    }

    std::string memberText(const json& details, const char* name)
    {
        const auto found = details.find(name);
        return found != details.end() && found->is_string() ? found->get<std::string>()
                                                            : std::string();
    }

    std::size_t memberCount(const json& details, const char* name)
    {
        const auto found = details.find(name);
        return found != details.end() && found->is_number_unsigned() ? found->get<std::size_t>()
                                                                     : 1;
    }

    class EventList
    {
    public:
        void add(Timestamp time, std::string agent, std::string effect, tracestore::RunFact fact)
        {
            m_events.push_back({.number = static_cast<std::int64_t>(m_events.size()) + 1,
                                .time = time,
                                .agent = std::move(agent),
                                .effect = std::move(effect),
                                .fact = std::move(fact)});
        }

        /// The step of a sample, from its edits to its outcome.
        void
        addStep(const SampleResult& sample, const std::string& agent, const std::string& effect)
        {
            for (const EditMade& edit : sample.edits)
                add(sample.began, agent, effect, edit);
            add(sample.began, agent, effect, sample.wanted);
            add(sample.end, agent, effect, sample.ended);
        }

        std::vector<RunEvent> take() { return std::move(m_events); }

    private:
        std::vector<RunEvent> m_events;
    };

    /// A name for a file that is not there yet.
    fs::path freeFile(const fs::path& folder, const std::string& name)
    {
        return forkFile(folder / "run.kymo", name);
    }

    std::vector<RunEvent>
    eventsAlone(const SampleSource& source, const SampleResult& sample, tracestore::RunStarted run)
    {
        const bool isOk = sample.ended.status == OutcomeStatus::Ok;
        const std::string answer = isOk && !sample.ended.output.empty()
            ? tracestore::plainText(sample.ended.output.front())
            : std::string();
        run.input = lastTextOf(sample.wanted.input);
        EventList events;
        events.add(sample.began, {}, {}, run);
        events.add(sample.began, {}, {}, toFact(sample.mark));
        events.add(sample.began,
                   kSampleAgent,
                   {},
                   tracestore::AgentStarted {.name = source.agent,
                                             .role = {},
                                             .pattern = "sample",
                                             .task = run.input,
                                             .caller = {}});
        events.addStep(sample, kSampleAgent, kSampleEffect);
        events.add(
            sample.end, kSampleAgent, {}, tracestore::AgentEnded {sample.ended.status, answer, {}});
        events.add(sample.end, {}, {}, tracestore::RunEnded {sample.ended.status, answer, {}});
        return events.take();
    }

    Result<void> writeClosed(const fs::path& file, const std::vector<RunEvent>& events)
    {
        auto writer = tracestore::RecordingWriter::create(file);
        if (!writer)
            return fail(std::move(writer).error());
        Result<void> done;
        for (const RunEvent& event : events) {
            if (done)
                done = (*writer)->append(event);
        }
        return done ? (*writer)->close() : done;
    }

    Result<SampleResult> readSampleRecording(const fs::path& file)
    {
        const auto recording = tracestore::readRecording(file);
        if (!recording)
            return fail(recording.error());
        SampleResult sample;
        bool isMarked = false;
        for (const RunEvent& event : recording->events) {
            if (auto mark = sampleMarkOf(event.fact)) {
                sample.mark = std::move(*mark);
                isMarked = true;
            } else if (const auto* edit = std::get_if<EditMade>(&event.fact)) {
                sample.edits.push_back(*edit);
            } else if (const auto* wanted = std::get_if<EffectWanted>(&event.fact)) {
                sample.wanted = *wanted;
                sample.began = event.time;
            } else if (const auto* ended = std::get_if<EffectEnded>(&event.fact)) {
                sample.ended = *ended;
                sample.end = event.time;
            }
        }
        if (!isMarked)
            return fail(ErrorCode::Invalid, file.string() + " is no sample of a step.");
        return sample;
    }

} // namespace

DecisionMade toFact(const SampleMark& mark)
{
    json details = {{"source", mark.source},
                    {"step", mark.step},
                    {"number", mark.number},
                    {"count", mark.count}};
    if (!mark.root.empty())
        details["root"] = mark.root;
    if (!mark.change.empty())
        details["change"] = mark.change;
    std::string sentence = "This is " + placeOf(mark) + " of step " + mark.step + " of "
        + fs::path(mark.source).filename().string();
    if (!mark.change.empty())
        sentence += ", changed: " + mark.change;
    return {std::string(tracestore::kDebuggerPolicy),
            kSampleAction,
            sentence + '.',
            tracestore::toJsonText(details)};
}

std::optional<SampleMark> sampleMarkOf(const tracestore::RunFact& fact)
{
    const auto* decision = std::get_if<DecisionMade>(&fact);
    if (decision == nullptr || decision->policy != tracestore::kDebuggerPolicy
        || decision->action != kSampleAction)
        return {};
    return sampleMarkOf(decision->details);
}

std::optional<SampleMark> sampleMarkOf(const std::string& text)
{
    const auto details = tracestore::parseJson(text);
    if (!details || !details->is_object() || memberText(*details, "step").empty())
        return {};
    return SampleMark {.source = memberText(*details, "source"),
                       .root = memberText(*details, "root"),
                       .step = memberText(*details, "step"),
                       .number = memberCount(*details, "number"),
                       .count = memberCount(*details, "count"),
                       .change = memberText(*details, "change")};
}

Result<fs::path> writeSampleBranch(const SampleSource& source, const SampleResult& sample)
{
    const std::string& change = sample.mark.change;
    const BranchOrigin origin {.parent = source.file.filename().string(),
                               .root = source.root,
                               .upTo = source.wanted - 1,
                               .step = source.step,
                               .change
                               = placeOf(sample.mark) + (change.empty() ? "" : ": " + change),
                               .note = {},
                               .expected = {}};
    SampleMark mark = sample.mark;
    mark.source = origin.parent; // they lie together, and may be moved together
    EventList events;
    // The time since the recording is none in which its run was at work.
    events.add(sample.began, {}, {}, tracestore::RunResumed {});
    events.add(sample.began, {}, {}, toFact(origin));
    events.add(sample.began, {}, {}, toFact(mark));
    events.addStep(sample, source.agent, source.step);
    const fs::path file = forkFile(source.file, "sample-" + std::to_string(sample.mark.number));
    if (auto forked = tracestore::forkRecording(source.file, origin.upTo, events.take(), file);
        !forked)
        return fail(std::move(forked).error());
    return file;
}

Result<fs::path> writeSampleRecording(const fs::path& folder,
                                      const SampleSource& source,
                                      const SampleResult& sample,
                                      tracestore::RunStarted run)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::Io,
                    "Cannot make the folder " + folder.string() + ": " + error.message() + '.');
    fs::permissions(folder, fs::perms::owner_all, error); // conversations are nobody else's matter
    const fs::path file = freeFile(
        folder, shortText(source.step, 20) + "-sample-" + std::to_string(sample.mark.number));
    if (auto written = writeClosed(file, eventsAlone(source, sample, std::move(run))); !written)
        return fail(std::move(written).error());
    return file;
}

Result<fs::path> sampleFolder(const fs::path& home, const fs::path& trace)
{
    if (trace.empty())
        return home / "unsaved";
    const auto match = tracestore::SidecarFolder(home).find(trace);
    if (!match)
        return fail(match.error());
    return fs::path(match->own).replace_extension();
}

Result<fs::path> branchOfSample(const fs::path& file)
{
    const auto sample = readSampleRecording(file);
    if (!sample)
        return fail(sample.error());
    if (sample->mark.root.empty())
        return fail(ErrorCode::Invalid,
                    "This is a sample of " + sample->mark.source
                        + ", which is no recording of a run: there is nothing that could go on "
                          "from it. The file itself can be opened.");
    const auto source = readSampleSource(sample->mark.source, sample->mark.step);
    if (!source)
        return fail(source.error());
    if (source->root != sample->mark.root)
        return fail(ErrorCode::Invalid,
                    sample->mark.source + " is not the recording that was sampled.");
    return writeSampleBranch(*source, *sample);
}

} // namespace engine
