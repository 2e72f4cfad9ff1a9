#include "engine/breakpoint/breakpoint_index.h"

#include "tracestore/query/text_fold.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::FieldId;
using tracestore::FieldType;
using tracestore::QueryOperator;
using tracestore::QueryTerm;

namespace {

    /// Names fit in any case. Most are ASCII, which is quicker by far.
    std::string keyOf(std::string_view name)
    {
        std::string key(name);
        for (char& letter : key) {
            if (static_cast<unsigned char>(letter) >= 0x80)
                return tracestore::foldedText(name);
            if (letter >= 'A' && letter <= 'Z')
                letter = static_cast<char>(letter + 32);
        }
        return key;
    }

    std::vector<std::string> literal(const std::string& pattern)
    {
        if (pattern.empty() || pattern.find('*') != std::string::npos)
            return {};
        return {keyOf(pattern)};
    }

    /// The texts of which a field has to be one; none where no term says so.
    std::vector<std::string> requiredTexts(const std::vector<ConditionPool::Required>& required,
                                           FieldId field)
    {
        for (const ConditionPool::Required& each : required) {
            if (each.term->field != field || each.term->op != QueryOperator::Equal)
                continue;
            std::vector<std::string> keys;
            for (const tracestore::QueryValue& value : each.term->values)
                keys.push_back(keyOf(value.text));
            std::ranges::sort(keys);
            keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
            return keys;
        }
        return {};
    }

    /// Whether the term holds only of numbers beyond its own, if of numbers at all.
    bool isThreshold(const QueryTerm& term)
    {
        const FieldType type = tracestore::fieldOf(term.field).type;
        const bool isNumber = type == FieldType::Number || type == FieldType::Size
            || type == FieldType::Money || type == FieldType::Json;
        return isNumber && tracestore::isOrder(term.op) && term.values.size() == 1
            && term.values.front().number && term.values.front().currency.empty();
    }

    template<class Entries>
    void append(const Entries& entries, std::vector<std::uint32_t>& to)
    {
        for (const auto& [number, entry] : entries)
            to.push_back(entry);
    }

} // namespace

void BreakpointIndex::clear()
{
    m_kinds = {};
}

void BreakpointIndex::add(std::uint32_t entry,
                          const Breakpoint& breakpoint,
                          const ConditionPool* pool,
                          std::optional<ConditionPool::ConditionId> condition)
{
    Kind& kind = m_kinds[static_cast<std::size_t>(breakpoint.kind)];
    kind.isUsed = true;
    const auto required = condition && pool != nullptr ? pool->requiredOf(*condition)
                                                       : std::vector<ConditionPool::Required>();
    const StepScope& scope = breakpoint.scope;
    const auto putNamed = [&](Named& named, const std::vector<std::string>& keys) {
        for (const std::string& key : keys)
            put(entry, named[key], required);
        return !keys.empty();
    };
    const bool isPut = putNamed(kind.byTool, literal(scope.tool))
        || putNamed(kind.byTool, requiredTexts(required, FieldId::Tool))
        || putNamed(kind.byModel, literal(scope.model))
        || putNamed(kind.byAgent, literal(scope.agent))
        || putNamed(kind.byAgent, requiredTexts(required, FieldId::Agent))
        || putNamed(kind.bySession, literal(scope.session));
    if (!isPut)
        put(entry, kind.open, required);
}

void BreakpointIndex::put(std::uint32_t entry,
                          Bucket& bucket,
                          const std::vector<ConditionPool::Required>& required)
{
    for (const ConditionPool::Required& each : required) {
        if (!isThreshold(*each.term))
            continue;
        const bool isAbove = each.term->op == QueryOperator::Greater
            || each.term->op == QueryOperator::GreaterOrEqual;
        Thresholds& at = bucket.bySlot[each.slot];
        (isAbove ? at.above : at.below).emplace(*each.term->values.front().number, entry);
        return;
    }
    bucket.open.push_back(entry);
}

void BreakpointIndex::collect(const Bucket& bucket,
                              ConditionPool& pool,
                              tracestore::QuerySubject& subject,
                              std::vector<std::uint32_t>& to)
{
    to.insert(to.end(), bucket.open.begin(), bucket.open.end());
    for (const auto& [slot, thresholds] : bucket.bySlot) {
        const std::vector<json>& values = pool.valuesOfSlot(slot, subject);
        if (values.empty())
            continue; // what is not there is beyond nothing
        if (values.size() > 1 || !values.front().is_number()) {
            append(thresholds.above, to);
            append(thresholds.below, to);
            continue;
        }
        // With those that are equal: > or >= is asked of them.
        const auto number = values.front().get<double>();
        for (auto at = thresholds.above.begin(), end = thresholds.above.upper_bound(number);
             at != end;
             ++at)
            to.push_back(at->second);
        for (auto at = thresholds.below.lower_bound(number); at != thresholds.below.end(); ++at)
            to.push_back(at->second);
    }
}

void BreakpointIndex::collect(StopKind kind,
                              const StepNames& names,
                              ConditionPool& pool,
                              tracestore::QuerySubject& subject,
                              std::vector<std::uint32_t>& to) const
{
    const Kind& of = m_kinds[static_cast<std::size_t>(kind)];
    if (!of.isUsed)
        return;
    const auto lookUp = [&](const Named& named, std::string_view name) {
        if (named.empty() || name.empty())
            return;
        if (const auto found = named.find(keyOf(name)); found != named.end())
            collect(found->second, pool, subject, to);
    };
    collect(of.open, pool, subject, to);
    lookUp(of.byTool, names.tool);
    lookUp(of.byModel, names.model);
    lookUp(of.bySession, names.session);
    lookUp(of.byAgent, names.agent);
    const std::string_view last = names.agentPath.substr(names.agentPath.rfind('/') + 1);
    if (last != names.agent)
        lookUp(of.byAgent, last);
    if (names.agentPath != last && names.agentPath != names.agent)
        lookUp(of.byAgent, names.agentPath);
}

} // namespace engine
