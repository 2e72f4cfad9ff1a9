#include "engine/cli/command_line.h"
#include "tests/support/tree_importer.h"
#include "tracestore/register_builtins.h"

int main(int argc, char** argv)
{
    auto importers = tracestore::builtinImporters();
    importers.add(std::make_unique<tests::TreeImporter>());
    const auto exporters = tracestore::builtinExporters();
    return engine::cli::runMain(argc, argv, importers, exporters);
}
