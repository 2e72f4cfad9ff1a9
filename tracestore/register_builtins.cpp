#include "tracestore/register_builtins.h"

#include "tracestore/import/claude_code_importer.h"

namespace tracestore {

ImporterRegistry builtinImporters()
{
    ImporterRegistry importers;
    importers.add(std::make_unique<ClaudeCodeImporter>());
    return importers;
}

} // namespace tracestore
