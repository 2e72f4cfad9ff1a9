#pragma once

#include "tracestore/import/otel/otel_assembly.h"
#include "tracestore/import/otel/otel_payloads.h"
#include "tracestore/import/reading/loaded_files.h"

#include <unordered_map>

namespace tracestore {

/// Where the spans of an import come together that say all about themselves, whatever list or
/// tree of JSON they were found in: knows equal scopes and resources, marks what was delivered
/// twice, remembers the places for payloads. Add everything, then finish(). One thread.
class SpanCollector
{
public:
    /// All outlive this. `newDecoder` makes what reads the records again for their payloads.
    SpanCollector(const std::vector<ImportFile>& files,
                  const LoadedFiles& contents,
                  OtelPayloads::NewDecoder newDecoder,
                  TraceBuilder& builder);

    /// Adds a span whose record lies at a place.
    SpanId add(const OtelSpan& span, const RawRef& place);

    /// Adds a span whose record is put together (OtelPayloads::addParts).
    SpanId addParts(const OtelSpan& span,
                    const std::vector<RawRef>& raw,
                    const std::vector<RawRef>& members);

    OtelAssembly& assembly() { return m_assembly; }

    /// The payloads of all that was added. Fails with Corrupt where nothing could be read.
    Result<std::shared_ptr<const PayloadSource>> finish();

private:
    std::uint32_t scopeOf(const OtelSpan& span);
    void giveTitles();
    [[nodiscard]] std::string questionOf(SpanId span) const;

    const LoadedFiles& m_contents;
    TraceBuilder& m_builder;
    std::shared_ptr<OtelPayloads> m_payloads;
    OtelAssembly m_assembly;
    std::unordered_map<std::string, std::uint32_t> m_scopes;
};

} // namespace tracestore
