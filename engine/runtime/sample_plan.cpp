#include "engine/runtime/sample_plan.h"

#include "engine/branch/short_text.h"
#include "engine/config/agent_config_reader.h"
#include "engine/config/app_paths.h"
#include "tracestore/annotation/annotation_store.h"
#include "tracestore/base/json_io.h"

#include <QFile>

#include <algorithm>

namespace engine {

namespace fs = std::filesystem;

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kMostShownOfEdit = 60;

    fs::path localPath(const QString& file)
    {
        return QFile::encodeName(file).toStdString();
    }

    Result<SampleSource> readSource(const SampleRequest& request)
    {
        if (!request.recording.isEmpty())
            return readSampleSource(fs::absolute(localPath(request.recording)), request.effect);
        if (request.trace == nullptr)
            return fail(ErrorCode::Invalid, "There is no trace whose step could be sampled.");
        fs::path file;
        if (!request.file.isEmpty())
            file = tracestore::annotatedFile(fs::absolute(localPath(request.file)), *request.trace);
        return readSampleSource(*request.trace, request.span, file);
    }

    Result<AgentConfig> configOf(const SampleRequest& request, const SampleSource& source)
    {
        const bool isGiven = !request.agentText.isEmpty();
        if (!isGiven && !source.isRecording)
            return fail(ErrorCode::Invalid,
                        "The trace does not say how its provider is reached. Name an agent's file "
                        "that has a provider (`--agent`).");
        if (!isGiven && source.started.folder.empty())
            return fail(ErrorCode::Invalid,
                        source.file.string()
                            + " does not say in which folder its agent was. Name the agent's file "
                              "(`--agent`).");
        ConfigReading reading = isGiven
            ? readAgentConfigText(request.agentText.toStdString(), localPath(request.agentFolder))
            : readAgentConfigText(source.started.configuration, source.started.folder);
        if (reading.config)
            return std::move(*reading.config);
        const auto error = std::ranges::find(reading.problems, true, &ConfigProblem::isError);
        return fail(ErrorCode::Invalid,
                    "The configuration cannot be read: "
                        + (error == reading.problems.end() ? std::string() : error->message));
    }

    bool hasProvider(const AgentConfig& config, const std::string& name)
    {
        return std::ranges::find(config.providers, name, &ProviderConfig::name)
            != config.providers.end();
    }

    std::string providerNames(const AgentConfig& config)
    {
        std::string names;
        for (const ProviderConfig& provider : config.providers)
            names += (names.empty() ? "" : ", ") + provider.name;
        return names.empty() ? "none" : names;
    }

    /// Whom to ask: what the request says, else who was asked then, else the agent's own model.
    Result<ModelTarget>
    targetOf(const SampleRequest& request, const SampleSource& source, const AgentConfig& config)
    {
        const ModelTarget& recorded = source.call.target;
        const bool isThere = source.isRecording && hasProvider(config, recorded.provider);
        ModelTarget target {request.provider, request.model};
        if (target.provider.empty())
            target.provider = isThere ? recorded.provider : config.model.provider;
        if (!hasProvider(config, target.provider))
            return fail(ErrorCode::NotFound,
                        "The configuration has no provider " + target.provider + ". It has "
                            + providerNames(config) + '.');
        if (!target.model.empty())
            return target;
        const bool isSameProvider = isThere && target.provider == recorded.provider;
        const bool isOwn = target.provider == config.model.provider && !config.model.model.empty();
        target.model = !isSameProvider && isOwn ? config.model.model : recorded.model;
        if (target.model.empty())
            return fail(ErrorCode::Invalid,
                        "The trace does not tell which model was asked. Name one (`--model`).");
        return target;
    }

    /// In front of the edits of the user, which may say otherwise.
    std::vector<ForkEdit>
    editsOf(const SampleRequest& request, const ModelTarget& target, const ModelTarget& recorded)
    {
        std::vector<ForkEdit> edits;
        if (target.provider != recorded.provider)
            edits.push_back({"request.provider", tracestore::toJsonText(target.provider)});
        if (target.model != recorded.model)
            edits.push_back({"request.model", tracestore::toJsonText(target.model)});
        edits.insert(edits.end(), request.edits.begin(), request.edits.end());
        return edits;
    }

