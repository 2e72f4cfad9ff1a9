#include "engine/branch/branch_origin.h"

#include "tracestore/base/hash.h"
#include "tracestore/base/json_io.h"
#include "tracestore/recording/run_event_json.h"

#include <nlohmann/json.hpp>

namespace engine {

using nlohmann::json;
using tracestore::DecisionMade;

namespace {

    std::string textOf(const json& details, const char* name)
    {
        const auto found = details.find(name);
        return found != details.end() && found->is_string() ? found->get<std::string>()
                                                            : std::string();
    }

    std::string sentence(const BranchOrigin& origin)
    {
        std::string text = origin.upTo == 0
            ? "Done again from the start of " + origin.parent
            : "Forked from " + origin.parent + " behind event " + std::to_string(origin.upTo);
        if (!origin.change.empty())
            text += ": " + origin.change;
        return text + '.';
    }

} // namespace

DecisionMade toFact(const BranchOrigin& origin)
{
    json details = {{"parent", origin.parent}, {"root", origin.root}, {"up_to", origin.upTo}};
    for (const auto& [name, text] : {std::pair("step", &origin.step),
                                     std::pair("change", &origin.change),
                                     std::pair("note", &origin.note),
                                     std::pair("expected", &origin.expected)}) {
        if (!text->empty())
            details[name] = *text;
    }
    if (origin.made.ns != 0)
        details["made_ns"] = origin.made.ns;
    return {std::string(tracestore::kDebuggerPolicy),
            kBranchAction,
            sentence(origin),
            tracestore::toJsonText(details)};
}

std::optional<BranchOrigin> branchOriginOf(const tracestore::RunFact& fact)
{
    const auto* decision = std::get_if<DecisionMade>(&fact);
    if (decision == nullptr || decision->policy != tracestore::kDebuggerPolicy
        || decision->action != kBranchAction)
        return {};
    return branchOriginOf(decision->details);
}

std::optional<BranchOrigin> branchOriginOf(const std::string& text)
{
    const auto details = tracestore::parseJson(text);
    if (!details || !details->is_object() || textOf(*details, "root").empty())
        return {};
    const auto numberOf = [&](const char* name) {
        const auto found = details->find(name);
        return found != details->end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                                     : 0;
    };
    return BranchOrigin {.parent = textOf(*details, "parent"),
                         .root = textOf(*details, "root"),
                         .upTo = numberOf("up_to"),
                         .step = textOf(*details, "step"),
                         .change = textOf(*details, "change"),
                         .note = textOf(*details, "note"),
                         .expected = textOf(*details, "expected"),
                         .made = {numberOf("made_ns")}};
}

std::string recordingKey(const tracestore::RunEvent& first)
{
    return tracestore::contentHash(std::to_string(first.time.ns) + '\n'
                                   + tracestore::toJson(first.fact))
        .toHex();
}

} // namespace engine
