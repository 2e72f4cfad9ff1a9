#include "engine/experiment/experiment.h"

#include <algorithm>

namespace engine {
namespace {

    template<class List, class Member>
    auto findNamed(const List& list, Member member, const std::string& name)
    {
        const auto found = std::ranges::find(list, name, member);
        return found == list.end() ? nullptr : &*found;
    }

    bool asksNobody(const AgentConfig& config)
    {
        return std::ranges::all_of(config.providers, [](const ProviderConfig& provider) {
            return provider.kind == ProviderKind::Script;
        });
    }

} // namespace

const Variant* Experiment::variant(const std::string& wanted) const
{
    return findNamed(variants, &Variant::name, wanted);
}

const ExperimentTask* Experiment::task(const std::string& id) const
{
    return findNamed(tasks, &ExperimentTask::id, id);
}

const Scorer* Experiment::scorer(const std::string& wanted) const
{
    return findNamed(scorers, &Scorer::name, wanted);
}

bool Experiment::isScripted() const
{
    return std::ranges::all_of(variants,
                               [](const Variant& each) { return asksNobody(each.config); })
        && std::ranges::all_of(scorers, [](const Scorer& each) {
               const auto* judge = std::get_if<JudgeScorer>(&each.rule);
               return judge == nullptr || asksNobody(judge->agent);
           });
}

std::vector<ScorerBrief> briefsOf(const std::vector<Scorer>& scorers)
{
    std::vector<ScorerBrief> briefs;
    for (const Scorer& scorer : scorers)
        briefs.push_back({scorer.name, scorer.aim});
    return briefs;
}

bool appliesTo(const Scorer& scorer, const std::string& variant)
{
    const auto* judge = std::get_if<JudgeScorer>(&scorer.rule);
    return judge == nullptr || judge->against.empty() || judge->against != variant;
}

} // namespace engine
