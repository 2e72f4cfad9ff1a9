#pragma once

#include "tracestore/import/importer.h"
#include "tracestore/import/otel/span_decoder.h"
#include "tracestore/model/payload_source.h"
#include "tracestore/model/raw_ref_column.h"

namespace tracestore {

/// Reads payloads of OpenTelemetry spans from the files that they came in. Filled by the importer
/// on one thread, in the order of the spans; then read by any.
class OtelPayloads : public PayloadSource
{
public:
    /// Makes a decoder for the records of the files.
    using NewDecoder = std::unique_ptr<SpanDecoder> (*)();

    OtelPayloads(const std::vector<ImportFile>& files, NewDecoder newDecoder);

    OtelTables& tables() { return m_tables; }

    /// The records of the next span, its own first; `isLog` where its own is a log record.
    void add(std::uint32_t scope, const std::vector<RawRef>& raw, bool isLog = false);

    void add(std::uint32_t scope, const RawRef& raw);

    void save(BinaryWriter& to) const;

    /// Takes up what was saved, in the place of what add() and tables() tell.
    void restore(BinaryReader& from);

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override;
    [[nodiscard]] Result<std::string> raw(SpanId span) const override;

private:
    struct Entry
    {
        std::uint32_t scope = 0;
        std::uint32_t rawCount = 0;
        std::uint32_t firstRaw = 0;
        bool isLog = false;
    };

    [[nodiscard]] Entry entryOf(SpanId span) const;
    [[nodiscard]] Result<std::string> read(const RawRef& place) const;
    Result<void> addLogs(const Entry& entry, OtelSpan& span, EventKeeper& keeper) const;
    [[nodiscard]] Result<SpanDetail> spanDetail(const Entry& entry) const;
    [[nodiscard]] Result<SpanDetail> logDetail(const Entry& entry) const;

    std::vector<std::shared_ptr<const ByteSource>> m_files; ///< by FileId
    NewDecoder m_newDecoder;
    OtelTables m_tables;
    Column<std::uint32_t> m_scopes; ///< twice the scope, and one where it is a log record
    Column<std::uint32_t> m_firstRaw; ///< records of a span go up to those of the next
    RawRefColumn m_raw;
};

} // namespace tracestore
