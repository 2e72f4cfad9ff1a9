#include "engine/branch/outcome_clusters.h"

#include "engine/branch/short_text.h"
#include "engine/effect/request_fingerprint.h"
#include "tracestore/analysis/word_bag.h"

#include <algorithm>

namespace engine {

using tracestore::Message;
using tracestore::WordBag;

namespace {

    constexpr std::size_t kMostOfLabel = 80;

    /// What an outcome is, as far as an agent goes on from it.
    struct Answer
    {
        std::string tools; ///< calls with canonical arguments, one a line; empty: none
        std::string text;
        std::string error;
        WordBag words;
    };

    Answer answerOf(const Outcome& outcome)
    {
        Answer answer;
        if (!outcome.isOk()) {
            answer.error = outcome.error ? outcome.error->type + ": " + outcome.error->message
                                         : std::string(toWord(outcome.status));
            return answer;
        }
        if (!outcome.response) {
            answer.text = outcome.text;
        } else {
            for (const auto& part : outcome.response->message.parts) {
                if (const auto* call = std::get_if<tracestore::ToolCallPart>(&part))
                    answer.tools += (answer.tools.empty() ? "" : "\n") + call->name + ' '
                        + canonicalJson(call->arguments);
                else if (const auto* text = std::get_if<tracestore::TextPart>(&part))
                    answer.text += text->text;
            }
        }
        if (answer.tools.empty())
            answer.words = tracestore::wordBag(answer.text);
        return answer;
    }

    bool isAlike(const Answer& one, const Answer& other, double similarity)
    {
        if (one.error != other.error || one.tools != other.tools)
            return false;
        return !one.error.empty() || !one.tools.empty() || one.text == other.text
            || tracestore::wordingSimilarity(one.words, other.words) >= similarity;
    }

    OutcomeCluster clusterOf(const Answer& first)
    {
        OutcomeCluster cluster;
        cluster.isError = !first.error.empty();
        cluster.isTool = !first.tools.empty();
        const std::string& label = cluster.isError ? first.error
            : cluster.isTool                       ? first.tools
                                                   : first.text;
        cluster.label = shortText(label, kMostOfLabel);
        return cluster;
    }

} // namespace

std::vector<OutcomeCluster> clusterOutcomes(const std::vector<Outcome>& outcomes, double similarity)
{
    std::vector<OutcomeCluster> clusters;
    std::vector<Answer> firsts; // beside `clusters`
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        Answer answer = answerOf(outcomes[i]);
        const auto found = std::ranges::find_if(
            firsts, [&](const Answer& first) { return isAlike(answer, first, similarity); });
        const auto place = static_cast<std::size_t>(found - firsts.begin());
        if (found == firsts.end()) {
            clusters.push_back(clusterOf(answer));
            firsts.push_back(std::move(answer));
        }
        clusters[place].members.push_back(i);
    }
    for (OutcomeCluster& cluster : clusters)
        cluster.share = wilsonShare(cluster.members.size(), outcomes.size());
    std::ranges::stable_sort(clusters, [](const OutcomeCluster& a, const OutcomeCluster& b) {
        return a.members.size() > b.members.size();
    });
    return clusters;
}

} // namespace engine
