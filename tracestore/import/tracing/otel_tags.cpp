#include "tracestore/import/tracing/otel_tags.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// The last word of a name like `SPAN_KIND_CLIENT`, in lower case.
    std::string lastWordOf(std::string_view name)
    {
        const std::size_t mark = name.find_last_of("._");
        std::string word(mark == std::string_view::npos ? name : name.substr(mark + 1));
        std::ranges::transform(word, word.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        return word;
    }

    bool isFailure(const AttributeValue& error)
    {
        return error.asBool().value_or(error.type == AttributeValue::Type::Text);
    }

} // namespace

CallSide callSideOf(std::string_view word)
{
    const std::string side = lastWordOf(word);
    for (const CallSide one : {CallSide::Internal,
                               CallSide::Server,
                               CallSide::Client,
                               CallSide::Producer,
                               CallSide::Consumer}) {
        if (side == toWord(one))
            return one;
    }
    return CallSide::Unspecified;
}

OtelStatus otelStatusOf(std::string_view word)
{
    const std::string status = lastWordOf(word);
    if (status == "error")
        return OtelStatus::Error;
    return status == "ok" ? OtelStatus::Ok : OtelStatus::Unset;
}

void takeOtelTags(OtelSpan& span)
{
    bool hasError = false;
    std::erase_if(span.attributes, [&](const auto& attribute) {
        const auto& [key, value] = attribute;
        if (key == "error")
            hasError = isFailure(value);
        if (key == "span.kind" && span.side == CallSide::Unspecified)
            span.side = callSideOf(value.asText());
        if (key == "otel.status_code")
            span.status = otelStatusOf(value.asText());
        // What OtelPayloads shows by these very names.
        const auto take
            = [&, &name = key, &text = value](std::string_view wanted, std::string_view& to) {
                  if (name != wanted || text.asText().empty())
                      return false;
                  to = text.asText();
                  return true;
              };
        return take("otel.status_description", span.statusMessage)
            || take("otel.scope.name", span.scopeName)
            || take("otel.scope.version", span.scopeVersion);
    });
    if (hasError)
        span.status = OtelStatus::Error;
    if (span.scopeName.empty()) {
        if (const auto* library = findAttribute(span.attributes, "otel.library.name"))
            span.scopeName = library->asText();
    }
}

} // namespace tracestore
