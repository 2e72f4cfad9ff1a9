#pragma once

#include "tracestore/model/trace_builder.h"

namespace tests {

/// Gives the same detail for every span; for traces made in tests.
class FixedPayloads : public tracestore::PayloadSource
{
public:
    explicit FixedPayloads(tracestore::SpanDetail detail = {})
        : m_detail(std::move(detail))
    { }

    tracestore::Result<tracestore::SpanDetail> detail(tracestore::SpanId) const override
    {
        return m_detail;
    }

    tracestore::Result<std::string> raw(tracestore::SpanId) const override
    {
        return std::string("{}");
    }

private:
    tracestore::SpanDetail m_detail;
};

/// A builder with one session, for traces made in tests.
inline tracestore::TraceBuilder builderWithSession()
{
    tracestore::TraceBuilder builder({.formatId = "test", .formatName = "Test"});
    builder.addSession({.key = "s"});
    return builder;
}

/// A trace of `turns` turns of one agent: each a model call of a second and two parallel tools,
/// every 7th tool failed. 1 + 4 * turns spans. The same for the same number.
tracestore::TracePtr makeAgentTrace(std::size_t turns);

} // namespace tests
