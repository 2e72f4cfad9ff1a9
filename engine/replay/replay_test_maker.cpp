#include "engine/replay/recorded_facts.h"
#include "engine/replay/replay_test.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace engine {

using tracestore::EffectEnded;
using tracestore::EffectWanted;

namespace {

    constexpr std::size_t kLongestAnswer = 200;
    constexpr std::size_t kMostOrdered = 20;
    constexpr std::size_t kMostWriters = 10;
    constexpr std::size_t kLongestValue = 60;
    constexpr double kSpareTokens = 1.1; ///< other words for the same need a few more

    /// As a regular expression that people can read.
    std::string readablePattern(const std::string& text)
    {
        constexpr std::string_view kSpecial = "\\^$.|?*+()[]{}";
        std::string pattern;
        for (const char c : text) {
            if (kSpecial.find(c) != std::string_view::npos)
                pattern += '\\';
            pattern += c;
        }
        return pattern;
    }

    /// The answer itself, of a long one its first sentence.
    std::string answerPattern(const std::string& answer)
    {
        if (answer.size() <= kLongestAnswer)
            return answer.empty() ? std::string() : '^' + readablePattern(answer) + '$';
        const std::size_t end = answer.find_first_of(".!?\n");
        const std::string first
            = tracestore::toValidUtf8(answer.substr(0, std::min(end, kLongestAnswer)));
        return '^' + readablePattern(first);
    }

    bool isPlainName(const std::string& name)
    {
        return !name.empty() && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || c == '_';
        });
    }

    /// `tool = "refund" and args.amount = 35.1`: what a query can say of the arguments of a call.
    std::string queryOf(const EffectWanted& call)
    {
        std::string query = "tool = " + tracestore::quoteJson(call.name);
        const auto arguments = tracestore::parseJson(call.arguments);
        if (!arguments || !arguments->is_object())
            return query;
        for (const auto& [name, value] : arguments->items()) {
            const bool isShort
                = value.is_string() && value.get_ref<const std::string&>().size() <= kLongestValue;
            if (isPlainName(name) && (isShort || value.is_number() || value.is_boolean()))
                query += " and args." + name + " = " + tracestore::toJsonText(value);
        }
        return query;
    }

    bool isOfKind(const EffectWanted& wanted, EffectKind kind)
    {
        return wanted.kind == kind;
    }

    void addCall(ReplayTest& test, const EffectWanted& wanted)
    {
        const auto known = std::ranges::find(test.tools, wanted.name, &ReplayTest::Tool::name);
        if (known == test.tools.end())
            test.tools.push_back({wanted.name, {1, 1}});
        else
            known->count = {known->count.least + 1, known->count.least + 1};
        if (test.order.size() < kMostOrdered
            && (test.order.empty() || test.order.back() != wanted.name))
            test.order.push_back(wanted.name);
        const bool isLasting = reachesOutside(wanted.effectClass);
        const std::string query = isLasting ? queryOf(wanted) : std::string();
        const auto same = std::ranges::find(test.steps, query, &ReplayTest::Steps::query);
        if (isLasting && same != test.steps.end())
            same->count = {same->count.least + 1, same->count.least + 1};
        else if (isLasting && test.steps.size() < kMostWriters)
            test.steps.push_back({query, {1, 1}});
    }

} // namespace

ReplayTest makeReplayTest(const std::vector<RunEventPtr>& events)
{
    ReplayTest test;
    std::set<std::string> calls;
    std::int64_t models = 0;
    std::int64_t tools = 0;
    std::int64_t tokens = 0;
    for (const RunEventPtr& event : events) {
        if (const auto* started = std::get_if<tracestore::RunStarted>(&event->fact)) {
            test.name = started->name;
        } else if (const auto* wanted = std::get_if<EffectWanted>(&event->fact)) {
            models += isOfKind(*wanted, EffectKind::Model) ? 1 : 0;
            tools += isOfKind(*wanted, EffectKind::Tool) ? 1 : 0;
            if (isOfKind(*wanted, EffectKind::Tool)
                && calls.insert(callOfEffect(event->effect)).second)
                addCall(test, *wanted);
        } else if (const auto* ended = std::get_if<EffectEnded>(&event->fact)) {
            if (ended->usage && !ended->output.empty())
                tokens += ended->usage->total().value_or(0);
        } else if (const auto* end = std::get_if<tracestore::AgentEnded>(&event->fact);
                   end != nullptr && rootOf(event->agent) == event->agent) {
            test.status = toWord(end->status);
            test.answer = answerPattern(end->answer);
        }
    }
    test.mostModelCalls = models;
    test.mostToolCalls = tools;
    if (tokens > 0)
        test.mostTokens
            = static_cast<std::int64_t>(std::ceil(static_cast<double>(tokens) * kSpareTokens));
    return test;
}

} // namespace engine
