#include "engine/experiment/score_run.h"

#include "engine/branch/short_text.h"
#include "engine/replay/recorded_facts.h"
#include "engine/replay/recorded_run.h"
#include "engine/tool/json_schema.h"
#include "tracestore/base/job.h"
#include "tracestore/base/json_io.h"
#include "tracestore/query/query_engine.h"
#include "tracestore/recording/run_trace.h"

#include <QString>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <re2/re2.h>
#include <set>

namespace engine {

using nlohmann::json;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kShownOfAnswer = 120;

    std::string trimmed(const std::string& text)
    {
        constexpr const char* kBlanks = " \t\r\n";
        const std::size_t first = text.find_first_not_of(kBlanks);
        if (first == std::string::npos)
            return {};
        return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
    }

    std::string folded(std::string text)
    {
        return QString::fromStdString(text).toCaseFolded().toStdString();
    }

    std::string shownText(const std::string& text)
    {
        return '`' + shortText(text, kShownOfAnswer) + '`';
    }

    std::string numberText(double number)
    {
        std::array<char, 32> digits {};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
        return {digits.data(), end.ptr};
    }

    /// The value at a pointer; null where there is none.
    const json* valueAt(const json& value, const std::string& pointer)
    {
        const json* at = &value;
        for (std::size_t begin = 1; !pointer.empty() && begin <= pointer.size();) {
            const std::size_t end = std::min(pointer.find('/', begin), pointer.size());
            std::string name = pointer.substr(begin, end - begin);
            for (const auto& [escape, character] :
                 {std::pair<std::string_view, char> {"~1", '/'}, {"~0", '~'}}) {
                for (std::size_t place = name.find(escape); place != std::string::npos;
                     place = name.find(escape, place + 1))
                    name.replace(place, 2, 1, character);
            }
            begin = end + 1;
            if (at->is_object() && at->contains(name)) {
                at = &(*at)[name];
                continue;
            }
            std::size_t index = 0;
            const auto read = std::from_chars(name.data(), name.data() + name.size(), index);
            const bool isIndex = read.ec == std::errc() && read.ptr == name.data() + name.size();
            if (!at->is_array() || !isIndex || index >= at->size())
                return nullptr;
            at = &(*at)[index];
        }
        return at;
    }

    /// What is expected; null where the task does not say.
    const json* expectedOf(const ExpectedValue& expected, const ExperimentTask& task)
    {
        if (expected.fixed)
            return &*expected.fixed;
        const json* found = valueAt(task.expected, expected.pointer);
        return found != nullptr && found->is_null() ? nullptr : found;
    }

    RunScore notExpected(const std::string& pointer)
    {
        return unknownScore("The task does not say what is expected"
                            + (pointer.empty() ? std::string() : " at `" + pointer + '`') + '.');
    }

    std::string asText(const json& value)
    {
        return value.is_string() ? value.get<std::string>() : tracestore::toJsonText(value);
    }

    /// The answer as JSON, also where it stands in a fence as models write it.
    std::optional<json> answerJson(const std::string& answer)
    {
        std::string text = trimmed(answer);
        if (text.starts_with("```")) {
            const std::size_t line = text.find('\n');
            const std::size_t end = text.rfind("```");
            if (line != std::string::npos && end > line)
                text = text.substr(line + 1, end - line - 1);
        }
        auto value = tracestore::parseJson(text);
        return value ? std::optional<json>(std::move(*value)) : std::nullopt;
    }

    /// One run that is scored; a method for each kind.
    class RunScorer
    {
    public:
        RunScorer(const ExperimentTask& task, const RunResult& result, const RunEvidence* evidence)
            : m_task(task)
            , m_result(result)
            , m_evidence(evidence)
        { }

        RunScore operator()(const ExactScorer& scorer) const
        {
            const json* expected = expectedOf(scorer.expected, m_task);
            if (expected == nullptr)
                return notExpected(scorer.expected.pointer);
            std::string wanted = trimmed(asText(*expected));
            std::string got = trimmed(m_result.answer);
            if (scorer.ignoresCase) {
                wanted = folded(std::move(wanted));
                got = folded(std::move(got));
            }
            return wanted == got
                ? verdict(true)
                : answered(false, "Expected " + shownText(asText(*expected)) + '.');
        }

        RunScore operator()(const PatternScorer& scorer) const
        {
            const json* pattern = expectedOf(scorer.pattern, m_task);
            if (pattern == nullptr)
                return notExpected(scorer.pattern.pointer);
            const RE2 compiled(asText(*pattern), RE2::Quiet);
            if (!compiled.ok())
                return unknownScore(
                    "What the task expects is no regular expression: " + compiled.error() + '.');
            const bool isFound = RE2::PartialMatch(m_result.answer, compiled);
            if (scorer.isAbsent && m_result.status != OutcomeStatus::Ok)
                return answered(false, {}); // it has not kept itself from saying it
            return answered(isFound != scorer.isAbsent,
                            shownText(asText(*pattern))
                                + (isFound ? " is in the answer." : " is not in the answer."));
        }

