#pragma once

#include "tracestore/export/exporter.h"
#include "tracestore/import/importer.h"

namespace tracestore {

/// The importers that come with Kymo, in the order in which they are asked.
ImporterRegistry builtinImporters();

/// The exporters that come with Kymo.
ExporterRegistry builtinExporters();

} // namespace tracestore
