#include "gui/replay/replay_plan.h"

#include "engine/runtime/replayed_run.h"

#include <QEventLoop>

#include <map>

namespace gui {

using engine::EffectKind;
using engine::ReplayedRun;
using engine::ReplayMode;
using tracestore::EffectWanted;

namespace {

    tracestore::Result<ReplayedRun> readRun(const ReplaySource& source)
    {
        return engine::readReplayedRun(
            source.recording,
            {.file = source.agentFile, .text = {}, .isAsRecorded = source.isAsRecorded});
    }

    /// By kind and name, those of the configuration that were not called, too.
    using SubjectsByName = std::map<std::pair<EffectKind, std::string>, ReplaySubject>;

    ReplaySubject& subjectOf(SubjectsByName& subjects, EffectKind kind, const std::string& name)
    {
        ReplaySubject& subject = subjects[{kind, name}];
        subject.kind = kind;
        subject.name = name;
        return subject;
    }

    void addConfigured(SubjectsByName& subjects, const engine::AgentConfig& config)
    {
        std::vector<const engine::AgentConfig*> open {&config};
        while (!open.empty()) {
            const engine::AgentConfig* agent = open.back();
            open.pop_back();
            if (!agent->model.model.empty())
                subjectOf(subjects, EffectKind::Model, agent->model.model);
            for (const engine::ToolConfig& tool : agent->tools)
                subjectOf(subjects, EffectKind::Tool, tool.name);
            for (const engine::AgentConfig& below : agent->agents)
                open.push_back(&below);
        }
    }

} // namespace

tracestore::Result<ReplayPlan> readReplayPlan(const ReplaySource& source)
{
    const auto run = readRun(source);
    if (!run)
        return tracestore::fail(run.error());
    SubjectsByName subjects;
    for (const auto& event : run->recorded.events()) {
        const auto* wanted = std::get_if<EffectWanted>(&event->fact);
        const bool isMeant = wanted != nullptr
            && (wanted->kind == EffectKind::Model || wanted->kind == EffectKind::Tool);
        if (!isMeant)
            continue;
        ReplaySubject& subject = subjectOf(subjects, wanted->kind, wanted->name);
        subject.effectClass = subject.isClassKnown
            ? std::max(subject.effectClass, wanted->effectClass)
            : wanted->effectClass;
        subject.isClassKnown = true;
        ++subject.calls;
    }
    addConfigured(subjects, run->config);
    ReplayPlan plan;
    plan.which = run->which;
    plan.config = run->config;
    for (auto& [key, subject] : subjects)
        plan.subjects.push_back(std::move(subject));
    return plan;
}

engine::ReplayCheckReport checkRecording(const ReplaySource& source)
{
    auto run = readRun(source);
    if (!run) {
        engine::ReplayCheckReport report;
        report.problem = run.error().message;
        return report;
    }
    QEventLoop loop;
    engine::ReplayCheck check(std::move(*run));
    QObject::connect(&check, &engine::ReplayCheck::finished, &loop, &QEventLoop::quit);
    check.start();
    loop.exec();
    return check.report();
}

engine::ReplayPolicy policyOf(const std::vector<ReplaySubject>& subjects,
                              const std::vector<engine::ReplayRule>& rules,
                              const std::vector<bool>& mayWrite)
{
    engine::ReplayPolicy policy;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        const ReplaySubject& subject = subjects[i];
        if (rules[i].mode == ReplayMode::Recorded)
            continue;
        const bool isModel = subject.kind == EffectKind::Model;
        (isModel ? policy.modelsByName : policy.toolsByName)[subject.name] = rules[i];
        if (!isModel && rules[i].mode == ReplayMode::Live && mayWrite[i])
            policy.liveWriters.insert(subject.name);
    }
    return policy;
}

} // namespace gui