        RunScore operator()(const SchemaScorer& scorer) const
        {
            const auto value = answerJson(m_result.answer);
            if (!value)
                return answered(false, "The answer is no JSON.");
            const auto schema = JsonSchema::parse(tracestore::toJsonText(scorer.schema));
            if (!schema)
                return unknownScore(schema.error().message);
            const auto fits = schema->check(*value, "answer");
            if (!fits && fits.error().code == tracestore::ErrorCode::Limit)
                return unknownScore(fits.error().message);
            return answered(fits.has_value(), fits ? std::string() : fits.error().message);
        }

        RunScore operator()(const FieldScorer& scorer) const
        {
            const json* expected
                = scorer.hasExpected ? expectedOf(scorer.expected, m_task) : nullptr;
            if (scorer.hasExpected && expected == nullptr)
                return notExpected(scorer.expected.pointer);
            const auto value = answerJson(m_result.answer);
            if (!value)
                return answered(false, "The answer is no JSON.");
            const json* found = valueAt(*value, scorer.pointer);
            if (found == nullptr)
                return answered(false, "The answer has nothing at `" + scorer.pointer + "`.");
            if (expected == nullptr || *found == *expected)
                return answered(true, {});
            return answered(false,
                            "At `" + scorer.pointer + "` is "
                                + shownText(tracestore::toJsonText(*found)) + ", expected "
                                + shownText(tracestore::toJsonText(*expected)) + '.');
        }

        RunScore operator()(const NumberScorer& scorer) const
        {
            const json* expected = expectedOf(scorer.expected, m_task);
            if (expected == nullptr)
                return notExpected(scorer.expected.pointer);
            const auto wanted = numberIn(asText(*expected));
            if (!wanted)
                return unknownScore("What is expected is no number.");
            const auto got = answeredNumber(scorer);
            if (!got)
                return answered(false, "There is no such number in the answer.");
            const double within
                = scorer.isPercent ? std::abs(*wanted) * scorer.within / 100 : scorer.within;
            return answered(std::abs(*got - *wanted) <= within,
                            numberText(*got) + ", expected " + numberText(*wanted)
                                + (within > 0 ? " within " + numberText(within) : "") + '.');
        }

        RunScore operator()(const ToolsScorer& scorer) const
        {
            if (m_evidence == nullptr)
                return unknownScore("The recording cannot be read.");
            const std::set<std::string> called(m_evidence->tools.begin(), m_evidence->tools.end());
            std::set<std::string> wanted(scorer.called.begin(), scorer.called.end());
            if (scorer.pointer) {
                const json* list = valueAt(m_task.expected, *scorer.pointer);
                if (list == nullptr || !list->is_array())
                    return unknownScore("The task does not list the tools it expects.");
                for (const json& tool : *list)
                    wanted.insert(asText(tool));
            }
            std::string wrong;
            for (const std::string& tool : wanted)
                wrong += called.contains(tool) ? "" : tool + " was not called. ";
            for (const std::string& tool : called) {
                const bool isBad
                    = std::ranges::find(scorer.notCalled, tool) != scorer.notCalled.end()
                    || (scorer.pointer && !wanted.contains(tool));
                wrong += isBad ? tool + " was called. " : "";
            }
            return verdict(wrong.empty(), trimmed(wrong));
        }

        RunScore operator()(const BudgetScorer& scorer) const
        {
            std::string over;
            std::string unknown;
            const auto look
                = [&](const char* what, std::optional<double> most, std::optional<double> took) {
                      if (most && !took)
                          unknown
                              += std::string("It is not known how much it took of ") + what + ". ";
                      else if (most && *took > *most)
                          over += std::string(what) + ": " + numberText(*took) + ", at most "
                              + numberText(*most) + ". ";
                  };
            const auto in = metricOf(metric::kTokensIn);
            const auto out = metricOf(metric::kTokensOut);
            look("cost", scorer.cost, m_result.isScripted ? 0.0 : metricOf(metric::kCost));
            look("tokens",
                 scorer.tokens,
                 in || out ? std::optional(in.value_or(0) + out.value_or(0)) : std::nullopt);
            look("seconds", scorer.seconds, metricOf(metric::kLatency));
            look("steps", scorer.steps, metricOf(metric::kSteps));
            if (over.empty() && !unknown.empty())
                return unknownScore(trimmed(unknown));
            return verdict(over.empty(), trimmed(over));
        }

        RunScore operator()(const TraceScorer& scorer) const
        {
            if (m_evidence == nullptr)
                return unknownScore("The recording cannot be read.");
            const auto parsed = tracestore::Query::parse(scorer.query);
            if (!parsed.query)
                return unknownScore(parsed.error->message);
            tracestore::Job job;
            const auto found = tracestore::spansOf(*parsed.query, *m_evidence->trace, job);
            if (!found)
                return unknownScore(found.error().message);
            const auto count = static_cast<std::int64_t>(found->size());
            if (!scorer.count)
                return {.value = static_cast<double>(count), .passed = {}, .note = {}, .cost = {}};
            return verdict(scorer.count->fits(count),
                           "It finds " + std::to_string(count) + (count == 1 ? " step" : " steps")
                               + ", expected " + scorer.count->toText() + '.');
        }

