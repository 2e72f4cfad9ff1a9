#pragma once

#include "tracestore/export/exporter.h"

#include <filesystem>

namespace tracestore {

/// Writes a trace to a file, whole or not at all (FileSink). Invalid: the trace was opened from
/// that very file, which is never written over.
Result<void> exportTrace(const Trace& trace,
                         const Exporter& exporter,
                         const std::filesystem::path& path,
                         Job& job);

/// The exporter that a file name asks for by its ending; null where none does. Of several the
/// longest ending wins.
const Exporter* exporterFor(const ExporterRegistry& exporters, const std::filesystem::path& path);

} // namespace tracestore
