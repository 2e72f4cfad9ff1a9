#pragma once

#include "engine/config/field_reader.h"
#include "engine/experiment/scorer.h"

#include <functional>

namespace engine {

/// Reads the scorers of an experiment file.
class ScorerReader : private FieldReader
{
public:
    /// Reads the agent's file of a judge; complaints go to `field`.
    using LoadJudge = std::function<void(
        JudgeScorer& judge, const std::string& name, const std::string& field)>;

    ScorerReader(std::vector<ConfigProblem>& problems, LoadJudge loadJudge);

    /// All that make sense; complaints of the others.
    std::vector<Scorer> read(const nlohmann::json& list);

private:
    using json = nlohmann::json;

    std::optional<ScorerRule> rule(const json& value, const std::string& field);
    Scorer scorer(const json& value, const std::string& field, ScorerRule rule);
    ScorerAim aim(const json& value, const std::string& field, const ScorerRule& rule);

    ExactScorer exact(const json& value, const std::string& field);
    PatternScorer pattern(const json& value, const std::string& field);
    SchemaScorer schema(const json& value, const std::string& field);
    FieldScorer fieldRule(const json& value, const std::string& field);
    NumberScorer number(const json& value, const std::string& field);
    ToolsScorer tools(const json& value, const std::string& field);
    BudgetScorer budget(const json& value, const std::string& field);
    TraceScorer trace(const json& value, const std::string& field);
    JudgeScorer judge(const json& value, const std::string& field);
    CommandScorer command(const json& value, const std::string& field);

    void knows(const json& value, const std::string& field, std::vector<std::string_view> names);
    ExpectedValue expected(const json& value, const std::string& field);
    std::string pointer(const json& value, const std::string& field, const char* name);
    std::string regularExpression(const json& value, const std::string& field);
    std::optional<double> amount(const json& value, const std::string& field, const char* name);
    bool flag(const json& value, const std::string& field, const char* name);
    std::vector<std::string> texts(const json& value, const std::string& field, const char* name);

    LoadJudge m_loadJudge;
};

} // namespace engine
