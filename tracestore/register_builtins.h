#pragma once

#include "tracestore/import/importer.h"

namespace tracestore {

/// The importers that come with Kymo, in the order in which they are asked.
ImporterRegistry builtinImporters();

} // namespace tracestore
