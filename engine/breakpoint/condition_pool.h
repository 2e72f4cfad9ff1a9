#pragma once

#include "tracestore/query/query_subject.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace engine {

/// The conditions of many breakpoints, ready to be asked at one moment after another. Fields are
/// read once for a moment, and terms that several conditions share are compared once.
class ConditionPool
{
public:
    using ConditionId = std::uint32_t;

    /// A query that is not empty. What it was made of is kept by the pool.
    ConditionId add(const tracestore::Query& query);

    /// Another moment: what was read before counts no more.
    void beginMoment() { ++m_moment; }

    [[nodiscard]] tracestore::Truth evaluate(ConditionId id, tracestore::QuerySubject& subject);

    /// Why it is not known whether the condition holds although its fields have values: they cannot
    /// be compared. Empty: they have none, which is no mistake.
    [[nodiscard]] std::string problemOf(ConditionId id, tracestore::QuerySubject& subject);

    /// Fields and values that the condition looked at.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>>
    valuesOf(ConditionId id, tracestore::QuerySubject& subject);

    [[nodiscard]] bool asksFor(ConditionId id, tracestore::FieldId field) const;

    /// A term without which the condition does not hold, for those who sort conditions by them.
    struct Required
    {
        const tracestore::QueryTerm* term = nullptr;
        std::uint32_t slot = 0;
    };

    [[nodiscard]] std::vector<Required> requiredOf(ConditionId id) const;

    /// The values of a slot at this moment.
    const std::vector<nlohmann::json>& valuesOfSlot(std::uint32_t slot,
                                                    tracestore::QuerySubject& subject);

private:
    struct Node
    {
        tracestore::QueryNode::Kind kind = tracestore::QueryNode::Kind::Term;
        std::uint32_t term = 0;
        std::vector<Node> children;
    };

    struct Term
    {
        tracestore::QueryTerm term;
        std::uint32_t slot = 0;
        bool isDirect = false; ///< asked of the subject itself: texts and messages
        std::uint64_t moment = 0;
        tracestore::Truth truth = tracestore::Truth::Unknown;
    };

    /// A field and a path that several terms ask for.
    struct Slot
    {
        tracestore::FieldId field = tracestore::FieldId::Text;
        std::vector<tracestore::PathStep> path;
        std::string name; ///< `args.amount`
        std::uint64_t moment = 0;
        std::vector<nlohmann::json> values;
    };

    Node taken(const tracestore::QueryNode& node);
    std::uint32_t termOf(const tracestore::QueryTerm& term);
    std::uint32_t slotOf(const tracestore::QueryTerm& term);
    [[nodiscard]] tracestore::Truth truthOf(const Node& node, tracestore::QuerySubject& subject);
    [[nodiscard]] tracestore::Truth truthOf(Term& term, tracestore::QuerySubject& subject);
    void collect(const Node& node, std::vector<std::uint32_t>& terms) const;

    std::vector<Node> m_conditions;
    std::vector<Term> m_terms;
    std::vector<Slot> m_slots;
    std::unordered_map<std::string, std::uint32_t> m_termByText;
    std::unordered_map<std::string, std::uint32_t> m_slotByName;
    std::uint64_t m_moment = 0;
};

} // namespace engine
