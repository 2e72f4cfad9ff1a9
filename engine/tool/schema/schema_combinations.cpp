// `allOf`, `anyOf`, `oneOf`, `not`, `if`.
#include "engine/tool/schema/schema_checker.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace engine {

using nlohmann::json;

void SchemaChecker::checkCombinations(const json& schema, const json& value, SchemaComplaints& to)
{
    if (const json* all = list(schema, "allOf")) {
        for (const json& one : *all)
            check(one, value, to);
    }
    if (const json* any = list(schema, "anyOf"))
        checkAlternatives(*any, value, false, to);
    if (const json* one = list(schema, "oneOf"))
        checkAlternatives(*one, value, true, to);
    if (const json* forbidden = keyword(schema, "not"); forbidden && fits(*forbidden, value))
        complain(to, shownValue(value) + " is not allowed here");
    if (const json* condition = keyword(schema, "if")) {
        const json* then = keyword(schema, fits(*condition, value) ? "then" : "else");
        if (then != nullptr)
            check(*then, value, to);
    }
}

void SchemaChecker::checkAlternatives(const json& schemas,
                                      const json& value,
                                      bool isOne,
                                      SchemaComplaints& to)
{
    std::size_t fitting = 0;
    std::string expected;
    SchemaComplaints deepest;
    for (const json& schema : schemas) {
        SchemaComplaints complaints;
        check(schema, value, complaints);
        if (complaints.empty()) {
            ++fitting;
            if (!isOne)
                return;
            continue;
        }
        expected += (expected.empty() ? "" : " or ") + expectationOf(schema);
        // The alternative that got furthest is the one that was meant.
        if (deepest.empty() || complaints.front().depth > deepest.front().depth)
            deepest = std::move(complaints);
    }
    if (fitting == 1 || schemas.empty() || isExhausted())
        return;
    if (fitting > 1)
        return complain(to,
                        shownValue(value) + " fits " + std::to_string(fitting)
                            + " of the alternatives, and may fit only one");
    const bool isInside = deepest.front().depth > m_path.size() || value.is_object();
    if (isInside)
        to.insert(to.end(), deepest.begin(), deepest.end());
    else
        complain(to, "expected " + expected + ", got " + shownValue(value));
}

} // namespace engine
