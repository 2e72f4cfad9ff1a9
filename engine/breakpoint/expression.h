#pragma once

#include "engine/breakpoint/stop_point.h"
#include "tracestore/base/result.h"
#include "tracestore/model/trace.h"
#include "tracestore/query/query.h"
#include "tracestore/query/query_field.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tracestore {
class QuerySubject;
}

namespace engine {

/// What watches, the console and log templates evaluate: a field with a path, which has a value, or
/// a query, which is true, false or unknown. Copies share what was parsed. Any thread.
class Expression
{
public:
    /// Invalid: a sentence with a hint; `position` of the error stands in QueryError where it is a
    /// query.
    static tracestore::Result<Expression> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const;

    /// As JSON; several values as an array; nothing where it is not known.
    [[nodiscard]] std::optional<std::string> evaluate(tracestore::QuerySubject& subject) const;

    /// Whether a field is needed for it: of `State` somebody has to fetch the state first.
    [[nodiscard]] bool asksFor(tracestore::FieldId field) const;

private:
    struct Parsed;
    std::shared_ptr<const Parsed> m_parsed;
};

/// A text with `{expression}` in it; `{{` and `}}` are brackets. Texts are put in without quotes,
/// all else as JSON, what is not known as `?`.
class TextTemplate
{
public:
    static tracestore::Result<TextTemplate> parse(std::string_view text);

    [[nodiscard]] std::string fill(tracestore::QuerySubject& subject) const;

    [[nodiscard]] bool asksFor(tracestore::FieldId field) const;

private:
    struct Parsed;
    std::shared_ptr<const Parsed> m_parsed;
};

/// A moment of a run as something that queries and expressions can ask. `point` outlives it.
std::unique_ptr<tracestore::QuerySubject> subjectOf(const StopPoint& point);

/// The same of a step of a saved trace. All outlive it; `detail` null: payloads are unknown.
std::unique_ptr<tracestore::QuerySubject> subjectOf(const tracestore::Trace& trace,
                                                    tracestore::SpanId span,
                                                    const tracestore::SpanDetail* detail);

} // namespace engine
