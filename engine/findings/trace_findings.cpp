#include "engine/findings/trace_findings.h"

#include "engine/tool/json_schema.h"
#include "tracestore/base/json_io.h"
#include "tracestore/findings/finding_rules.h"

#include <nlohmann/json.hpp>

#include <unordered_map>

namespace engine {

using tracestore::FindingReport;

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
    const tracestore::FindingOptions options {
        .rules = rules, .checkArguments = argumentCheck(), .prices = prices};
    return findFindings(trace, tracestore::builtinRules(), options, job);
}

} // namespace engine