        RunScore operator()(const JudgeScorer&) const
        {
            return unknownScore("No judge was asked.");
        }

        RunScore operator()(const CommandScorer&) const
        {
            return unknownScore("The command was not run.");
        }

    private:
        /// Of a run that has failed it says so first.
        RunScore answered(bool passed, std::string note) const
        {
            if (!passed && m_result.status != OutcomeStatus::Ok)
                note = "The run ended with " + std::string(toWord(m_result.status))
                    + (m_result.reason.empty() ? "." : ": " + m_result.reason);
            return verdict(passed, passed ? std::string() : std::move(note));
        }

        std::optional<double> metricOf(const char* name) const
        {
            const auto found = m_result.metrics.find(name);
            return found == m_result.metrics.end() ? std::nullopt
                                                   : std::optional<double>(found->second);
        }

        static std::optional<double> numberIn(const std::string& text)
        {
            std::string digits;
            for (const char c : text) { // 1,234.50 is a number; so is 1'234.50
                if (c != ',' && c != '\'' && c != ' ')
                    digits += c;
            }
            double number = 0;
            const char* const end = digits.data() + digits.size();
            const char* begin = digits.data();
            begin += begin != end && *begin == '+' ? 1 : 0;
            const auto read = std::from_chars(begin, end, number);
            const bool isWhole = read.ec == std::errc() && read.ptr == end && std::isfinite(number);
            return isWhole ? std::optional(number) : std::nullopt;
        }

        std::optional<double> answeredNumber(const NumberScorer& scorer) const
        {
            if (!scorer.pointer.empty()) {
                const auto value = answerJson(m_result.answer);
                const json* found = value ? valueAt(*value, scorer.pointer) : nullptr;
                return found == nullptr ? std::nullopt : numberIn(asText(*found));
            }
            std::string text;
            if (!scorer.pattern.empty()) {
                if (!RE2::PartialMatch(m_result.answer, scorer.pattern, &text))
                    return {};
                return numberIn(text);
            }
            static const RE2 number(R"(([-+]?\d[\d,']*(?:\.\d+)?(?:[eE][-+]?\d+)?))");
            re2::StringPiece rest(m_result.answer);
            std::string last;
            while (RE2::FindAndConsume(&rest, number, &text))
                last = text;
            while (last.ends_with(',') || last.ends_with('\'')) // of the sentence
                last.pop_back();
            return last.empty() ? std::nullopt : numberIn(last);
        }

        const ExperimentTask& m_task;
        const RunResult& m_result;
        const RunEvidence* m_evidence;
    };

} // namespace

Result<RunEvidence> readEvidence(const std::filesystem::path& recording)
{
    const auto run = RecordedRun::readWhole(recording);
    if (!run)
        return fail(run.error());
    RunEvidence evidence;
    tracestore::RunTrace trace(recording.filename().string());
    std::set<std::string> calls;
    for (const RunEventPtr& event : run->events()) {
        trace.add(event);
        const auto* wanted = std::get_if<tracestore::EffectWanted>(&event->fact);
        if (wanted != nullptr && wanted->kind == EffectKind::Tool
            && calls.insert(callOfEffect(event->effect)).second)
            evidence.tools.push_back(wanted->name);
    }
    evidence.trace = trace.snapshot();
    return evidence;
}

bool needsEvidence(const Scorer& scorer)
{
    return std::holds_alternative<ToolsScorer>(scorer.rule)
        || std::holds_alternative<TraceScorer>(scorer.rule);
}

bool isScoredHere(const Scorer& scorer)
{
    return !std::holds_alternative<JudgeScorer>(scorer.rule)
        && !std::holds_alternative<CommandScorer>(scorer.rule);
}

RunScore scoreRun(const Scorer& scorer,
                  const ExperimentTask& task,
                  const RunResult& result,
                  const RunEvidence* evidence)
{
    return std::visit(RunScorer(task, result, evidence), scorer.rule);
}

RunScore unknownScore(std::string why)
{
    return {.value = {}, .passed = {}, .note = std::move(why), .cost = {}};
}

RunScore verdict(bool passed, std::string note)
{
    return {.value = passed ? 1.0 : 0.0, .passed = passed, .note = std::move(note), .cost = {}};
}

std::vector<const Scorer*> missingScores(const Experiment& experiment, const RunResult& result)
{
    std::vector<const Scorer*> missing;
    for (const Scorer& scorer : experiment.scorers) {
        if (appliesTo(scorer, result.key.variant) && !result.scores.contains(scorer.name))
            missing.push_back(&scorer);
    }
    return missing;
}

} // namespace engine
