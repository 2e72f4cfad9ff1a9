#include "engine/findings/trace_findings.h"

#include "engine/findings/config_findings.h"
#include "engine/findings/recorded_configs.h"
#include "engine/tool/json_schema.h"
#include "tracestore/base/json_io.h"
#include "tracestore/findings/finding_rules.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <unordered_map>

namespace engine {

using tracestore::FindingReport;

namespace {

    /// The rules over the configurations of a recording's runs.
    void addConfigFindings(const tracestore::Trace& trace,
                           const std::vector<std::string>& rules,
                           FindingReport& report)
    {
        for (const RecordedConfig& recorded : recordedConfigs(trace)) {
            for (tracestore::Finding& finding : findConfigFindings(recorded.config, rules)) {
                for (const tracestore::SpanId run : recorded.runs)
                    finding.steps.push_back(
                        agentStepOf(trace, run, recorded.config, finding.field));
                report.findings.push_back(std::move(finding));
            }
        }
        std::ranges::stable_sort(
            report.findings, std::ranges::greater(), &tracestore::Finding::severity);
    }

} // namespace

std::function<std::string(std::string_view, std::string_view)> argumentCheck()
{
    using Schemas = std::unordered_map<std::string, JsonSchema>;
    return [schemas = std::make_shared<Schemas>()](std::string_view schema,
                                                   std::string_view arguments) -> std::string {
        const auto [known, isNew] = schemas->try_emplace(std::string(schema));
        if (isNew) {
            if (auto read = JsonSchema::parse(schema))
                known->second = std::move(*read);
        }
        const auto value = tracestore::parseJson(arguments);
        if (!value)
            return "the arguments are no JSON";
        const auto checked = known->second.check(*value);
        return checked || checked.error().code != tracestore::ErrorCode::Invalid
            ? std::string()
            : checked.error().message;
    };
}

tracestore::Result<FindingReport> findTraceFindings(const tracestore::Trace& trace,
                                                    const std::vector<std::string>& rules,
                                                    const tracestore::PriceTable* prices,
                                                    tracestore::Job& job)
{
    tracestore::FindingOptions options {
        .rules = {}, .checkArguments = argumentCheck(), .prices = prices};
    std::ranges::copy_if(rules, std::back_inserter(options.rules), [](const std::string& id) {
        return std::ranges::find(configRules(), id, &ConfigRule::id) == configRules().end();
    });
    const bool asksConfigsOnly = options.rules.empty() && !rules.empty();
    auto report
        = findFindings(trace,
                       asksConfigsOnly ? tracestore::RuleRegistry() : tracestore::builtinRules(),
                       options,
                       job);
    if (report && options.rules.size() < std::max<std::size_t>(rules.size(), 1))
        addConfigFindings(trace, rules, *report);
    return report;
}

} // namespace engine
