#pragma once

#include "engine/breakpoint/field_at_stop.h"
#include "engine/breakpoint/stop_point.h"
#include "tracestore/query/query_subject.h"

#include <nlohmann/json.hpp>

namespace engine {

/// A moment of a run as something to ask. What was parsed of arguments and results is shared by all
/// that ask. The point outlives it.
class PointSubject final : public tracestore::QuerySubject
{
public:
    using Visit = std::function<void(const nlohmann::json&)>;
    using Path = std::span<const tracestore::PathStep>;

    explicit PointSubject(const StopPoint& point)
        : m_point(point)
    { }

    [[nodiscard]] tracestore::Truth evaluate(const tracestore::QueryTerm& term) override;

    /// Unknown: a run under way knows one step.
    [[nodiscard]] tracestore::Truth evaluate(tracestore::QueryScope scope,
                                             const tracestore::QueryNode& query) override;

    bool visitValues(const tracestore::QueryField& field, Path path, const Visit& visit) override;

private:
    struct Parsed
    {
        bool isMade = false;
        std::string text;
        std::optional<nlohmann::json> value; ///< nothing where the text is no JSON
    };

    [[nodiscard]] bool knows(tracestore::FieldId field) const;
    [[nodiscard]] tracestore::Truth ofMessages(const tracestore::QueryTerm& term);
    [[nodiscard]] tracestore::Truth ofAllText(const tracestore::QueryTerm& term);
    bool visitMessages(tracestore::FieldId field, Path path, const Visit& visit);
    bool visitStep(tracestore::FieldId field, const Visit& visit);
    bool visitHistory(tracestore::FieldId field, const Visit& visit);
    const Parsed* parsed(tracestore::FieldId field);
    [[nodiscard]] std::string textOf(tracestore::FieldId field) const;
    [[nodiscard]] const ModelCall* model() const;
    [[nodiscard]] const tracestore::Message* answer() const;

    const StopPoint& m_point;
    Parsed m_arguments;
    Parsed m_result;
    Parsed m_parameters;
    Parsed m_tools;
    Parsed m_attributes;
};

} // namespace engine
