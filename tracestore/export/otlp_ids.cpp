#include "tracestore/export/otlp_ids.h"

#include "tracestore/base/hash.h"

#include <unordered_set>

namespace tracestore {
namespace {

    constexpr std::size_t kTraceIdDigits = 32;
    constexpr std::size_t kSpanIdDigits = 16;

    /// All zeros mean "no id" in OTLP.
    bool isOtlpId(std::string_view id, std::size_t digits)
    {
        return id.size() == digits
            && id.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos
            && id.find_first_not_of('0') != std::string_view::npos;
    }

    std::string madeId(const std::string& from, std::size_t digits)
    {
        return contentHash(from).toHex().substr(0, digits);
    }

    std::string lowerCase(std::string_view id)
    {
        std::string lower(id);
        for (char& c : lower)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return lower;
    }

    /// An id named by the source for something outside the trace.
    std::string foreignId(std::string_view id, std::size_t digits)
    {
        return isOtlpId(id, digits) ? std::string(id)
                                    : madeId("foreign " + std::string(id), digits);
    }

} // namespace

OtlpIds::OtlpIds(const Trace& trace)
    : m_trace(trace)
    , m_root(trace.spanCount())
    , m_isMade(trace.spanCount())
{
    for (const SpanId span : trace.preOrder()) {
        const SpanId parent = trace.parent(span);
        m_root[span.index()] = parent.isValid() ? m_root[parent.index()] : span;
    }
    std::unordered_set<ContentHash> taken;
    for (std::size_t i = 0; i < trace.spanCount(); ++i) {
        const std::string_view id = trace.origId(SpanId(i));
        m_isMade[i] = !isOtlpId(id, kSpanIdDigits)
            || !taken.insert(contentHash(lowerCase(traceId(SpanId(i))) + lowerCase(id))).second;
    }
}

std::string OtlpIds::traceId(SpanId span) const
{
    const SpanId root = m_root[span.index()];
    const std::string_view own = m_trace.traceId(root);
    if (isOtlpId(own, kTraceIdDigits))
        return std::string(own);
    const SessionId session = m_trace.sessionOf(root);
    return madeId("trace " + std::to_string(session.value) + ' ' + m_trace.session(session).key
                      + ' ' + std::string(own),
                  kTraceIdDigits);
}

std::string OtlpIds::spanId(SpanId span) const
{
    if (!m_isMade[span.index()])
        return std::string(m_trace.origId(span));
    return madeId("span " + std::to_string(span.value) + ' ' + traceId(span), kSpanIdDigits);
}

std::string OtlpIds::parentSpanId(SpanId span) const
{
    if (const SpanId parent = m_trace.parent(span); parent.isValid())
        return spanId(parent);
    const std::string_view named = m_trace.text(m_trace.columns().parentOrigId[span.index()]);
    return named.empty() ? std::string() : foreignId(named, kSpanIdDigits);
}

std::string OtlpIds::traceId(const SpanLink& link) const
{
    return link.to.isValid() ? traceId(link.to) : foreignId(link.toTraceId, kTraceIdDigits);
}

std::string OtlpIds::spanId(const SpanLink& link) const
{
    return link.to.isValid() ? spanId(link.to) : foreignId(link.toOrigId, kSpanIdDigits);
}

} // namespace tracestore
