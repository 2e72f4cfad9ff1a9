#include "tracestore/import/otel/otel_batch_taker.h"

#include <algorithm>

namespace tracestore {

OtelBatchTaker::OtelBatchTaker(const std::vector<ImportFile>& files,
                               TraceBuilder& builder,
                               OtelPayloads& payloads,
                               Job& job)
    : m_files(files)
    , m_builder(builder)
    , m_payloads(payloads)
    , m_job(job)
    , m_assembly(builder, payloads.tables())
{ }

Result<void> OtelBatchTaker::startFile(const ImportFile& file)
{
    auto done = readHardLines();
    m_file = &file;
    m_countedTo = 0;
    m_line = 1;
    return done;
}

Result<void> OtelBatchTaker::finish()
{
    if (auto done = readHardLines(); !done || m_needsPatience)
        return done;
    m_assembly.finish();
    return {};
}

Result<void> OtelBatchTaker::take(OtelBatch& batch)
{
    if (m_needsPatience)
        return {};
    const std::vector<StringId> texts = m_builder.strings().internAll(batch.strings);
    const std::vector<std::uint32_t> scopes = scopesOf(batch);
    auto lines = batch.hardLines.begin();
    auto repaired = batch.repaired.begin();
    for (std::size_t i = 0; i <= batch.rows.size(); ++i) {
        for (; lines != batch.hardLines.end() && lines->rowsBefore == i; ++lines)
            addHardLines(*lines);
        if (i == batch.rows.size())
            break;
        if (auto done = readHardLines(); !done || m_needsPatience)
            return done;
        OtelRow& row = batch.rows[i];
        renameTexts(row, texts);
        row.scope = scopes[row.scope];
        if (repaired != batch.repaired.end() && *repaired == i) {
            m_builder.report().add(repairedRow(row.place));
            ++repaired;
        }
        addRow(row);
    }
    return {};
}

void OtelBatchTaker::addRow(OtelRow& row)
{
    SpanId known;
    const std::span<const RawRef> raw(&row.place, 1);
    const SpanId span = m_assembly.addRow(row, raw, &known);
    m_payloads.add(row.scope, row.place);
    if (known.isValid())
        settleDouble(span, known);
}

std::vector<std::uint32_t> OtelBatchTaker::scopesOf(const OtelBatch& batch)
{
    std::vector<std::uint32_t> indexes;
    OtelTables& tables = m_payloads.tables();
    for (const OtelBatch::Scope& scope : batch.scopes) {
        const std::uint32_t resource = resourceOf(scope.resourceJson);
        const auto [at, isNew]
            = m_scopes.try_emplace(std::to_string(resource) + scope.scopeJson,
                                   static_cast<std::uint32_t>(tables.scopes.size()));
        if (isNew) {
            tables.scopes.push_back(scope.scope);
            tables.scopes.back().resource = resource;
        }
        indexes.push_back(at->second);
    }
    return indexes;
}

std::uint32_t OtelBatchTaker::resourceOf(const std::string& json)
{
    std::vector<OtelResource>& resources = m_payloads.tables().resources;
    const auto [at, isNew]
        = m_resources.try_emplace(json, static_cast<std::uint32_t>(resources.size()));
    if (isNew) {
        auto read = json.empty() ? OtelResource() : m_decoder.resource(json, false);
        if (!read)
            m_builder.report().add(
                {.severity = ReportSeverity::Broken,
                 .file = m_file->id.value,
                 .message = "A resource cannot be read: " + read.error().message});
        resources.push_back(read ? std::move(*read) : OtelResource());
    }
    return at->second;
}

void OtelBatchTaker::addHardLines(const OtelBatch::HardLines& lines)
{
    if (m_hardLines)
        m_hardLines->length = lines.offset + lines.length - m_hardLines->offset;
    else
        m_hardLines = lines;
}

/// Reads lines that follow on each other as the one text that they may be.
Result<void> OtelBatchTaker::readHardLines()
{
    if (!m_hardLines)
        return {};
    const OtelBatch::HardLines lines = *std::exchange(m_hardLines, std::nullopt);
    PaddedBytes bytes = PaddedBytes::ofSize(lines.length);
    if (auto done = m_file->bytes->readInto(bytes.data(), lines.offset, lines.length); !done)
        return done;
    const auto line = lineAt(lines.offset);
    if (!line)
        return fail(line.error());
    OtlpOutline outline(m_payloads.tables(), m_builder.report());
    if (auto done = outline.scan(m_file->id, bytes.view(), m_job, {lines.offset, *line}); !done)
        return done;
    m_needsPatience = !outline.logs().empty();
    for (const OtelPlace& place : outline.spans()) {
        if (m_needsPatience || m_job.isCancelled())
            break;
        const auto json = bytes.view().substr(place.raw.offset - lines.offset, place.raw.length);
        auto span = m_decoder.span(json, true);
        if (!span) {
            m_builder.report().add({.severity = ReportSeverity::Broken,
                                    .file = m_file->id.value,
                                    .offset = place.raw.offset,
                                    .message = "A span cannot be read: " + span.error().message});
            continue;
        }
        if (m_decoder.wasRepaired())
            m_builder.report().add(repairedRow(place.raw));
        OtelRow row
            = otelRowOf(*span, m_payloads.tables().scopes[place.scope], m_builder.strings());
        row.scope = place.scope;
        row.place = place.raw;
        addRow(row);
    }
    return {};
}

Result<std::uint64_t> OtelBatchTaker::lineAt(std::uint64_t offset)
{
    constexpr std::uint64_t kBlock = std::uint64_t {1} << 20U;
    const auto block = std::make_unique_for_overwrite<char[]>(kBlock);
    while (m_countedTo < offset) {
        const std::uint64_t length = std::min(kBlock, offset - m_countedTo);
        if (auto done = m_file->bytes->readInto(block.get(), m_countedTo, length); !done)
            return fail(std::move(done).error());
        m_line += static_cast<std::uint64_t>(std::count(block.get(), block.get() + length, '\n'));
        m_countedTo += length;
    }
    return m_line;
}

/// A span of an id that was there before: delivered again, or another that bears its id.
void OtelBatchTaker::settleDouble(SpanId span, SpanId known)
{
    const SpanColumns& columns = m_builder.columns();
    const auto textOf = [&](SpanId id) -> std::string {
        const RawRef place = columns.raws[columns.firstRaw[id.index()]];
        for (const ImportFile& file : m_files) {
            if (file.id == place.file)
                return file.bytes->read(place.offset, place.length).value_or(std::string());
        }
        return {};
    };
    const RawRef place = columns.raws[columns.firstRaw[span.index()]];
    m_assembly.settleDouble(span, known, place, textOf(span) == textOf(known));
}

} // namespace tracestore
