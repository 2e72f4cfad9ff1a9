#include "tracestore/register_builtins.h"

namespace tracestore {

ImporterRegistry builtinImporters()
{
    ImporterRegistry importers;
    return importers;
}

} // namespace tracestore
