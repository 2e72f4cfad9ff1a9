#pragma once

#include "tracestore/import/gen_ai/gen_ai_mapping.h"
#include "tracestore/import/gen_ai/gen_ai_names.h"

namespace tracestore {

/// What a span is, by the first convention that says so.
struct GenAiKind
{
    SpanKind kind = SpanKind::Other;
    std::string_view word;
    bool isWrapper = false;
};

GenAiKind kindOf(const GenAiSource& source, const GenAiFields& fields);

} // namespace tracestore
