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

    /// The next span, whose own record is put together: `members` are stretches of members of
    /// objects, without the brackets around them. Where members repeat, the decoder chooses.
    void addParts(std::uint32_t scope,
                  const std::vector<RawRef>& raw,
                  const std::vector<RawRef>& members);

    void save(BinaryWriter& to) const;

    /// Takes up what was saved, in the place of what add() and tables() tell.
    void restore(BinaryReader& from);

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override;
    [[nodiscard]] Result<std::string> raw(SpanId span) const override;

    [[nodiscard]] std::shared_ptr<const ByteSource> file(FileId file) const override
    {
        return file.index() < m_files.size() ? m_files[file.index()] : nullptr;
    }

private:
    struct Entry
    {
        std::uint32_t scope = 0;
        std::uint32_t rawCount = 0;
        std::uint32_t firstRaw = 0;
        std::uint32_t memberCount = 0; ///< behind the raw ones; 0: the first of those is the record
        bool isLog = false;
    };

    [[nodiscard]] Entry entryOf(SpanId span) const;
    [[nodiscard]] Result<std::string> read(const RawRef& place) const;
    [[nodiscard]] Result<std::string> record(const Entry& entry) const;
    Result<void> addLogs(const Entry& entry, OtelSpan& span, EventKeeper& keeper) const;
    [[nodiscard]] Result<SpanDetail> spanDetail(const Entry& entry) const;
    [[nodiscard]] Result<SpanDetail> logDetail(const Entry& entry) const;

    std::vector<std::shared_ptr<const ByteSource>> m_files; ///< by FileId
    NewDecoder m_newDecoder;
    OtelTables m_tables;
    Column<std::uint32_t> m_scopes; ///< twice the scope, and one where it is a log record
    Column<std::uint32_t> m_firstRaw; ///< places of a span go up to those of the next
    Column<std::uint32_t> m_memberCounts; ///< how many of the places are members, behind the raw
    RawRefColumn m_raw;
};

/// The text of a record that was put together of stretches of members.
std::string recordOfMembers(const std::vector<std::string_view>& members);

} // namespace tracestore
