#include "engine/cli/command_line.h"
#include "tracestore/register_builtins.h"

int main(int argc, char** argv)
{
    const auto importers = tracestore::builtinImporters();
    const auto exporters = tracestore::builtinExporters();
    return engine::cli::runMain(argc, argv, importers, exporters);
}