    std::string sentenceOf(const std::vector<tracestore::EditMade>& edits)
    {
        std::string text;
        for (const tracestore::EditMade& edit : edits)
            text += (text.empty() ? "" : "; ") + shortText(edit.path, kMostShownOfEdit) + ": "
                + shortText(edit.before, kMostShownOfEdit) + " → "
                + shortText(edit.after, kMostShownOfEdit);
        return text;
    }

    /// The provider alone, so that nothing else is opened and no other key is asked for.
    AgentConfig withProviderAlone(AgentConfig config, const std::string& name)
    {
        std::erase_if(config.providers,
                      [&](const ProviderConfig& provider) { return provider.name != name; });
        config.tools.clear();
        config.servers.clear();
        config.agents.clear();
        return config;
    }

    Result<void> choose(SamplePlan& plan, const SampleRequest& request)
    {
        auto config = configOf(request, plan.source);
        if (!config)
            return fail(std::move(config).error());
        const auto target = targetOf(request, plan.source, *config);
        if (!target)
            return fail(target.error());
        const ModelTarget recorded = plan.source.call.target;
        auto edits = editSample(plan.source, editsOf(request, *target, recorded));
        if (!edits)
            return fail(std::move(edits).error());
        plan.edits = std::move(*edits);
        plan.change = sentenceOf(plan.edits);
        const ModelTarget& asked = plan.source.call.target; // the edits may name another
        if (!hasProvider(*config, asked.provider))
            return fail(ErrorCode::NotFound,
                        "The configuration has no provider " + asked.provider + ". It has "
                            + providerNames(*config) + '.');
        plan.config = withProviderAlone(std::move(*config), asked.provider);
        plan.isScripted = plan.config.providers.front().kind == ProviderKind::Script;
        plan.source.call.request.model = asked.model;
        plan.source.call.request.isStreamed = plan.config.model.isStreamed;
        if (!recorded.model.empty() && recorded.model != asked.model)
            plan.notes.push_back("The model asked then was " + recorded.model + ", now it is "
                                 + asked.model + '.');
        return {};
    }

    /// Where the samples go.
    Result<void> place(SamplePlan& plan, const SampleRequest& request)
    {
        std::error_code error;
        const std::uintmax_t size
            = plan.source.isRecording ? fs::file_size(plan.source.file, error) : 0;
        plan.makesBranches
            = plan.source.isRecording && !error && size * request.count <= request.branchBytes;
        if (plan.makesBranches)
            return {};
        const fs::path home = localPath(request.folder.isEmpty() ? samplesDir() : request.folder);
        auto folder = sampleFolder(home, plan.source.file);
        if (!folder)
            return fail(std::move(folder).error());
        plan.folder = std::move(*folder);
        if (plan.source.isRecording)
            plan.notes.push_back(
                "The recording is large: samples are kept as small recordings, and the branch of "
                "one is made when somebody goes on from it (`kymo sample --branch`).");
        return {};
    }

} // namespace

Result<SamplePlan> planSamples(const SampleRequest& request,
                               const tracestore::PriceTable* prices,
                               tracestore::Timestamp now)
{
    auto source = readSource(request);
    if (!source)
        return fail(std::move(source).error());
    SamplePlan plan;
    plan.source = std::move(*source);
    if (auto chosen = choose(plan, request); !chosen)
        return fail(std::move(chosen).error());
    if (plan.source.call.request.messages.isEmpty())
        return fail(ErrorCode::Invalid,
                    "The trace does not hold what the model was sent, so that nothing can be sent "
                    "again. `request.messages` can be set.");
    if (auto placed = place(plan, request); !placed)
        return fail(std::move(placed).error());
    plan.notes.insert(plan.notes.begin(), plan.source.missing.begin(), plan.source.missing.end());
    const bool isSame = plan.source.isWhole
        && std::ranges::all_of(plan.edits,
                               [](const auto& edit) { return edit.path == "request.provider"; });
    if (plan.isScripted)
        plan.notes.emplace_back(
            "A script answers each sample the same: the shares tell nothing of a model.");
    plan.estimate
        = estimateSamples(plan.source, request.count, isSame, plan.isScripted, prices, now);
    if (!plan.isScripted || request.isEstimate)
        return plan;
    auto before = readCallsBefore(plan.source, plan.source.call.target.provider);
    if (!before)
        return fail(std::move(before).error());
    plan.before = std::move(*before);
    return plan;
}

} // namespace engine
