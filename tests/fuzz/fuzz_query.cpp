#include "tests/support/trace_maker.h"
#include "tracestore/base/ensure.h"
#include "tracestore/query/query_completion.h"
#include "tracestore/query/query_engine.h"

#include <algorithm>

using namespace tracestore;

namespace {

TracePtr sampleTrace()
{
    SpanDetail detail;
    detail.toolArguments = R"({"query":"caf\u00e9","limit":10,"items":[{"name":"x"}]})";
    detail.toolResult = "plain";
    detail.attributes = {{"gen_ai.system", "\"openai\""}, {"n", "12"}};
    detail.input = {{Role::User, {}, {}, {}, {TextPart {"refund me"}}}};
    TraceBuilder builder = tests::builderWithSession();
    for (int i = 0; i < 6; ++i)
        builder.addSpan({.session = SessionId(0),
                         .kind = i % 2 == 0 ? SpanKind::Tool : SpanKind::Llm,
                         .name = "step",
                         .parent = i == 0 ? SpanId() : SpanId(static_cast<std::size_t>(i / 2))});
    return builder.finish(std::make_shared<tests::FixedPayloads>(detail));
}

} // namespace

/// Whatever is typed is a query or told with its place; a query reads again from its long form, and
/// a run and a single span agree on what it hits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    static const TracePtr trace = sampleTrace();
    static const CompletionValues values(*trace);
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const Completions offered = completions(text, size / 2, values);
    ENSURE(offered.position + offered.length <= size);
    const ParsedQuery parsed = Query::parse(text);
    ENSURE(parsed.query.has_value() != parsed.error.has_value());
    if (parsed.error) {
        ENSURE(parsed.error->position + parsed.error->length <= size);
        ENSURE(!parsed.error->message.empty());
        return 0;
    }
    const ParsedQuery again = Query::parse(parsed.query->canonicalText());
    if (again.query)
        ENSURE(again.query->canonicalText() == parsed.query->canonicalText());
    Job job;
    const auto hits = spansOf(*parsed.query, *trace, job);
    ENSURE(hits.has_value());
    for (std::size_t i = 0; i < trace->spanCount(); ++i) {
        const auto detail = trace->payloads().detail(SpanId(i));
        const bool isHit = std::ranges::find(*hits, SpanId(i)) != hits->end();
        ENSURE((evaluateQuery(*parsed.query, *trace, SpanId(i), &*detail) == Truth::True) == isHit);
    }
    return 0;
}
