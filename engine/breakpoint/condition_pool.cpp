#include "engine/breakpoint/condition_pool.h"

#include "tracestore/base/json_io.h"
#include "tracestore/query/any_value.h"
#include "tracestore/query/query_parser.h"

#include <algorithm>

namespace engine {

using nlohmann::json;
using tracestore::FieldId;
using tracestore::FieldType;
using tracestore::QueryNode;
using tracestore::QueryTerm;
using tracestore::Truth;

namespace {

    /// What is compared otherwise than value by value.
    bool isAskedDirectly(const QueryTerm& term)
    {
        const FieldType type = tracestore::fieldOf(term.field).type;
        return type == FieldType::Messages || type == FieldType::AllText
            || (type == FieldType::Json && term.path.empty());
    }

} // namespace

ConditionPool::ConditionId ConditionPool::add(const tracestore::Query& query)
{
    m_conditions.push_back(taken(*query.root()));
    return static_cast<ConditionId>(m_conditions.size() - 1);
}

// Trees of queries are at most Query::kMaxDepth deep.
ConditionPool::Node ConditionPool::taken(const QueryNode& node)
{
    Node to {.kind = node.kind, .term = 0, .children = {}};
    if (node.kind == QueryNode::Kind::Term)
        to.term = termOf(node.term);
    if (node.kind == QueryNode::Kind::Scope)
        return to; // refused before: there are no other steps to ask
    for (const QueryNode& child : node.children)
        to.children.push_back(taken(child));
    return to;
}

std::uint32_t ConditionPool::termOf(const QueryTerm& term)
{
    const QueryNode node {.kind = QueryNode::Kind::Term, .term = term};
    const auto [at, isNew] = m_termByText.try_emplace(tracestore::queryText(node),
                                                      static_cast<std::uint32_t>(m_terms.size()));
    if (isNew)
        m_terms.push_back({.term = term, .slot = slotOf(term), .isDirect = isAskedDirectly(term)});
    return at->second;
}

std::uint32_t ConditionPool::slotOf(const QueryTerm& term)
{
    std::string name = std::string(tracestore::fieldOf(term.field).name) + term.pathText;
    const auto [at, isNew]
        = m_slotByName.try_emplace(name, static_cast<std::uint32_t>(m_slots.size()));
    if (isNew)
        m_slots.push_back({.field = term.field, .path = term.path, .name = std::move(name)});
    return at->second;
}

const std::vector<json>& ConditionPool::valuesOfSlot(std::uint32_t slot,
                                                     tracestore::QuerySubject& subject)
{
    Slot& of = m_slots[slot];
    if (of.moment == m_moment)
        return of.values;
    of.moment = m_moment;
    of.values.clear();
    subject.visitValues(tracestore::fieldOf(of.field), of.path, [&](const json& value) {
        of.values.push_back(value);
    });
    return of.values;
}

Truth ConditionPool::truthOf(Term& term, tracestore::QuerySubject& subject)
{
    if (term.moment == m_moment)
        return term.truth;
    term.moment = m_moment;
    // That a field has no value says nothing against its existence where it is not known at all.
    const bool isDirect = term.isDirect || term.term.op == tracestore::QueryOperator::Exists;
    term.truth = isDirect ? subject.evaluate(term.term)
                          : tracestore::evaluateValues(term.term, valuesOfSlot(term.slot, subject));
    return term.truth;
}

Truth ConditionPool::truthOf(const Node& node, tracestore::QuerySubject& subject)
{
    switch (node.kind) {
    case QueryNode::Kind::Term:
        return truthOf(m_terms[node.term], subject);
    case QueryNode::Kind::Scope:
        return Truth::Unknown;
    case QueryNode::Kind::Not:
        return tracestore::opposite(truthOf(node.children.front(), subject));
    case QueryNode::Kind::And:
    case QueryNode::Kind::Or:
        break;
    }
    const bool isAnd = node.kind == QueryNode::Kind::And;
    const Truth decided = isAnd ? Truth::False : Truth::True;
    Truth truth = tracestore::opposite(decided);
    for (const Node& child : node.children) {
        if (truth == decided)
            break;
        const Truth of = truthOf(child, subject);
        truth = isAnd ? tracestore::both(truth, of) : tracestore::either(truth, of);
    }
    return truth;
}

Truth ConditionPool::evaluate(ConditionId id, tracestore::QuerySubject& subject)
{
    return truthOf(m_conditions[id], subject);
}

void ConditionPool::collect(const Node& node, std::vector<std::uint32_t>& terms) const
{
    if (node.kind == QueryNode::Kind::Term && std::ranges::find(terms, node.term) == terms.end())
        terms.push_back(node.term);
    for (const Node& child : node.children)
        collect(child, terms);
}

std::string ConditionPool::problemOf(ConditionId id, tracestore::QuerySubject& subject)
{
    std::vector<std::uint32_t> terms;
    collect(m_conditions[id], terms);
    for (const std::uint32_t index : terms) {
        Term& term = m_terms[index];
        if (!tracestore::isOrder(term.term.op) || term.isDirect
            || truthOf(term, subject) != Truth::Unknown)
            continue;
        const std::vector<json>& values = valuesOfSlot(term.slot, subject);
        if (!values.empty())
            return '`' + m_slots[term.slot].name + "` is "
                + tracestore::toJsonText(values.front()).substr(0, 80)
                + ", which cannot be compared with " + term.term.values.front().source + '.';
    }
    return {};
}

std::vector<std::pair<std::string, std::string>>
ConditionPool::valuesOf(ConditionId id, tracestore::QuerySubject& subject)
{
    std::vector<std::uint32_t> terms;
    collect(m_conditions[id], terms);
    std::vector<std::pair<std::string, std::string>> values;
    for (const std::uint32_t index : terms) {
        const Slot& slot = m_slots[m_terms[index].slot];
        const std::vector<json>& found = valuesOfSlot(m_terms[index].slot, subject);
        const bool isTold = std::ranges::any_of(
            values, [&](const auto& value) { return value.first == slot.name; });
        if (!found.empty() && !isTold)
            values.emplace_back(
                slot.name, tracestore::toJsonText(found.size() == 1 ? found.front() : json(found)));
    }
    return values;
}

bool ConditionPool::asksFor(ConditionId id, FieldId field) const
{
    std::vector<std::uint32_t> terms;
    collect(m_conditions[id], terms);
    return std::ranges::any_of(
        terms, [&](std::uint32_t term) { return m_terms[term].term.field == field; });
}

std::vector<ConditionPool::Required> ConditionPool::requiredOf(ConditionId id) const
{
    const Node& root = m_conditions[id];
    std::vector<Required> required;
    const auto add = [&](const Node& node) {
        if (node.kind == QueryNode::Kind::Term && !m_terms[node.term].isDirect)
            required.push_back({&m_terms[node.term].term, m_terms[node.term].slot});
    };
    add(root);
    if (root.kind == QueryNode::Kind::And) {
        for (const Node& child : root.children)
            add(child);
    }
    return required;
}

} // namespace engine
