#include "engine/experiment/command_score.h"

#include "engine/branch/short_text.h"
#include "engine/experiment/score_run.h"
#include "tracestore/base/json_io.h"

#include <cmath>

namespace engine {

using nlohmann::json;

namespace {

    constexpr std::size_t kShownComplaint = 400;

    bool isBlank(const std::string& text)
    {
        return text.find_first_not_of(" \t\r\n") == std::string::npos;
    }

    /// Of what was printed; nothing where that is no score.
    std::optional<RunScore> printedScore(const std::string& printed)
    {
        const auto value = tracestore::parseJson(printed);
        if (!value)
            return {};
        const auto isNumber = [](const json& each) {
            return each.is_number() && std::isfinite(each.get<double>());
        };
        RunScore score;
        if (isNumber(*value)) {
            score.value = value->get<double>();
            return score;
        }
        if (!value->is_object())
            return {};
        const json number = value->value("value", json());
        const json passed = value->value("passed", json());
        const json note = value->value("note", json(""));
        const bool isKnown = (number.is_null() || isNumber(number))
            && (passed.is_null() || passed.is_boolean()) && note.is_string()
            && !(number.is_null() && passed.is_null() && note.get<std::string>().empty());
        if (!isKnown)
            return {};
        if (passed.is_boolean())
            score.passed = passed.get<bool>();
        if (isNumber(number))
            score.value = number.get<double>();
        else if (score.passed)
            score.value = *score.passed ? 1.0 : 0.0;
        score.note = note.get<std::string>();
        return score;
    }

} // namespace

std::string commandInput(const ExperimentTask& task,
                         const RunResult& result,
                         const std::filesystem::path& folder)
{
    return tracestore::toJsonText(
        {{"task",
          {{"id", task.id},
           {"input", task.input},
           {"expected", task.expected},
           {"tags", task.tags}}},
         {"variant", result.key.variant},
         {"repeat", result.key.repeat},
         {"status", toWord(result.status)},
         {"reason", result.reason},
         {"answer", result.answer},
         {"metrics", result.metrics},
         {"recording", std::filesystem::absolute(folder / result.recording).string()}});
}

RunScore commandScore(int exitCode, const std::string& printed, const std::string& complained)
{
    const std::string complaint
        = isBlank(complained) ? "" : " It said: " + shortText(complained, kShownComplaint);
    if (exitCode != 0 && exitCode != 1)
        return unknownScore("The command ended with exit code " + std::to_string(exitCode) + '.'
                            + complaint);
    if (isBlank(printed))
        return verdict(exitCode == 0);
    if (auto score = printedScore(printed))
        return *score;
    return unknownScore("The command printed neither a number nor {\"value\": ..., \"passed\": "
                        "..., \"note\": ...}: "
                        + shortText(printed, kShownComplaint) + complaint);
}

} // namespace engine
